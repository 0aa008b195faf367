"""Which names are taken, asked of S3 now: what is decided on before anything is written."""

from collections import Counter
from collections.abc import Sequence

from s3audio_tui.library.each import ask_each
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from s3audio_tui.store.objects import ObjectHead


def taken(library: Library, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that an object has already. One request a key, eight at once."""
    return set(heads(library, keys))


def clashing(library: Library, wanted: Sequence[str]) -> list[str]:
    """Return the keys, sorted, that are taken, or that are wanted more than once."""
    counts = Counter(wanted)
    twice = {key for key, count in counts.items() if count > 1}
    return sorted(twice | taken(library, list(counts)))


def heads(library: Library, keys: Sequence[str]) -> dict[str, ObjectHead]:
    """Return what S3 knows of those of `keys` that an object has."""

    def look(key: str) -> ObjectHead | None:
        return objects.find(library.store, library.full(key))

    found = zip(keys, ask_each(keys, look), strict=True)
    return {key: head for key, head in found if head is not None}
