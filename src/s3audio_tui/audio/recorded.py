"""What a recorder says: frozen values, told in a thread of its own. Frames count from the start of
the take; a pause has none."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from s3audio_tui.errors import S3AudioError

StoppedBy = Literal["device", "disk", "failure"]
"""What ended a part that nobody ended."""


@dataclass(frozen=True, slots=True)
class ChunkOpened:
    """A chunk has begun, with `first_frame`. `started_at` is that frame's time, UTC."""

    index: int
    first_frame: int
    path: Path
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ChunkClosed:
    """A chunk is whole, and on the disk. `sha256` is that of the file, as 64 hex digits."""

    index: int
    first_frame: int
    frames: int
    path: Path
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ChunkBroken:
    """A chunk could not be closed, or read again; what is in the file stays there."""

    index: int
    first_frame: int
    path: Path
    error: S3AudioError


@dataclass(frozen=True, slots=True)
class Overflowed:
    """The device had no room for what came before `frame`; nobody knows how much was lost."""

    frame: int


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing but zeros has come for a while before `frame`: no microphone is as still as that."""

    frame: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A person has marked a place."""

    frame: int
    word: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The part has ended before `frame`; all its chunks are closed.

    Without an `error` somebody wanted it, or it is as long as it may be. `lost_frames` came, and
    could not be written.
    """

    frame: int
    error: S3AudioError | None = None
    lost_frames: int = 0
    by: StoppedBy | None = None


@dataclass(frozen=True, slots=True)
class DeviceGone:
    """The device has gone while nothing was recorded."""

    error: S3AudioError


Recorded = (
    ChunkOpened | ChunkClosed | ChunkBroken | Overflowed | Silent | Marked | Stopped | DeviceGone
)
