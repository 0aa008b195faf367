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

from s3audio_tui.tui.cells import left
from s3audio_tui.tui.wave_lines import ROLES, Row, WaveColours, rows_of, spliced
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
    """Lines below the ruler, for a note."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sound: Sound | None = None
        self.view = View.whole(1)
        self.cursor: int | None = None
        """A frame, as the others."""
        self.selected: tuple[int, int] | None = None
        self.playhead: int | None = None
        self.decibels = False
        self.gain = 1
        """So many times as high as the levels are."""
        self.note = ""
        self.glyphs: Glyphs | None = None
        """The characters to draw with; None for those of the terminal."""
        self._cells: Cells | None = None
        self._drawn: tuple[Marks, list[Row]] | None = None
        """The lines as they were drawn last, and what lay over them."""
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
        else:
            self._stay_within(frames)
        self.redraw()

    def _stay_within(self, frames: int) -> None:
        """Move what is marked into the sound, which may be shorter than was thought."""
        if self.cursor is not None:
            self.cursor = max(0, min(self.cursor, frames - 1))
        if self.selected is not None:
            begin, end = (min(edge, frames) for edge in self.selected)
            self.selected = (begin, end) if begin < end else None

    def play_at(self, frame: int | None) -> None:
        """Draw the playhead elsewhere."""
        self.playhead = frame
        self.draw_marks()

    def column_of(self, frame: int) -> int:
        """Return the column of a frame, counted in the picture."""
        return self.view.column(frame, self.columns)

    @property
    def columns(self) -> int:
        """The columns of the picture."""
        return self.size.width - self.names_width

    @property
    def names_width(self) -> int:
        """Columns left of the picture, for what its rows are called."""
        return 0

    def redraw(self) -> None:
        """Draw all of it anew."""
        self._cells = self._drawn = None
        self.refresh()

    def draw_marks(self) -> None:
        """Draw the columns anew over which something else lies than before."""
        if self._drawn is None:
            self.refresh()
            return
        begin, end = self._changed(self._marks(), self._drawn[0])
        if begin < end:
            self.refresh(Region(begin + self.names_width, 0, end - begin, self.rows + 1))

    def _changed(self, marks: "Marks", before: "Marks") -> tuple[int, int]:
        begin, end = marks.changed(before)
        return max(begin, 0), min(end, self.columns)

    @property
    def rows(self) -> int:
        """The lines of the picture; the ruler has the last."""
        return self.size.height - 1 - self.BELOW

    def ruler(self, width: int) -> str:
        """Return the times below the picture."""
        if self.sound is None or not self.sound.frames:
            return ""
        from s3audio_tui.drawing.times import ruler

        rate = self.sound.rate_hz
        return ruler(self.view.begin / rate, self.view.end / rate, width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some columns of some lines."""
        width = self.size.width
        rows = [*self._picture(), *self._filtered([self._times()])]
        rows += self._filtered([[self._noted(width)] for _ in range(self.BELOW)])
        strips = [Strip(row, width) for row in rows[crop.y : crop.bottom]]
        first, end = crop.column_span
        return strips if (first, end) == (0, width) else [each.crop(first, end) for each in strips]

    def _picture(self) -> list[Row]:
        """Return the lines above the ruler: those that are there, with what has changed in them."""
        width, rows = self.columns, self.rows
        if rows < 1 or width < 1:
            return []
        if self.sound is None:
            line, blank = Segment("─" * width, self._pair("line")), self._blank(width)
            return self._filtered([[line if at == rows // 2 else blank] for at in range(rows)])
        if self._cells is not None and self._cells.codes.shape != (rows, width):
            self._cells = self._drawn = None  # it was of another size
        marks = self._marks()
        if self._drawn is None:
            drawn = self._marked(0, width, marks)
        else:
            drawn = self._drawn[1]
            begin, end = self._changed(marks, self._drawn[0])
            if begin < end:
                new = self._marked(begin, end, marks)
                pairs = zip(drawn, new, strict=True)
                drawn = [spliced(row, begin, end, piece) for row, piece in pairs]
        self._drawn = (marks, drawn)
        return self._labelled(drawn)

    def _marked(self, begin: int, end: int, marks: "Marks") -> list[Row]:
        """Draw some columns, and what lies over them."""
        from s3audio_tui.drawing.cells import mark

        if self._cells is None and self.sound is not None:
            self._cells = cells_of(self.sound, self.view, self.columns, self.rows, self._look())
        if self._cells is None:
            return []
        if self._colours is None:
            self._colours = WaveColours(self._component)
        cells = self._noted_on(mark(self._cells.part(begin, end), marks, begin), begin)
        return self._filtered(rows_of(cells, self._colours))

    def _noted_on(self, cells: "Cells", begin: int) -> "Cells":
        """Return cells that begin with a column, with what a subclass draws over them."""
        return cells

    def _labelled(self, rows: list[Row]) -> list[Row]:
        """Write beside the channels what they are called, or what else stands there."""
        if not self.names_width:
            return rows
        style, names = self._component("time"), self._beside(len(rows))
        return [
            [Segment(name.ljust(self.names_width), style), *row]
            for name, row in zip(names, rows, strict=True)
        ]

    def _beside(self, rows: int) -> list[str]:
        """Return what stands beside each line: in the middle of a channel its name."""
        names, lanes = [" "] * rows, self._lanes()
        for lane, name in zip(lanes, self._names() if len(lanes) > 1 else "", strict=False):
            names[lane.start + (len(lane) - 1) // 2] = name
        return names

    def _lanes(self) -> list[range]:
        """Return the lines of each channel."""
        if self.sound is None:
            return []
        from s3audio_tui.drawing.picture import lanes_of

        return lanes_of(self.sound.peaks.channels, self.rows, self._look())

    def _names(self) -> list[str]:
        channels = self.sound.peaks.channels if self.sound is not None else 0
        return ["L", "R"] if channels == 2 else [str(at + 1) for at in range(channels)]

    def _filtered(self, rows: list[Row]) -> list[Row]:
        """Return lines as the terminal and the person want them: without colours, say."""
        background = self.background_colors[1]
        for each in self.get_line_filters():
            rows = [each.apply(row, background) for row in rows]
        return rows

    def _look(self) -> "Look":
        from s3audio_tui.drawing.picture import Look

        return Look(glyphs=self._glyphs(), decibels=self.decibels, gain=self.gain)

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

        head = None if self.playhead is None else self.column_of(self.playhead)
        cursor = None  # where it plays there is one already
        if self.cursor is not None and self.playhead is None:
            cursor = self.column_of(self.cursor)
        selected = None
        if self.selected is not None:
            begin, end = self.selected
            selected = (self.column_of(begin), self.column_of(max(end - 1, begin)) + 1)
        return Marks(head or 0, head, cursor, selected, self._is_ascii)

    def _blank(self, width: int) -> Segment:
        return Segment(" " * width, self._pair("line"))

    def _noted(self, width: int) -> Segment:
        return Segment(left(self.note, width), self._pair("clip"))

    def _times(self) -> Row:
        """Return the ruler, with a mark where it plays."""
        width, style = self.columns, self._component("time")
        times = (" " * self.names_width + self.ruler(width)).ljust(self.size.width)
        head = self._marks().head if self.sound is not None else None
        if head is None or not 0 <= head < width:
            return [Segment(times, style)]
        at, sign = head + self.names_width, "|" if self._is_ascii else "┃"
        left, right = times[:at], times[at + 1 :]
        if times[at] != " ":  # a time that it would cut in two
            left, right = left[: left.rfind(" ") + 1], right[max(right.find(" "), 0) :]
        return [
            Segment(left.ljust(at), style),
            Segment(sign, self._pair("head")),
            Segment(right.rjust(self.size.width - at - 1), style),
        ]

    @property
    def _is_ascii(self) -> bool:
        from s3audio_tui.drawing.glyphs import Glyphs

        return self._glyphs() is Glyphs.ASCII

    def _component(self, name: str) -> Style:
        return self.get_component_rich_style(f"waveform--{name}")

    def _pair(self, name: str) -> Style:
        return self._component(name) + Style(bgcolor=self._component("back").bgcolor)

    def notify_style_update(self) -> None:
        """Forget colours: the theme has changed."""
        super().notify_style_update()
        self._colours = self._drawn = None

    def on_resize(self) -> None:
        """Draw it in another size."""
        self.redraw()
