"""Peaks of a sound: the least and the greatest sample of each column, and its loudness.

A column is a stretch of frames; a frame is one sample of each channel. Samples have 16 bits, as in
the files that keep peaks; of a finer sound they are the upper 16. The finest columns that are kept
make all coarser ones, so that nothing is decoded again to be seen from farther away.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.audio.columns import Columns, Samples
from s3audio_tui.audio.planes import Planes

BASE_FRAMES = 256
"""The finest columns that are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Columns of a sound. The arrays are of shape (columns, channels)."""

    low: NDArray[np.int16]
    high: NDArray[np.int16]
    rms: NDArray[np.float32] | None
    """Root of the mean square, 0 to 32768; None where it is not known."""
    sample_rate_hz: int
    frames: int
    """Of the sound; where only peaks are known, of all their columns."""
    samples_per_pixel: int
    """The frames of each column, of which the last may have fewer; 0 for a count of columns."""

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.low)

    @property
    def channels(self) -> int:
        """How many there are."""
        return int(self.low.shape[1])

    @property
    def duration_s(self) -> float:
        """How long the sound is."""
        return self.frames / self.sample_rate_hz

    def coarser(self, times: int) -> "Peaks":
        """Return columns so many times as long: the same as made of the sound itself.

        Only of columns that are equally long.
        """
        starts = np.arange(0, len(self), times)
        each = self.samples_per_pixel
        if not len(self):
            return Peaks(self.low, self.high, self.rms, self.sample_rate_hz, 0, each * times)
        return Peaks(
            np.minimum.reduceat(self.low, starts),
            np.maximum.reduceat(self.high, starts),
            None if self.rms is None else _joined_rms(self.rms, starts, each, self.frames),
            self.sample_rate_hz,
            self.frames,
            each * times,
        )


def _joined_rms(
    rms: NDArray[np.float32], starts: NDArray[np.int64], each: int, frames: int
) -> NDArray[np.float32]:
    lengths = np.full((len(rms), 1), float(each))
    lengths[-1] = frames - (len(rms) - 1) * each
    energy = np.add.reduceat(rms.astype(np.float64) ** 2 * lengths, starts)
    return np.sqrt(energy / np.add.reduceat(lengths, starts)).astype(np.float32)


def peaks_every(
    blocks: Iterable[Samples | Planes],
    channels: int,
    sample_rate_hz: int,
    samples_per_pixel: int = BASE_FRAMES,
    *,
    rms: bool = True,
) -> Peaks:
    """Return columns of so many frames of a sound that comes in blocks of any sizes."""
    columns = Columns(channels, samples_per_pixel, energy=rms)
    for block in blocks:
        columns.add(block)
    return peaks_of(columns, sample_rate_hz, samples_per_pixel)


def peaks_in_all(
    blocks: Iterable[Samples | Planes],
    channels: int,
    sample_rate_hz: int,
    count: int,
    frames: int,
    *,
    rms: bool = True,
) -> Peaks:
    """Return exactly `count` columns of a sound of `frames` frames."""
    columns = Columns(channels, count=count, frames_all=frames, energy=rms)
    for block in blocks:
        columns.add(block)
    return peaks_of(columns, sample_rate_hz, 0)


def peaks_of(columns: Columns, sample_rate_hz: int, samples_per_pixel: int) -> Peaks:
    """Return what has been collected until now."""
    found, rms = columns.found(), None
    if columns.has_energy:
        rms = np.sqrt(found.energy / columns.lengths()).astype(np.float32)
    return Peaks(found.low, found.high, rms, sample_rate_hz, columns.frames, samples_per_pixel)
