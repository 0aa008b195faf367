"""Room for a recording on the disk of the spool: told early, and never used to its end."""

import time
from contextlib import suppress

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.errors import LimitError
from s3audio_tui.library.spool import Spool

LOW_S = 600.0
"""So much of recording there must be room for, or a person is warned."""

FLOOR_S = 30.0
"""With room for no more than this, or than 64 MiB, a recording stops by itself."""

_FLOOR_BYTES = 64 << 20
_LOOK_EVERY_S = 1.0


class Room(msgspec.Struct, frozen=True):
    """Room on the disk, and how much can be recorded into it."""

    free_bytes: int
    left_s: float

    @property
    def low(self) -> bool:
        """Whether a person should see to it."""
        return self.left_s < LOW_S


class DiskRoom:
    """Looks at the disk of a spool for recordings of a format."""

    def __init__(self, spool: Spool, form: SampleFormat) -> None:
        self._spool, self._second_bytes = spool, form.second_bytes
        self._floor_bytes = max(_FLOOR_BYTES, round(FLOOR_S * form.second_bytes))
        self._looked_at = 0.0

    def room(self) -> Room:
        """Return how much there is now. Raises `OSError`."""
        free_bytes = self._spool.free_bytes()
        return Room(free_bytes, max(0, free_bytes - self._floor_bytes) / self._second_bytes)

    def looked(self) -> Room | None:
        """Return how much there is, once a second at most; None meanwhile, and if it is unknown."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_EVERY_S:
            return None
        self._looked_at = now
        with suppress(OSError):
            return self.room()
        return None

    def checked(self) -> Room:
        """Return how much there is; raises `LimitError` where nothing can be recorded."""
        room = self.room()
        if not room.left_s:
            raise LimitError(
                "the disk has no room for a recording", f"make some where {self._spool.folder} is"
            )
        return room


def nearly_full() -> LimitError:
    """Return what is said where a recording has stopped by itself."""
    return LimitError(
        "the disk is nearly full, so the recording stopped; all of it is written",
        "make room, and go on",
    )
