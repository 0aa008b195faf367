"""Where a packed sound can be entered in its middle: by a few looks, not by reading up to there.

Places are guessed between two that are known; what lies there tells its own, and the right one is
mostly the first or second. Formats that tell no places are in `bare_frames`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from s3audio_tui.audio.flac_frames import FlacHead, frames_in

_WINDOW_BYTES = 64 * 1024
_LOOKS = 16
_GUESSES = 6
"""Guesses that go wrong are followed by halving."""
_NEAR_S = 1.0
"""So much is decoded in vain rather than looking once more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A byte with which a packet begins, and the frame that it begins with."""

    at: int
    frame: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place in a file: the frame to begin with, and what is known of the whole."""

    size_bytes: int
    first: int = 0
    length_s: float | None = None
    """How long the sound is; only where somebody has found out."""


Look = Callable[[bytes, int], Iterator[Entry]]
"""Takes bytes and where they lie, and yields the entries among them."""


def into_flac(file: BinaryIO, start: int, head: FlacHead, wanted: Wanted) -> Entry | None:
    """Return an entry at or before a frame; None where the file has none that is sure.

    `start` is where the frames begin.
    """

    def look(data: bytes, at: int) -> Iterator[Entry]:
        for offset, first in frames_in(data, head):
            yield Entry(at + offset, first)

    low, high = Entry(start, 0), Entry(wanted.size_bytes, head.frames)
    if not low.frame < wanted.first < high.frame or high.at <= low.at:
        return None
    near = int(_NEAR_S * head.sample_rate_hz)
    entry = nearest(file, look, low, high, wanted.first, near)
    return None if entry is low and wanted.first > near else entry


def nearest(file: BinaryIO, look: Look, low: Entry, high: Entry, frame: int, near: int) -> Entry:
    """Return an entry at or before a frame, at most `near` before it where there is one.

    Looks between two that are known where it should be, ever closer; `low` if nothing is found.
    """
    for number in range(_LOOKS):
        if frame - low.frame <= near or high.at - low.at <= _WINDOW_BYTES:
            return low
        share = max(0, frame - near // 2 - low.frame) / (high.frame - low.frame)
        share = share if number < _GUESSES else 0.5
        at = min(low.at + int((high.at - low.at) * share), high.at - _WINDOW_BYTES // 2)
        file.seek(at)
        found = [
            entry
            for entry in look(file.read(_WINDOW_BYTES), at)
            if low.frame < entry.frame < high.frame
        ]
        if not found:
            high = Entry(max(at, low.at + 1), high.frame)  # a packet goes from before it to there
            continue
        low = max((e for e in found if e.frame <= frame), key=_frame, default=low)
        high = min((e for e in found if e.frame > frame), key=_frame, default=high)
    return low


def _frame(entry: Entry) -> int:
    return entry.frame
