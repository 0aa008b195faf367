"""Peaks that grow while a sound is decoded, and are shown as far as they go."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.audio.columns import Columns, Found
from s3audio_tui.audio.decode import Sound
from s3audio_tui.audio.peaks import BASE_FRAMES, Peaks
from s3audio_tui.errors import NotAudioError

EVERY_S = 0.1
"""How often they are shown."""

_MOST_VALUES = 1 << 21
"""Columns times channels: 16 MB."""
_FRAMES_A_BYTE = 12
"""Of packed sound, 32 kbit/s at 48 kHz. So long may be what does not say its length."""


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """The peaks until now."""

    peaks: Peaks
    frames_all: int | None
    """How long the sound says that it is; None where it does not."""
    done: bool


def finest(frames: int | None, size_bytes: int, channels: int = 2) -> int:
    """Return the frames of the finest columns to keep, so that they never fill the memory.

    They are twice, four times … as long for sounds of hours; the same for the same bytes.
    """
    longest = size_bytes * _FRAMES_A_BYTE if frames is None else frames
    each = BASE_FRAMES
    while longest > each * (_MOST_VALUES // max(2, channels)):
        each *= 2
    return each


class Growing:
    """Joins the columns of a sound, which come in their order.

    There is room for all at once, if it says how long it is; what is not written takes no memory.
    """

    def __init__(
        self, channels: int, sample_rate_hz: int, samples_per_pixel: int, frames: int | None
    ) -> None:
        room = min(-(-(frames or 0) // samples_per_pixel), _MOST_VALUES // channels)
        self._low = self._high = np.empty((0, channels), np.int16)
        self._rms = np.empty((0, channels), np.float32)
        self._count = 0
        self._widen(room)
        self._rate_hz, self._each = sample_rate_hz, samples_per_pixel

    def add(self, found: Found) -> None:
        """Take in the next columns, with their energy as the sum over as many frames."""
        begin, self._count = self._count, self._count + len(found.low)
        if self._count > len(self._low):
            self._widen(max(self._count, len(self._low) * 3 // 2))
        self._low[begin : self._count] = found.low
        self._high[begin : self._count] = found.high
        self._rms[begin : self._count] = np.sqrt(found.energy / self._each)

    def peaks(self, frames: int) -> Peaks:
        """Return those until now, which are made of `frames`; the last column may have fewer.

        Those that come later are written behind them, so that nothing is copied.
        """
        low, high = self._low[: self._count], self._high[: self._count]
        rms = self._rms[: self._count]
        last = frames - (len(rms) - 1) * self._each
        if 0 < last < self._each:
            rms = rms.copy()
            rms[-1] *= np.sqrt(self._each / last)
        shown = min(frames, len(rms) * self._each)
        return Peaks(low, high, rms, self._rate_hz, shown, self._each)

    def _widen(self, room: int) -> None:
        self._low = _wider(self._low, room)
        self._high = _wider(self._high, room)
        self._rms = _wider(self._rms, room)


def _wider(columns: NDArray[Any], room: int) -> NDArray[Any]:
    made = np.empty((room, columns.shape[1]), columns.dtype)
    made[: len(columns)] = columns
    return made


def grow(
    sound: Sound,
    size_bytes: int,
    samples_per_pixel: int = 0,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Grown]:
    """Decode it here; yield its peaks a few times a second, and at last with `done`.

    Raises `NotAudioError`, after the peaks of what is good.
    """
    each = samples_per_pixel or finest(sound.frames, size_bytes, sound.channels)
    growing = Growing(sound.channels, sound.sample_rate_hz, each, sound.frames)
    columns = Columns(sound.channels, each)
    shown = clock()
    try:
        for block in sound.measured():
            columns.add(block)
            if clock() - shown >= EVERY_S:
                growing.add(columns.taken())
                yield Grown(growing.peaks(columns.frames), sound.frames, done=False)
                shown = clock()
    except NotAudioError:
        growing.add(columns.found())  # what is good comes before what is wrong
        yield Grown(growing.peaks(columns.frames), sound.frames, done=False)
        raise
    growing.add(columns.found())
    yield Grown(growing.peaks(columns.frames), sound.frames, done=True)
