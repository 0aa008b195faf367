"""The waveform of the last minute of what comes in: now is at the right, and it moves left."""

from typing import TYPE_CHECKING, Any

from s3audio_tui.tui.widgets.drawn_wave import DrawnWave
from s3audio_tui.tui.widgets.wave_picture import Sound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from s3audio_tui.audio.meter import Meter
    from s3audio_tui.audio.peaks import Peaks

_SHOWN = 1200
"""Columns of a meter's picture: a minute of twentieths of a second."""
_STEPS_S = (10, 15, 20, 30)
_GUTTER, _GUTTER_FROM = 3, 40


class LastMinute(DrawnWave):
    """Drawn anew when a column of it is full; what is not recorded is dim."""

    _drawn_for: tuple[object, ...] = ()

    @property
    def names_width(self) -> int:
        """As the base; where channels stand apart they are named."""
        return _GUTTER if self.size.width >= _GUTTER_FROM and len(self._lanes()) > 1 else 0

    def listen(self, meter: "Meter", *, dim: bool) -> None:
        """Show what a meter has seen."""
        peaks = meter.picture()
        if self.sound is None:  # how wide it is depends on the channels
            self.sound = Sound(peaks, 1)
        each = max(-(-_SHOWN // max(self.columns, 1)), 1)
        full = meter.columns // each
        drawn_for = (meter, full, self.columns, dim)
        if self.columns < 1 or drawn_for == self._drawn_for:
            return
        self._drawn_for = drawn_for
        over = meter.columns - full * each
        self.show(Sound(*_cut(peaks, over, each * self.columns), exact=not dim))

    def ruler(self, width: int) -> str:
        """Return how long ago it was."""
        each = max(-(-_SHOWN // max(self.columns, 1)), 1)
        seconds = each * width / 20
        for step in _STEPS_S:
            if step / seconds * width >= 10:
                break
        line = [" "] * width
        line[-3:] = "now"
        ago = step
        while ago < seconds:
            text, column = f"−{ago} s", round(width - ago / seconds * width)
            if column + len(text) < width - 5:
                line[column : column + len(text)] = text
            ago += step
        return "".join(line)[:width]


def _cut(peaks: "Peaks", over: int, wanted: int) -> "tuple[Peaks, int]":
    """Return so many columns without the last `over`, with silence before them; and the frames."""
    import numpy as np

    from s3audio_tui.audio.peaks import Peaks

    until = len(peaks) - over

    def fitted(values: "NDArray[Any]") -> "NDArray[Any]":
        kept = values[max(until - wanted, 0) : max(until, 0)]
        before = np.zeros((wanted - len(kept), values.shape[1]), values.dtype)
        return np.concatenate([before, kept])

    each, rms = peaks.samples_per_pixel, peaks.rms
    low, high = fitted(peaks.low), fitted(peaks.high)
    loud = None if rms is None else fitted(rms)
    frames = wanted * each
    return Peaks(low, high, loud, peaks.sample_rate_hz, frames, each), frames
