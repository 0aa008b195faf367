"""How loud what comes in is, for a meter and a picture: made block by block, read at any time."""

import threading
from dataclasses import dataclass

import numpy as np

from s3audio_tui.audio.columns import Columns, Found, Samples
from s3audio_tui.audio.peaks import Peaks
from s3audio_tui.audio.sample_format import SampleFormat

FULL = 32_767
"""The loudest sample of 16 bits; where it is reached the sound is taken to be clipped."""

_COLUMNS_S = 20
_PICTURE_S = 60.0


@dataclass(frozen=True, slots=True)
class Levels:
    """What came since they were last taken, one number a channel: 1.0 is as loud as can be."""

    peaks: tuple[float, ...]
    rms: tuple[float, ...]
    clipped: tuple[bool, ...]
    frames: int


class Meter:
    """Takes blocks in one thread; is looked at in others. Only the last minute is in its memory."""

    def __init__(self, form: SampleFormat) -> None:
        self._form = form
        self._lock = threading.Lock()
        self._each = form.rate_hz // _COLUMNS_S
        self._most = int(_PICTURE_S * _COLUMNS_S)
        self.columns = 0
        """How many columns there had been when the picture was made last."""
        self._columns = Columns(form.channels, self._each)
        self._picture = self._columns.taken()
        self._unfolded = 0
        self._forget()

    def _forget(self) -> None:
        self._high = np.zeros(self._form.channels, np.int32)
        self._energy = np.zeros(self._form.channels)
        self._clipped = np.zeros(self._form.channels, bool)
        self._frames = self._noted = 0

    @property
    def frames(self) -> int:
        """How many have come."""
        return self._columns.frames

    def add(self, block: Samples) -> None:
        """Take in what has come."""
        if not len(block):
            return
        with self._lock:
            self._columns.add(block)
            self._frames += len(block)
            self._unfolded += len(block)
            if self._unfolded >= self._most * self._each:
                self._fold()  # nobody looks at it just now

    def taken(self) -> Levels:
        """Return how loud it was since this was called last.

        Nothing is looked at twice for it: it is taken from the columns.
        """
        with self._lock:
            self._fold()
            last, frames = self._columns.found(), (self._columns.frames - 1) % self._each + 1
            if self._frames:
                self._note(last, frames)
            peaks, clipped, came = self._high, self._clipped, self._frames
            rms = np.sqrt(np.maximum(self._energy, 0) / max(1, self._noted))
            self._forget()
            for energy in last.energy:  # it will be noted once more, with what follows
                self._energy -= energy
                self._noted -= frames
        return Levels(
            tuple(min(1.0, float(peak) / FULL) for peak in peaks),
            tuple(min(1.0, float(each) / FULL) for each in rms),
            tuple(bool(each) for each in clipped),
            came,
        )

    def picture(self) -> Peaks:
        """Return the last minute, in columns of a twentieth of a second."""
        with self._lock:
            self._fold()
            found = self._picture
        rms = np.sqrt(found.energy / self._each).astype(np.float32)
        frames = len(found.low) * self._each
        return Peaks(found.low, found.high, rms, self._form.rate_hz, frames, self._each)

    def _fold(self) -> None:
        before, new, most = self._picture, self._columns.taken(), self._most
        self._unfolded = 0
        self.columns += len(new.low)
        self._note(new, len(new.low) * self._each)
        self._picture = Found(
            np.concatenate([before.low, new.low])[-most:],
            np.concatenate([before.high, new.high])[-most:],
            np.concatenate([before.energy, new.energy])[-most:],
        )

    def _note(self, found: Found, frames: int) -> None:
        high = found.high.max(axis=0, initial=0).astype(np.int32)
        low = found.low.min(axis=0, initial=0).astype(np.int32)
        np.maximum(self._high, np.maximum(high, -low), out=self._high)
        self._clipped |= (high >= FULL) | (low <= -FULL - 1)
        self._energy += found.energy.sum(axis=0)
        self._noted += frames
