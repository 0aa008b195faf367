"""A first look at a long sound that is not packed, from a few bytes of each column.

Four windows of 16 KB a column spread over it: of 1 GB in 200 columns that is 1.4 %. The loudness is
right within a fraction of a decibel, the extremes are not: so it is called approximate, drawn dim,
never kept as peaks, and replaced by what is exact.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.audio.pcm import Layout, to_16_bit
from s3audio_tui.audio.peaks import Peaks
from s3audio_tui.audio.ranged import ReadRange

LONG_BYTES = 100 * 1000**2
"""Below it, reading all is quick enough."""

_WINDOW_BYTES = 16 * 1024
_ROUNDS = (1, 3, 0, 2)
"""Which quarter of each column is looked at first."""

LOOKS = len(_ROUNDS)
"""So often `first_look` yields."""

Window = tuple[int, int, int]
"""A column, the first byte, how many."""
Fetch = Callable[[Window], tuple[int, bytes]]
Together = Callable[[Fetch, Iterable[Window]], Iterable[tuple[int, bytes]]]
"""Calls a function with each value, in any order or at once: `map`, or that of an executor."""


@dataclass(frozen=True, slots=True, eq=False)
class Approximate:
    """What a few bytes tell. The RMS may be trusted, the extremes are those that were met."""

    peaks: Peaks
    bytes_read: int


def worth_it(layout: Layout, count: int) -> bool:
    """Whether a first look in so many columns spares most of the reading."""
    whole = layout.frames * layout.frame_bytes
    return whole > LONG_BYTES and whole > 10 * count * len(_ROUNDS) * _WINDOW_BYTES


def first_look(
    read: ReadRange, layout: Layout, count: int, together: Together = map
) -> Iterator[Approximate]:
    """Yield `count` columns four times, from one window of each, then two, three, four.

    `together` may ask for many at once. Raises what `read` does.
    """
    look = _Look(layout, count)
    bytes_read = 0

    def fetch(window: Window) -> tuple[int, bytes]:
        column, start, length = window
        return column, read(start, length)

    for quarter in _ROUNDS:
        for column, data in together(fetch, look.windows(quarter)):
            bytes_read += len(data)
            look.add(column, data)
        yield Approximate(look.peaks(), bytes_read)


class _Look:
    """What was met in each column."""

    def __init__(self, layout: Layout, count: int) -> None:
        self._layout = layout
        self._edges = np.arange(count + 1) * layout.frames // count
        shape = (count, layout.channels)
        self._low = np.zeros(shape, np.int16)
        self._high = np.zeros(shape, np.int16)
        self._energy = np.zeros(shape)
        self._frames: NDArray[np.int64] = np.zeros((count, 1), np.int64)

    def windows(self, quarter: int) -> Iterator[Window]:
        """Yield the window in the middle of that quarter of each column."""
        each = max(1, _WINDOW_BYTES // self._layout.frame_bytes)
        for column in range(len(self._low)):
            start, end = int(self._edges[column]), int(self._edges[column + 1])
            parts = len(_ROUNDS)
            first = start + (end - start) * quarter // parts
            last = start + (end - start) * (quarter + 1) // parts
            frames = min(each, last - first)
            if frames > 0:
                at = first + (last - first - frames) // 2
                bytes_each = self._layout.frame_bytes
                yield column, self._layout.start_bytes + at * bytes_each, frames * bytes_each

    def add(self, column: int, data: bytes) -> None:
        """Take in a window."""
        whole = len(data) - len(data) % self._layout.frame_bytes
        samples = to_16_bit(data[:whole], self._layout)
        if not len(samples):
            return
        low, high = samples.min(axis=0), samples.max(axis=0)
        if self._frames[column]:
            low, high = np.minimum(low, self._low[column]), np.maximum(high, self._high[column])
        self._low[column], self._high[column] = low, high
        self._energy[column] += np.square(samples, dtype=np.float64).sum(axis=0)
        self._frames[column] += len(samples)

    def peaks(self) -> Peaks:
        """Return what is known until now."""
        rms = np.sqrt(self._energy / np.maximum(self._frames, 1)).astype(np.float32)
        rate_hz, frames = self._layout.sample_rate_hz, self._layout.frames
        return Peaks(self._low.copy(), self._high.copy(), rms, rate_hz, frames, 0)
