"""Keys that come before the field that the key before them opens: they wait for it."""

from time import monotonic

from textual.events import Key

OPENERS = frozenset(
    {
        *("rename", "goto", "bookmark", "pattern", "unmark"),
        *("new_folder", "upload_paths", "limit_rate"),
    }
)
"""Commands that open a field in which one types at once."""

_PATIENCE_S = 5.0
"""Where no field has come by then, keys are commands again."""


class Ahead:
    """Keeps keys while a field is being opened."""

    def __init__(self) -> None:
        self._kept: list[Key] = []
        self._until_s = 0.0

    def begin(self) -> None:
        """Keep the keys that come from now on."""
        self._until_s = monotonic() + _PATIENCE_S

    def keep(self, key: Key) -> bool:
        """Keep a key, if a field is being opened; return whether that is so."""
        if monotonic() >= self._until_s:
            return False
        self._kept.append(key)
        return True

    def taken(self) -> list[Key]:
        """Return what was kept, and keep no more."""
        kept, self._kept, self._until_s = self._kept, [], 0.0
        return kept
