"""A block of a sound as FFmpeg decodes it: floats from -1 to 1, one channel behind the other.

The extremes of its columns are those of its 16 bits. Rounding keeps the order of samples, so the
extremes of the floats, rounded, are the same; and what lies side by side is compared three times as
fast as it is made 16 bits. FFmpeg multiplies by 32768, rounds halves to even, and cuts to the
range. For the squares all samples are rounded, so that loudness too is that of 16 bits, however the
sound is read.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SCALE = np.float32(32768)
_NEARLY = 0.9999
_MOST = 60_000.0
"""What is louder, or not a number, FFmpeg turns into 16 bits in ways of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Extremes:
    """Columns; arrays of shape (channels, columns). `squares` are those of 16 bits, or 0."""

    low: Floats
    high: Floats
    squares: Floats

    def in_16_bits(self) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.float64]]:
        """Return least, greatest and sum of squares, of shape (columns, channels)."""
        return _to_16_bit(self.low), _to_16_bit(self.high), self.squares.T.astype(np.float64)


class Planes:
    """A block of floats, and a way to its 16 bits, of shape (frames, channels).

    `work` is memory for as many floats as a plane has.
    """

    def __init__(
        self, planes: list[Floats], work: Floats, all_samples: Callable[[], NDArray[np.int16]]
    ) -> None:
        self._planes, self._work, self._all_samples = planes, work, all_samples
        self._part = slice(0, len(planes[0]))

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self._planes[0])

    def __getitem__(self, part: slice) -> "Planes":
        """Return a part of it."""
        start, end, _ = part.indices(len(self))
        found = Planes([plane[start:end] for plane in self._planes], self._work, self._all_samples)
        found._part = slice(self._part.start + start, self._part.start + end)
        return found

    @property
    def nbytes(self) -> int:
        """How many bytes its 16 bits take."""
        return len(self) * len(self._planes) * 2

    def samples(self) -> NDArray[np.int16]:
        """Return its 16 bits."""
        return self._all_samples()[self._part]

    def columns(self, starts: NDArray[np.int64], *, energy: bool) -> Extremes | None:
        """Return the columns that begin at `starts`, each to the next one; None where only its
        16 bits can tell."""
        found = []
        for plane in self._planes:  # all of one, while it is in the cache
            low, high = np.minimum.reduceat(plane, starts), np.maximum.reduceat(plane, starts)
            least, greatest = np.minimum.reduce(low), np.maximum.reduce(high)
            if not (least > -_MOST and greatest < _MOST):  # nor NaN
                return None
            cut = bool(least < -1 or greatest > _NEARLY)
            squares = self._squares(plane, starts, cut=cut) if energy else np.zeros_like(low)
            found.append((low, high, squares))
        return Extremes(*np.array(found).swapaxes(0, 1))

    def _squares(self, plane: Floats, starts: NDArray[np.int64], *, cut: bool) -> Floats:
        each = int(starts[1]) if len(starts) > 1 else len(plane)
        even = len(plane) == each * len(starts) and (
            len(starts) < 3 or bool((np.diff(starts) == each).all())
        )
        work = np.multiply(plane, _SCALE, out=self._work[: len(plane)])
        np.rint(work, out=work)
        if cut:
            np.clip(work, -32768, 32767, out=work)
        if even:
            return _squared(work, each)
        np.multiply(work, work, out=work)
        return np.add.reduceat(work, starts)


def _squared(floats: Floats, each: int) -> Floats:
    rows = floats.reshape(-1, each)
    found: Floats = np.vecdot(rows, rows)
    return found


def joined(columns: list[Extremes]) -> Extremes:
    """Return one column of all."""
    return Extremes(
        np.concatenate([each.low for each in columns], axis=1).min(axis=1, keepdims=True),
        np.concatenate([each.high for each in columns], axis=1).max(axis=1, keepdims=True),
        np.concatenate([each.squares for each in columns], axis=1).sum(axis=1, keepdims=True),
    )


def _to_16_bit(extremes: Floats) -> NDArray[np.int16]:
    whole = np.rint(extremes.T * _SCALE)
    found: NDArray[np.int16] = np.clip(whole, -32768, 32767).astype(np.int16)
    return found
