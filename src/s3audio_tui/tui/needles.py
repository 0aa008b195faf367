"""How a level meter moves: up at once, down slowly; the peak stays a moment, the clip light on."""

from math import log10
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from s3audio_tui.audio.meter import Levels

FLOOR_DB = -60.0
HOLD_S = 1.5
_FALL_DB_S = 26.0


class Needle(msgspec.Struct):
    """What the meter of a channel shows, in dBFS. `most_db` is since it was looked at last."""

    rms_db: float = FLOOR_DB
    peak_db: float = FLOOR_DB
    hold_db: float = FLOOR_DB
    most_db: float = FLOOR_DB
    clipped: bool = False
    held_at: float = 0.0


class Needles:
    """The needles of all channels."""

    def __init__(self, channels: int) -> None:
        self.each = [Needle() for _ in range(channels)]
        self._moved_at: float | None = None

    def move(self, levels: "Levels", now: float) -> None:
        """Move on to a time, in seconds, with what has come since."""
        passed = 0.0 if self._moved_at is None else max(0.0, now - self._moved_at)
        self._moved_at = now
        for at, needle in enumerate(self.each):
            fallen = passed * _FALL_DB_S
            peak, rms = decibels(levels.peaks[at]), decibels(levels.rms[at])
            needle.peak_db = max(peak, needle.peak_db - fallen, FLOOR_DB)
            needle.rms_db = max(rms, needle.rms_db - fallen, FLOOR_DB)
            needle.most_db = max(peak, needle.most_db)
            needle.clipped = needle.clipped or levels.clipped[at]
            if peak >= needle.hold_db:
                needle.hold_db, needle.held_at = peak, now
            elif now - needle.held_at > HOLD_S:
                needle.hold_db = max(needle.peak_db, needle.hold_db - fallen)

    def forget(self) -> None:
        """Put out the clip lights, and look for the highest peak anew."""
        for needle in self.each:
            needle.clipped, needle.most_db = False, needle.peak_db

    @property
    def seen(self) -> tuple[Needle, ...]:
        """What they show now, as values."""
        return tuple(msgspec.structs.replace(needle) for needle in self.each)


def decibels(level: float) -> float:
    """Return a level, of which 1 is full scale, in dBFS; silence is the floor."""
    return max(FLOOR_DB, 20 * log10(level)) if level > 0 else FLOOR_DB
