"""Takes on this machine that no program records or sends any more: what there is of each."""

import re
from collections.abc import Callable
from contextlib import suppress

import msgspec

from s3audio_tui.audio.wav_file import HEADER_BYTES
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.take_homes import home_text, is_at_home, is_moved
from s3audio_tui.library.takes import Home, Take

CHUNK_FILE = re.compile(r"[0-9]{5,9}\.wav")


class LeftTake(msgspec.Struct, frozen=True):
    """One of them. `length_s` is that of its files, also of one that was cut short."""

    take: Take
    length_s: float
    waiting: int
    """How many of its chunks S3 does not have."""
    is_here: bool
    """Whether it belongs to the library that is open, or to none yet."""
    belongs_to: str = ""
    """Its library, in words."""
    is_gone: bool = False
    """Whether it was all in a store that has ended since, and its files are here."""

    unclosed: int = 0
    """How many of its chunks nobody has closed: recovery does."""

    @property
    def was_cut_short(self) -> bool:
        """Whether its program was killed before its end."""
        return self.take.ended_at is None

    @property
    def wants_care(self) -> bool:
        """Whether it is to be finished here: it was cut short, or is to go up and has not."""
        if self.take.finished:
            return self.is_gone  # else what cannot be read of it stays where it is
        return self.is_here and (self.was_cut_short or not self.take.stays)


def left_takes(
    spool: Spool, home: Home, fail: Callable[[S3AudioError], None] = lambda error: None
) -> list[LeftTake]:
    """Return them, the oldest first; `fail` hears why others cannot be read. Nothing is changed.

    Raises `S3AudioError` where the folder of all of them cannot be read.
    """
    takes, spoilt = spool.look()
    for error in spoilt:
        fail(error)
    return [_left(spool, take, home) for take in takes if not spool.held(take.id)]


def length_s(spool: Spool, take: Take) -> float:
    """Return how long the files of a take are, with those that nobody has closed."""
    return take.duration_s + sum(unclosed_frames(spool, take)) / take.form.rate_hz


def unclosed_frames(spool: Spool, take: Take) -> list[int]:
    """Return how many frames are in each file that nobody has closed, or that no line tells of."""
    closed = {chunk.index for chunk in take.chunks if chunk.state != "recording"}
    sizes = []
    with suppress(OSError):
        for path in (spool.folder / take.id).iterdir():
            if CHUNK_FILE.fullmatch(path.name) and int(path.stem) not in closed:
                sizes.append(path.stat().st_size - HEADER_BYTES)
    found = [size_bytes // take.form.frame_bytes for size_bytes in sizes]
    return [frames for frames in found if frames > 0]


def _left(spool: Spool, take: Take, home: Home) -> LeftTake:
    has_moved = spool.keeps and is_moved(take.home, home)
    closed = [chunk for chunk in take.chunks if chunk.frames]
    waiting = sum(has_moved or chunk.state != "in_s3" for chunk in closed)
    unclosed = unclosed_frames(spool, take)
    return LeftTake(
        take,
        take.duration_s + sum(unclosed) / take.form.rate_hz,
        waiting + len(unclosed),
        is_at_home(take.home, home, moves=spool.keeps),
        home_text(take.home, home),
        is_gone=take.finished and has_moved,
        unclosed=len(unclosed),
    )
