"""The waveform of the last minute of what comes in: now is at the right, and it moves left."""

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from s3audio_tui.text import safe
from s3audio_tui.tui.widgets.drawn_wave import DrawnWave
from s3audio_tui.tui.widgets.wave_picture import Sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from s3audio_tui.audio.meter import Meter
    from s3audio_tui.audio.peaks import Peaks
    from s3audio_tui.drawing.cells import Cells
    from s3audio_tui.tui.rec_places import Place

_SHOWN = 1200
"""Columns of a meter's picture: a minute of twentieths of a second."""
_SECOND = 20
"""So many of them are a second."""
_STEPS_S = (10, 15, 20, 30)
_GUTTER, _GUTTER_FROM = 3, 40


class LastMinute(DrawnWave):
    """Drawn anew about once a second, by whole columns; what is not recorded is dim."""

    _drawn_for: tuple[object, ...] = ()
    _marked_at: "Sequence[tuple[int, str]]" = ()
    """The columns of markers, from the left, and their words."""

    @property
    def names_width(self) -> int:
        """As the base; where channels stand apart they are named."""
        return _GUTTER if self.size.width >= _GUTTER_FROM and len(self._lanes()) > 1 else 0

    def listen(self, meter: "Meter", places: "Sequence[Place]" = (), *, dim: bool) -> None:
        """Show what a meter has seen, with markers at their places."""
        peaks = meter.picture()
        if self.sound is None:  # how wide it is depends on the channels
            self.sound = Sound(peaks, 1)
        each = max(-(-_SHOWN // max(self.columns, 1)), 1)
        at_once = max(round(_SECOND / each), 1)
        full = meter.columns // each // at_once * at_once
        drawn_for = (meter, full, self.columns, dim, tuple(places))
        if self.columns < 1 or drawn_for == self._drawn_for:
            return
        self._drawn_for = drawn_for
        over = meter.columns - full * each
        self._marked_at = [
            (self._column(place.frame // peaks.samples_per_pixel, full, each), place.word)
            for place in places
        ]
        self.show(Sound(*_cut(peaks, over, each * self.columns), exact=not dim))

    def _column(self, heard: int, full: int, each: int) -> int:
        """Return where one of the meter's columns is in the picture; the last is at its edge."""
        return min(self.columns - full + heard // each, self.columns - 1)

    def _noted_on(self, cells: "Cells", begin: int) -> "Cells":
        """Draw the markers: a line, and beside it above as much of its word as has room."""
        from s3audio_tui.drawing.cells import Marks, Role, mark

        ends, drawn = [*(column for column, _ in self._marked_at[1:]), self.columns], 0
        for (column, word), end in zip(self._marked_at, ends, strict=False):
            if not begin <= column < self.columns:
                continue
            mark(cells, Marks(cursor=column, ascii=self._is_ascii), begin)
            text, at = _narrow(word), column + 1
            if at + len(text) > self.columns and column - len(text) >= drawn:
                at = column - len(text)  # it has just been set
            text = text[: max(end - at - 1, 0) if at > column else len(text)]
            drawn = max(column, at + len(text)) + 1
            row = slice(at - begin, at - begin + len(text))
            cells.codes[0, row] = [ord(char) for char in text]
            cells.fore[0, row], cells.back[0, row] = Role.CURSOR, Role.BACK
        return cells

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


def _narrow(word: str) -> str:
    """Return a word of which each character is a cell wide."""
    return "".join(char if cell_len(char) == 1 else "·" for char in safe(word))
