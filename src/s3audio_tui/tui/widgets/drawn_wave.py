"""A waveform as it is drawn: a picture of a part of a sound, marks over it, a ruler below.

What there is of it is values. Without a sound it is a quiet line, and NumPy is not loaded.
"""

import os
import sys
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from s3audio_tui.tui.wave_lines import ROLES, WaveColours, lines
from s3audio_tui.tui.wave_view import View
from s3audio_tui.tui.widgets.wave_picture import Sound, cells_of

if TYPE_CHECKING:
    from s3audio_tui.drawing.cells import Cells, Marks
    from s3audio_tui.drawing.glyphs import Glyphs
    from s3audio_tui.drawing.picture import Look


class DrawnWave(Widget):
    """Draws; `Waveform` is the one that can be looked around in."""

    COMPONENT_CLASSES: ClassVar = {*(f"waveform--{role}" for role in ROLES), "waveform--time"}

    BELOW = 0
    """Empty lines below the ruler."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sound: Sound | None = None
        self.view = View.whole(1)
        self.cursor: int | None = None
        """A frame, as the others."""
        self.selected: tuple[int, int] | None = None
        self.playhead: int | None = None
        self.decibels = False
        self.glyphs: Glyphs | None = None
        """The characters to draw with; None for those of the terminal."""
        self._cells: Cells | None = None
        self._colours: WaveColours | None = None

    def show(self, sound: Sound | None) -> None:
        """Show a sound, or what has come of it since; the part in sight stays."""
        before, self.sound = self.sound, sound
        frames = sound.frames if sound is not None else 1
        if sound is None or before is None or self.view.is_whole:
            self.view = View.whole(frames)
        else:
            self.view = replace(self.view, frames=frames).part(self.view.begin, self.view.span)
        if sound is None:
            self.cursor = self.selected = self.playhead = None
        self.redraw()

    def play_at(self, frame: int | None) -> None:
        """Draw the playhead elsewhere, and only the columns between there and here."""
        before, self.playhead = self.playhead, frame
        columns = [self.column_of(each) for each in (before, frame) if each is not None]
        if len(columns) == 1:
            columns.append(0)  # what has been played begins at the left
        if columns and columns[0] != columns[1]:
            self.refresh_columns(min(columns), max(columns) + 1)

    def column_of(self, frame: int) -> int:
        """Return the column of a frame."""
        return self.view.column(frame, self.size.width)

    def redraw(self) -> None:
        """Draw all of it anew."""
        self._cells = None
        self.refresh()

    def refresh_columns(self, begin: int, end: int) -> None:
        """Draw some columns anew, because what lies over them has changed."""
        begin, end = max(begin, 0), min(end, self.size.width)
        if begin < end:
            self.refresh(Region(begin, 0, end - begin, self.rows))

    @property
    def rows(self) -> int:
        """The lines of the picture; the ruler has the last."""
        return self.size.height - 1 - self.BELOW

    def ruler(self, width: int) -> str:
        """Return the times below the picture."""
        if self.sound is None:
            return ""
        from s3audio_tui.drawing.times import ruler

        rate = self.sound.rate_hz
        return ruler(self.view.begin / rate, self.view.end / rate, width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some columns of some lines."""
        first, end = crop.column_span
        strips = self._picture(first, end)
        strips.append(self._ruler().crop(first, end))
        strips += [self._blank(end - first)] * self.BELOW
        strips = strips[crop.y : crop.bottom]
        background = self.background_colors[1]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, background) for strip in strips]
        return strips

    def _picture(self, first: int, end: int) -> list[Strip]:
        width, rows = self.size.width, self.rows
        if rows < 1 or width < 1:
            return []
        if self.sound is None:
            line = Strip([Segment("─" * (end - first), self._pair("line"))], end - first)
            return [line if row == rows // 2 else self._blank(end - first) for row in range(rows)]
        from s3audio_tui.drawing.cells import mark

        if self._cells is None:
            self._cells = cells_of(self.sound, self.view, width, rows, self._look())
        if self._colours is None:
            self._colours = WaveColours(self._component)
        return lines(mark(self._cells.part(first, end), self._marks(), first), self._colours)

    def _look(self) -> "Look":
        from s3audio_tui.drawing.picture import Look

        return Look(glyphs=self._glyphs(), decibels=self.decibels)

    def _glyphs(self) -> "Glyphs":

        if self.glyphs is None:
            self.glyphs = self._of_terminal()
        return self.glyphs

    def _of_terminal(self) -> "Glyphs":
        from s3audio_tui.drawing.glyphs import Glyphs, glyphs_for

        colours = not self.app.no_color
        if self.app.is_headless:
            return Glyphs.EIGHTHS if colours else Glyphs.PLAIN
        return glyphs_for(os.environ, getattr(sys.__stderr__, "encoding", None), colours=colours)

    def _marks(self) -> "Marks":
        from s3audio_tui.drawing.cells import Marks
        from s3audio_tui.drawing.glyphs import Glyphs

        head = None if self.playhead is None else self.column_of(self.playhead)
        cursor = None if self.cursor is None else self.column_of(self.cursor)
        selected = None
        if self.selected is not None:
            begin, end = self.selected
            selected = (self.column_of(begin), self.column_of(max(end - 1, begin)) + 1)
        return Marks(head or 0, head, cursor, selected, self._glyphs() is Glyphs.ASCII)

    def _blank(self, width: int) -> Strip:
        return Strip([Segment(" " * width, self._pair("line"))], width)

    def _ruler(self) -> Strip:
        width, style = self.size.width, self._component("time")
        return Strip([Segment(self.ruler(width).ljust(width), style)], width)

    def _component(self, name: str) -> Style:
        return self.get_component_rich_style(f"waveform--{name}")

    def _pair(self, name: str) -> Style:
        return self._component(name) + Style(bgcolor=self._component("back").bgcolor)

    def notify_style_update(self) -> None:
        """Forget colours: the theme has changed."""
        super().notify_style_update()
        self._colours = None

    def on_resize(self) -> None:
        """Draw it in another size."""
        self.redraw()
