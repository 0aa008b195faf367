"""How loud it is, a line a channel: loudness thick, peaks thin, the last one held; a clip light."""

from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from s3audio_tui.tui.needles import FLOOR_DB, Needle

_ROLES = ("quiet", "warm", "hot", "rail", "hold", "text", "dim", "clip", "dark")
_WARM_DB, _HOT_DB = -12.0, -3.0
_NAME, _FIGURES, _LEAST = 3, 30, 12
_MARKS_DB = (-48, -36, -24, -18, -12, -6, -3, 0)
_SEGMENTS = {"quiet": _WARM_DB, "warm": _HOT_DB, "hot": 0.0}


class LevelMeter(Widget):
    """Draws needles as they were shown last; a scale below them where there is a line for it."""

    COMPONENT_CLASSES: ClassVar = {f"level-meter--{role}" for role in _ROLES}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._needles: tuple[Needle, ...] = ()
        self._styles_of: dict[str, Style] = {}

    @property
    def needles(self) -> tuple[Needle, ...]:
        """What is shown."""
        return self._needles

    def show(self, needles: tuple[Needle, ...]) -> None:
        """Show other needles."""
        if needles == self._needles:
            return
        if len(needles) != len(self._needles):
            self.styles.height = max(len(needles), 1) + 1
            self.refresh()
        elif len(needles):
            self.refresh(Region(0, 0, self.size.width, len(needles)))
        self._needles = needles

    def render_line(self, y: int) -> Strip:
        """Draw a channel, or the scale."""
        width = self.size.width
        bar = max(width - _NAME - _FIGURES, min(width - _NAME - 8, _LEAST), 1)
        if y < len(self._needles):
            segments = self._channel(y, bar, width)
        elif y == len(self._needles):
            segments = [self._segment(" " * _NAME + _scale(bar), "dim")]
        else:
            segments = []
        return Strip(segments).adjust_cell_length(width, self._style("text"))

    def _channel(self, at: int, bar: int, width: int) -> list[Segment]:
        needle = self._needles[at]
        names = "LR" if len(self._needles) == 2 else ""
        name = names[at] if names else str(at + 1) if len(self._needles) > 1 else ""
        segments = [self._segment(name.rjust(1).ljust(_NAME), "dim"), *self._bar(needle, bar)]
        light = "CLIP" if needle.clipped else ""
        now, most = f"{_db_text(needle.peak_db):>7}", f"   peak {_db_text(needle.most_db):>5}"
        segments.append(self._segment(now, "text"))
        if width - _NAME - bar >= _FIGURES:
            segments.append(self._segment(most, "dim"))
        segments.append(self._segment("  ", "text"))
        segments.append(self._segment(f" {light} " if light else "", "clip"))
        return segments

    def _bar(self, needle: Needle, width: int) -> list[Segment]:
        full, thin = _cells(needle.rms_db, width), _cells(needle.peak_db, width)
        until = max(full, thin)
        text = ("█" * full + "━" * (until - full)).ljust(width, "─")
        held = min(_cells(needle.hold_db, width), width) - 1
        cuts = {0, width, until, *_edges(width)}
        if held >= 0 and needle.hold_db > FLOOR_DB:
            text = f"{text[:held]}┃{text[held + 1 :]}"
            cuts |= {held, held + 1}
        else:
            held = -1
        segments = []
        for begin, end in pairwise(sorted(cuts)):
            role = "hold" if begin == held else "rail" if begin >= until else _role(begin, width)
            segments.append(self._segment(text[begin:end], role))
        return segments

    def _segment(self, text: str, role: str) -> Segment:
        return Segment(text, self._style(role))

    def _style(self, role: str) -> Style:
        if role not in self._styles_of:
            self._styles_of[role] = self.get_component_rich_style(f"level-meter--{role}")
        return self._styles_of[role]

    def notify_style_update(self) -> None:
        """Forget styles: the theme has changed."""
        super().notify_style_update()
        self._styles_of.clear()


def _cells(level_db: float, width: int) -> int:
    return round((level_db - FLOOR_DB) / -FLOOR_DB * width)


def _role(at: int, width: int) -> str:
    level_db = FLOOR_DB + (at + 0.5) / width * -FLOOR_DB
    return next(role for role, until in _SEGMENTS.items() if level_db < until)


@lru_cache(maxsize=8)
def _edges(width: int) -> tuple[int, ...]:
    """Return the cells at which another role begins, in a bar that is full."""
    roles = [_role(at, width) for at in range(width)]
    return tuple(at for at in range(1, width) if roles[at] != roles[at - 1])


def _db_text(level_db: float) -> str:
    if level_db <= FLOOR_DB:
        return "−∞"
    return f"{level_db:.1f}".replace("-", "−")


def _scale(width: int) -> str:
    """Return the decibels under a bar, as many as have room."""
    line = [" "] * width
    until = width
    for mark in reversed(_MARKS_DB):
        text = str(mark).replace("-", "−")
        end = min(_cells(mark, width) + (len(text) // 2 if mark else 0), width)
        begin = end - len(text)
        if begin < 0 or end > until:
            continue
        line[begin:end] = text
        until = begin - 1
    return "".join(line)
