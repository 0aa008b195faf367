"""Parts in S3 that nobody goes on with: written down until they are removed."""

from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec

from s3audio_tui.catalog.unfinished import Unfinished as Note
from s3audio_tui.catalog.unfinished import What


class KeptParts(msgspec.Struct, frozen=True, tag="parts"):
    """Parts that could not be removed when their upload was given up. `key` is the bucket's."""

    key: str
    upload_id: str
    under_way: bool = False
    """Whether they are of a stream, and whoever wrote it down sends more as long as it lives."""

    def told(self) -> What:
        """Return it as it is written down."""
        what: What = msgspec.to_builtins(self)
        return what


def owed(notes: Iterable[Note], is_gone: Callable[[str], bool]) -> dict[int, KeptParts]:
    """Return the parts that are to be removed, by their notes: whoever gave them up.

    `is_gone` says of a program whether it has ended.
    """
    found = {}
    for note in notes:
        with suppress(msgspec.ValidationError):
            parts = msgspec.convert(note.what, KeptParts)
            if not parts.under_way or is_gone(note.program):
                found[note.id] = parts
    return found
