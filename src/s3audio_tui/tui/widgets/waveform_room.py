"""The waveform in the details: a quiet centre line until it is known, and times below it."""

from typing import TYPE_CHECKING

from textual.reactive import reactive

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.widgets.drawn_wave import DrawnWave
from s3audio_tui.units import duration_text

if TYPE_CHECKING:
    from s3audio_tui.catalog.rows import Row
    from s3audio_tui.tui.play_side import Heard
    from s3audio_tui.tui.widgets.wave_picture import Sound

_GAP = 3
"""Cells between two times at least."""

_SHORT_S = 9.95
"""Shorter ones have tenths of a second, and no times between."""

_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000)


class WaveformRoom(DrawnWave):
    """Seven lines. Nothing is drawn that is not known: without a length there are no times."""

    BELOW = 1

    length_s: reactive[float | None] = reactive(None)

    _row: "Row | None" = None
    _heard: "Heard | None" = None

    def belong_to(self, row: "Row | None") -> None:
        """Take note of which file it is the waveform."""
        self._row = row
        self.hear(self._heard)

    def tell(self, told: "Sound | S3AudioError | None") -> None:
        """Show a sound, or what has come of it; and why there is none, or no more of it."""
        sound = None if isinstance(told, S3AudioError) else told
        trouble = told if isinstance(told, S3AudioError) else sound and sound.trouble
        self.note = safe(trouble.message) if trouble else ""
        self.show(sound)
        self.hear(self._heard)

    def hear(self, heard: "Heard | None") -> None:
        """Draw where it is heard, if it is this file that is."""
        self._heard, frame = heard, None
        if heard is not None and self.sound is not None and _is_same(heard.row, self._row):
            frame = round(heard.at_s * self.sound.rate_hz)
        if frame != self.playhead:
            self.play_at(frame)

    def ruler(self, width: int) -> str:
        """Return times from the start to the length that the catalog knows, or the sound has."""
        length_s = self.length_s
        if length_s is None and self.sound is not None:
            length_s = self.sound.frames / self.sound.rate_hz
        return "" if length_s is None else ruler(length_s, width)


def _is_same(heard: "Row", shown: "Row | None") -> bool:
    return shown is not None and (heard.key, heard.etag) == (shown.key, shown.etag)


def ruler(length_s: float, width: int) -> str:
    """Return times from 0:00 at the left to the length at the right, even steps between them."""
    end = clock_text(length_s) if length_s >= _SHORT_S else duration_text(length_s)
    line = ["0:00".ljust(width - len(end))[: max(width - len(end), 0)], end]
    text = "".join(line)[:width]
    if length_s < _SHORT_S:
        return text
    for step in _STEPS_S:
        if length_s / step > width:
            continue
        times = [at * step for at in range(1, int(length_s / step) + 1)]
        marks = [(round(at / length_s * (width - 1)), clock_text(at)) for at in times]
        if _apart(marks, width):
            return _placed(text, marks, width - len(end) - _GAP)
    return text


def clock_text(seconds: float) -> str:
    """Return a time as `4:33` or `1:02:07`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _apart(marks: list[tuple[int, str]], width: int) -> bool:
    """Whether the times stand apart, the first from 0:00 at the left too."""
    at = len("0:00") + _GAP
    for column, text in marks:
        start = column - len(text) // 2
        if start < at and column < width - 1:
            return False
        at = start + len(text) + _GAP
    return True


def _placed(text: str, marks: list[tuple[int, str]], until: int) -> str:
    for column, mark in marks:
        start = column - len(mark) // 2
        if start + len(mark) <= until:
            text = text[:start] + mark + text[start + len(mark) :]
    return text
