"""Peaks that grow while a sound is decoded, and are shown as far as they go."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from s3audio_tui.audio.columns import Columns, Found
from s3audio_tui.audio.decode import Sound
from s3audio_tui.audio.peaks import BASE_FRAMES, Peaks
from s3audio_tui.errors import NotAudioError

EVERY_S = 0.1
"""How often they are shown."""

_MOST_COLUMNS = 1 << 20
_FRAMES_A_BYTE = 12
"""Of packed sound, 32 kbit/s at 48 kHz. So long may be what does not say its length."""


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """The peaks until now."""

    peaks: Peaks
    frames_all: int | None
    """How long the sound says that it is; None where it does not."""
    done: bool


def finest(frames: int | None, size_bytes: int) -> int:
    """Return the frames of the finest columns to keep, so that they never fill the memory.

    They are twice, four times … as long for sounds of hours; the same for the same bytes.
    """
    longest = size_bytes * _FRAMES_A_BYTE if frames is None else frames
    each = BASE_FRAMES
    while longest > each * _MOST_COLUMNS:
        each *= 2
    return each


class Growing:
    """Joins the columns of a sound, which come in their order."""

    def __init__(self, channels: int, sample_rate_hz: int, samples_per_pixel: int) -> None:
        none = np.empty((0, channels), np.int16)
        self._low, self._high, self._rms = [none], [none], [none.astype(np.float32)]
        self._rate_hz, self._each = sample_rate_hz, samples_per_pixel

    def add(self, found: Found) -> None:
        """Take in the next columns, with their energy as the sum over as many frames."""
        self._low.append(found.low)
        self._high.append(found.high)
        self._rms.append(np.sqrt(found.energy / self._each).astype(np.float32))

    def peaks(self, frames: int) -> Peaks:
        """Return those until now, which are made of `frames`; the last column may have fewer."""
        self._low, self._high = [np.concatenate(self._low)], [np.concatenate(self._high)]
        self._rms = [np.concatenate(self._rms)]
        (low,), (high,), (rms,) = self._low, self._high, self._rms
        last = frames - (len(rms) - 1) * self._each
        if 0 < last < self._each:
            rms = rms.copy()
            rms[-1] *= np.sqrt(self._each / last)
        shown = min(frames, len(rms) * self._each)
        return Peaks(low, high, rms, self._rate_hz, shown, self._each)


def grow(
    sound: Sound,
    size_bytes: int,
    samples_per_pixel: int = 0,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Grown]:
    """Decode it here; yield its peaks a few times a second, and at last with `done`.

    Raises `NotAudioError`, after the peaks of what is good.
    """
    each = samples_per_pixel or finest(sound.frames, size_bytes)
    growing = Growing(sound.channels, sound.sample_rate_hz, each)
    columns = Columns(sound.channels, each)
    shown = clock()
    try:
        for block in sound.blocks():
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
