"""Peaks as the columns of a picture, of the whole sound or of a part of it.

Many columns of peaks become one by their extremes, never by their mean: a click of one sample stays
in sight from however far away.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from s3audio_tui.audio.peaks import Peaks

FULL = 32_768.0
FLOOR_DB = 48.0
"""So far below full scale the picture in decibels begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Columns; arrays of shape (columns, channels), 1 is full scale. Unknown columns are 0."""

    up: NDArray[np.float32]
    down: NDArray[np.float32]
    """How far it goes below the centre, as a positive number."""
    rms: NDArray[np.float32] | None
    known: int
    """So many columns from the left are known."""

    @property
    def channels(self) -> int:
        """How many there are."""
        return int(self.up.shape[1])

    def mixed(self) -> "Levels":
        """Return one channel that goes as far as any."""
        if self.channels == 1:
            return self
        rms = None if self.rms is None else np.sqrt((self.rms**2).mean(1, keepdims=True))
        return Levels(self.up.max(1, keepdims=True), self.down.max(1, keepdims=True), rms,
                      self.known)  # fmt: skip


def levels(peaks: "Peaks", begin: int, end: int, width: int, *, at: int = 0) -> Levels:
    """Return `width` columns of the frames from `begin` to `end`.

    Column i begins with frame begin + i · (end - begin) // width, to the columns of `peaks`, whose
    first frame is `at` of the sound. Frames that `peaks` do not have yet are unknown; they begin
    nowhere but at the right.
    """
    edges = begin - at + np.arange(width + 1) * (end - begin) // width
    known = int(np.searchsorted(edges[:-1], peaks.frames)) if len(peaks) else 0
    up = np.zeros((width, peaks.channels), np.float32)
    down, rms = np.zeros_like(up), None if peaks.rms is None else np.zeros_like(up)
    if known:
        starts, stop = _starts(peaks, edges, known)
        high = np.maximum.reduceat(peaks.high[:stop], starts)
        low = np.minimum.reduceat(peaks.low[:stop], starts)
        up[:known] = np.maximum(high, 0) / np.float32(FULL - 1)
        down[:known] = np.maximum(-low.astype(np.int32), 0) / np.float32(FULL)
        if rms is not None and peaks.rms is not None:
            squares = np.add.reduceat(peaks.rms[:stop] ** 2, starts)
            counts = np.maximum(np.diff(np.append(starts, stop)), 1)[:, np.newaxis]
            rms[:known] = np.sqrt(squares / counts) / np.float32(FULL)
    return Levels(up, down, rms, known)


def scaled(level: NDArray[np.float32], *, decibels: bool) -> NDArray[np.float32]:
    """Return how far a level goes from the centre, 0 to 1: as it is, or by its decibels."""
    if not decibels:
        return np.minimum(level, np.float32(1))
    db = 20.0 * np.log10(np.maximum(level, np.float32(1e-6)))
    return np.clip(db / FLOOR_DB + 1.0, 0.0, 1.0).astype(np.float32)


def decibels_of(level: float) -> float:
    """Return a level, of which 1 is full scale, in dBFS; silence is minus infinity."""
    return float(20 * np.log10(level)) if level > 0 else -np.inf


@dataclass(frozen=True, slots=True)
class Measure:
    """How loud a part of a sound is, all channels together; 1 is full scale."""

    peak: float
    rms: float | None


def measure(peaks: "Peaks", begin: int, end: int) -> Measure:
    """Return the peak and the RMS of the frames from `begin` to `end`, to whole columns."""
    found = levels(peaks, begin, max(end, begin + 1), 1)
    rms = None if found.rms is None else float(np.sqrt((found.rms**2).mean()))
    return Measure(float(max(found.up.max(), found.down.max())), rms)


def _starts(peaks: "Peaks", edges: NDArray[np.int64], known: int) -> tuple[NDArray[np.int64], int]:
    """Return with which column of `peaks` each column begins, and the one after the last."""
    last = min(int(edges[known]), peaks.frames) - 1
    frames = np.append(np.clip(edges[:known], 0, peaks.frames - 1), max(last, 0))
    if peaks.samples_per_pixel:
        found = frames // peaks.samples_per_pixel
    else:
        found = ((frames + 1) * len(peaks) - 1) // peaks.frames
    found = np.minimum(found, len(peaks) - 1)
    return found[:-1], int(found[-1]) + 1
