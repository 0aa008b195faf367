"""Columns of a sound that comes block by block: the extremes and the loudness of each.

NumPy compares samples that lie side by side thirty times as fast as those of one channel among
others. So of a long column, rows of a thousand samples are compared with each other as they lie,
and only the last row by channels. Of short columns, one channel is compared as it lies; two are
seen as one number of 32 bits, in whose order the upper half decides, and their squares as one
complex number; more are laid out one after another first.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.audio.planes import Extremes, Planes, joined

Samples = NDArray[np.int16]
"""A block of a sound, of shape (frames, channels)."""

_STEP_SAMPLES = 1 << 17
"""What is compared at once stays in the processor's cache; sums of so many squares are good to six
digits in 32 bits."""
_LONG_FRAMES = 1 << 13
_ROW_SAMPLES = 1 << 10
_ONE = np.zeros(1, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Columns; arrays of shape (columns, channels). `energy` is the sum of the squares."""

    low: NDArray[np.int16]
    high: NDArray[np.int16]
    energy: NDArray[np.float64]


class Columns:
    """Takes blocks of any sizes, and makes columns of `frames_each` frames.

    With `count` it makes so many instead over `frames_all` frames: column i begins with frame
    i · frames_all // count. One without a frame of its own has the one with which it begins. A
    sound that is longer goes on in the last; of a shorter one the last are silent.
    """

    def __init__(
        self,
        channels: int,
        frames_each: int = 0,
        *,
        count: int = 0,
        frames_all: int = 0,
        energy: bool = True,
    ) -> None:
        self.channels = channels
        self.frames = 0
        self.has_energy = energy
        self._each, self._count, self._all = frames_each, count, frames_all
        self._closed: list[Found] = []
        self._open: Found | None = None
        self._long: _Long | None = None
        self._next = 0
        self._floats = np.empty(max(_STEP_SAMPLES, channels) if energy else 0, np.float32)
        long = (frames_each or frames_all // max(1, count)) >= _LONG_FRAMES
        self._take = self._add_long if long else self._add

    def add(self, block: Samples | Planes) -> None:
        """Take in the next frames. A sound comes as samples or as planes, from its start on."""
        if isinstance(block, Planes):
            self._take(block)
            return
        step = max(1, _STEP_SAMPLES // self.channels)
        for at in range(0, len(block), step):
            self._take(np.ascontiguousarray(block[at : at + step]))

    def found(self) -> Found:
        """Return the columns until now, the last as far as it goes."""
        last = self._open if self._long is None else self._long.found()
        rows = self._closed if last is None else [*self._closed, last]
        missing = max(0, self._count - sum(len(each.low) for each in rows))
        return _joined([*rows, _silent(missing, self.channels)])

    def taken(self) -> Found:
        """Return the columns that are complete, and forget them, so that their memory is free."""
        rows, self._closed = self._closed, []
        return _joined([*rows, _silent(0, self.channels)])

    def lengths(self) -> NDArray[np.int64]:
        """Return of how many frames each column is made, at least 1; of shape (columns, 1)."""
        starts = self._starts(0, max(self.frames, self._all))
        lengths = np.diff(np.append(starts, max(self.frames, self._all)))
        return np.maximum(lengths, 1)[:, np.newaxis]

    def _add(self, block: Samples | Planes) -> None:
        begin, self.frames = self.frames, self.frames + len(block)
        starts = self._starts(begin, self.frames) - begin
        if not len(starts) or starts[0]:
            starts = np.insert(starts, 0, 0)
            found = _reduced(block, starts, self._floats)
            if self._open is not None:
                found = _with_before(self._open, found)
        else:
            found = _reduced(block, starts, self._floats)
            if self._open is not None:
                self._closed.append(self._open)
        self._closed.append(_rows(found, slice(None, -1)))
        self._open = _rows(found, slice(-1, None))

    def _add_long(self, block: Samples | Planes) -> None:
        begin, self.frames = self.frames, self.frames + len(block)
        if self.frames <= self._next and self._long is not None:
            self._long.add(block)
            return
        at = 0
        for start in (self._starts(begin, self.frames) - begin).tolist():
            self._go_on(block[at:start])
            if self._long is not None:
                self._closed.append(self._long.found())
            self._long, at = _Long(self.channels, self._floats), start
        self._go_on(block[at:])
        self._next = self._begins_next(self.frames)

    def _go_on(self, frames: Samples | Planes) -> None:
        if self._long is not None and len(frames):
            self._long.add(frames)

    def _begins_next(self, frame: int) -> int:
        """Return a frame up to which no column begins, from `frame` on."""
        if self._each:
            return -(-frame // self._each) * self._each
        number = -(-frame * self._count // max(1, self._all))
        return number * self._all // self._count if number < self._count else sys.maxsize

    def _starts(self, begin: int, end: int) -> NDArray[np.int64]:
        """Return the first frames of the columns that begin there."""
        if self._each:
            return np.arange(-(-begin // self._each) * self._each, end, self._each, dtype=np.int64)
        if not self._all:
            return np.zeros(1 if begin == 0 else 0, np.int64)
        first, last = (-(-at * self._count // self._all) for at in (begin, end))
        numbers = np.arange(min(first, self._count), min(last, self._count), dtype=np.int64)
        return numbers * self._all // self._count


class _Long:
    """A column of many frames, while it is made: the extremes and the squares of each place in
    rows of whole frames; and those of planes."""

    def __init__(self, channels: int, floats: NDArray[np.float32]) -> None:
        self._channels, self._floats = channels, floats
        self._row = max(1, _ROW_SAMPLES // channels) * channels
        self._low = np.full(self._row, 32767, np.int16)
        self._high = np.full(self._row, -32768, np.int16)
        self._squares = np.zeros(self._row)
        self._of_planes: list[Extremes] = []

    def add(self, block: Samples | Planes) -> None:
        """Take in more of it."""
        if isinstance(block, Planes):
            found = block.columns(_ONE, energy=len(self._floats) > 0)
            if found is not None:
                self._of_planes.append(found)
                return
            block = block.samples()
        samples = block.reshape(-1)
        rest = len(samples) % self._row
        whole = len(samples) - rest
        if whole:
            self._compare(samples[:whole].reshape(-1, self._row))
        if rest:
            self._compare(samples[whole:].reshape(1, -1))

    def found(self) -> Found:
        """Return the column as far as it goes."""
        low = self._low.reshape(-1, self._channels)
        high = self._high.reshape(-1, self._channels)
        squares = self._squares.reshape(-1, self._channels)
        found = Found(low, high, squares)
        if self._of_planes:
            found = _joined([found, Found(*joined(self._of_planes).in_16_bits())])
        return Found(
            found.low.min(axis=0, keepdims=True),
            found.high.max(axis=0, keepdims=True),
            found.energy.sum(axis=0, keepdims=True),
        )

    def _compare(self, rows: Samples) -> None:
        width = rows.shape[1]
        low, high = self._low[:width], self._high[:width]
        np.minimum(low, np.minimum.reduce(rows, axis=0), out=low)
        np.maximum(high, np.maximum.reduce(rows, axis=0), out=high)
        if len(self._floats):
            exact = _as_floats(rows, self._floats)
            squares = self._squares[:width]
            squares += np.einsum("ij,ij->j", exact, exact)


def mixed(blocks: Iterator[Samples]) -> Iterator[Samples]:
    """Yield one channel for all: the mean, cut towards zero, as audiowaveform has it."""
    for block in blocks:
        channels = block.shape[1]
        if channels == 1:
            yield block
            continue
        total = block.sum(axis=1, dtype=np.int32, keepdims=True)
        yield (total // channels + ((total < 0) & (total % channels != 0))).astype(np.int16)


def _reduced(
    block: Samples | Planes, starts: NDArray[np.int64], floats: NDArray[np.float32]
) -> Found:
    """Return the columns of a block that begin at `starts`, each to the next one; no energy where
    there are no `floats` to work in."""
    if isinstance(block, Planes):
        found = block.columns(starts, energy=len(floats) > 0)
        return Found(*found.in_16_bits()) if found else _reduced(block.samples(), starts, floats)
    if block.shape[1] == 2 and block.dtype == np.dtype("<i2"):
        low, high = _extremes_of_two(block, starts)
    else:
        each = [np.ascontiguousarray(block[:, channel]) for channel in range(block.shape[1])]
        low = np.stack([np.minimum.reduceat(one, starts) for one in each], axis=1)
        high = np.stack([np.maximum.reduceat(one, starts) for one in each], axis=1)
    if not len(floats):
        return Found(low, high, np.zeros(low.shape))
    return Found(low, high, _energy(_as_floats(block, floats), starts))


def _extremes_of_two(
    block: Samples, starts: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """As one number, the second channel is the upper half; shifted up, the first is."""
    both = block.view("<i4")[:, 0]
    first = both << 16
    low = [np.minimum.reduceat(numbers, starts) >> 16 for numbers in (first, both)]
    high = [np.maximum.reduceat(numbers, starts) >> 16 for numbers in (first, both)]
    return np.stack(low, 1).astype(np.int16), np.stack(high, 1).astype(np.int16)


def _as_floats(samples: Samples, floats: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the samples, in the same memory each time: new memory costs more than the copy."""
    found = floats[: samples.size].reshape(samples.shape)
    np.copyto(found, samples)
    return found


def _energy(squares: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    np.multiply(squares, squares, out=squares)
    if squares.shape[1] != 2:
        return np.add.reduceat(squares, starts, axis=0).astype(np.float64)
    sums = np.add.reduceat(squares.view(np.complex64)[:, 0], starts)
    return sums.view(np.float32).reshape(-1, 2).astype(np.float64)


def _with_before(before: Found, found: Found) -> Found:
    """Return what goes on with an open column in its first row."""
    np.minimum(found.low[0], before.low[0], out=found.low[0])
    np.maximum(found.high[0], before.high[0], out=found.high[0])
    np.add(found.energy[0], before.energy[0], out=found.energy[0])
    return found


def _rows(found: Found, rows: slice) -> Found:
    return Found(found.low[rows], found.high[rows], found.energy[rows])


def _silent(count: int, channels: int) -> Found:
    none = np.zeros((count, channels), np.int16)
    return Found(none, none, np.zeros((count, channels)))


def _joined(found: list[Found]) -> Found:
    return Found(
        np.concatenate([each.low for each in found]),
        np.concatenate([each.high for each in found]),
        np.concatenate([each.energy for each in found]),
    )
