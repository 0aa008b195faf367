"""What a search may go on with: the rest of a field's name, or of a value that it knows."""

from collections.abc import Sequence

from s3audio_tui.catalog.fields import BY_NAME, FIELDS

_LEAST = 2
"""Letters of a field's name, before which any word may be meant."""


def completed(text: str) -> str | None:
    """Return `text` with its last term completed, None where nothing is to be offered."""
    if text.count('"') % 2:
        return None
    term = text.rpartition(" ")[2].lstrip("-").lower()
    name, colon, value = term.partition(":")
    if not colon:
        names = [field.names[0] for field in FIELDS] if len(name) >= _LEAST else []
        return _first(text, name, [f"{known}:" for known in names])
    if name not in BY_NAME:
        return None
    last = value.rpartition(",")[2]
    return _first(text, last, BY_NAME[name].values) if last else None


def _first(text: str, begun: str, known: Sequence[str]) -> str | None:
    for whole in known:
        if whole.startswith(begun) and whole != begun:
            return text + whole[len(begun) :]
    return None
