"""What was heard, what plays and what comes: first what was queued by hand, then the list goes on.

Values and their order; nothing here plays or reads.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.catalog.rows import Row
from s3audio_tui.tui.place import Place

if TYPE_CHECKING:
    from s3audio_tui.audio.run import Track
    from s3audio_tui.library.opening import Library

_PAST = 100
"""So many that were heard can be gone back to."""


class Listing(msgspec.Struct, frozen=True):
    """A list of files as somebody has it before them."""

    library: "Library"
    place: Place


class Entry(msgspec.Struct, eq=False):
    """A version of a file. What was not queued by hand comes from a list, where it stood there."""

    library: "Library"
    row: Row
    listing: Listing | None = None
    line: int | None = None
    by_hand: bool = False
    track: "Track | None" = None
    """What the player opens; made on the player's thread."""

    @property
    def version(self) -> tuple[str, str]:
        """What tells it from other files, and from itself once it has changed."""
        return self.row.key, self.row.etag

    def is_of(self, row: Row) -> bool:
        """Return whether it is this version of a file."""
        return self.version == (row.key, row.etag)


class PlayQueue:
    """All of it in one line; `index` is what plays, -1 where nothing does."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.index = -1

    @property
    def current(self) -> Entry | None:
        """What plays."""
        return self.entries[self.index] if 0 <= self.index < len(self.entries) else None

    @property
    def coming(self) -> list[Entry]:
        """What comes, as far as it is known."""
        return self.entries[self.index + 1 :]

    @property
    def queued(self) -> list[Entry]:
        """What of it was queued by hand."""
        return [entry for entry in self.coming if entry.by_hand]

    @property
    def listed(self) -> list[Entry]:
        """What of it comes from the list."""
        return [entry for entry in self.coming if not entry.by_hand]

    @property
    def anchor(self) -> Entry | None:
        """What was played of a list last: behind it the list goes on.

        Where nothing was, what was queued last: the list goes on behind it, if it stands there.
        """
        heard = reversed(self.entries[: self.index + 1])
        listed = (entry for entry in heard if entry.listing is not None and not entry.by_hand)
        by_hand = (entry for entry in reversed(self.entries) if entry.by_hand)
        return next(listed, None) or next(by_hand, None)

    def begin(self, entry: Entry) -> None:
        """Let this one play now; what was queued by hand comes behind it."""
        past = self.entries[: self.index + 1][-_PAST:]
        self.entries, self.index = [*past, entry, *self.queued], len(past)

    def go(self, index: int) -> None:
        """Let the one at a place of the line play."""
        self.index = index

    def went_on(self, tracks: "Sequence[Track]") -> bool:
        """Take note that these were heard, and the last one plays; return whether it is here.

        They are as they were heard. What was put before the last one meanwhile comes behind it.
        """
        played = [entry for track in tracks for entry in self.entries if entry.track is track]
        if not played or played[-1].track is not tracks[-1]:
            return False
        if played[-1] in self.coming:
            past = [*self.entries[: self.index + 1], *(e for e in played if e in self.coming)]
            self.entries = [*past, *(e for e in self.coming if e not in played)]
        self.index = self.entries.index(played[-1])
        return True

    def add(self, entries: Sequence[Entry]) -> None:
        """Queue these behind what is queued."""
        self._come([*self.queued, *entries], self.listed)

    def remove(self, entry: Entry) -> None:
        """Take one out that was queued."""
        self._come([each for each in self.queued if each is not entry], self.listed)

    def clear(self) -> None:
        """Take out all that was queued."""
        self._come([], self.listed)

    def move(self, entry: Entry, by: int) -> None:
        """Let one that was queued come earlier, or later."""
        queued = self.queued
        if entry in queued:
            at = queued.index(entry)
            queued.remove(entry)
            queued.insert(max(0, at + by), entry)
            self._come(queued, self.listed)

    def go_on_with(self, listed: Sequence[Entry]) -> None:
        """Let these come of the list; what was to come of it already stays the same entry."""
        known = {entry.version: entry for entry in self.listed}
        self._come(self.queued, [known.get(entry.version, entry) for entry in listed])

    def end(self) -> None:
        """Let nothing play; what was queued by hand waits."""
        self.entries, self.index = self.queued, -1

    def _come(self, queued: Sequence[Entry], listed: Sequence[Entry]) -> None:
        self.entries = [*self.entries[: self.index + 1], *queued, *listed]
