"""A waveform to look around in: cursor, selection, zoom, by the methods and by the mouse.

It shows values and asks for nothing itself: its messages tell what somebody wants.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from textual import events
from textual.message import Message

from s3audio_tui.tui.wave_view import View
from s3audio_tui.tui.widgets.drawn_wave import DrawnWave

if TYPE_CHECKING:
    from s3audio_tui.audio.peaks import Peaks
    from s3audio_tui.drawing.levels import Measure

_ZOOM = 1.5
_PAN = 8
"""The wheel pans by so many parts of what is in sight, and zooms by so much."""

_SCALE, _SCALE_FROM = 7, 76
"""The columns of a scale of levels, and how wide it must be for one."""
_MOST_GAIN = 256
"""What is half a bit of 16 high reaches the edge then."""

_GUTTER = 3
_GUTTER_FROM = 48
"""Narrower ones do not say what their channels are called."""


class Waveform(DrawnWave):
    """The keys are the screen's. The loop never waits for it: what is not there is not drawn."""

    @dataclass
    class Changed(Message):
        """The cursor, the selection or the part in sight is another."""

        waveform: "Waveform"

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts."""
            return isinstance(message, Waveform.Changed)

    @dataclass
    class Placed(Message):
        """A place was chosen with the mouse."""

        frame: int

    @dataclass
    class Wanted(Message):
        """What is in sight could be drawn finer: these frames in columns of one or few."""

        begin: int
        end: int
        columns: int

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts."""
            return isinstance(message, Waveform.Wanted)

    with_scale = False
    """Whether levels stand beside it where there is room."""

    _dragged: tuple[int, int] | None = None
    """The frame and the column where the button went down; the ruler's column is -1."""

    _seeks = True
    """Whether the playhead is to be seen, also where none was in sight."""

    # What is shown

    def show_detail(self, peaks: "Peaks", at: int) -> None:
        """Show finer columns of a part, that begin with frame `at`."""
        if self.sound is not None:
            self.show(msgspec.structs.replace(self.sound, detail=peaks, detail_at=at))

    def move(self, frame: int) -> None:
        """Put the cursor on a frame, in sight."""
        if self.sound is None:
            return
        self.cursor = max(0, min(frame, self.sound.frames - 1))
        self._look_at(self.view.with_frame(self.cursor))
        self._tell()

    def select(self, begin: int, end: int) -> None:
        """Select the frames between two, in any order."""
        self.selected = (min(begin, end), max(begin, end))
        self._tell()

    def unselect(self) -> None:
        """Select nothing."""
        self.selected = None
        self._tell()

    def _tell(self) -> None:
        self.draw_marks()
        self.post_message(self.Changed(self))

    def play_at(self, frame: int | None) -> None:
        """Draw the playhead elsewhere; what is in sight goes with it, if it was in sight."""
        before = self.playhead
        if frame is not None and (self._seeks or (before is not None and self.view.holds(before))):
            self._look_at(self.view.turned_to(frame))
        self._seeks = frame is None
        super().play_at(frame)

    @property
    def follows(self) -> bool:
        """Whether what is in sight goes with what plays."""
        return self._seeks or (self.playhead is not None and self.view.holds(self.playhead))

    def seek(self) -> None:
        """See the playhead again when it is next told of, wherever one has looked since."""
        self._seeks = True

    def zoom(self, times: float, around: int | None = None) -> None:
        """Zoom in, or out with less than 1, around a frame; else where one is, or the middle."""
        around = self.place if around is None else around
        if not self.view.holds(around):
            around = self.view.begin + self.view.span // 2
        self._look_at(self.view.zoomed(times, around))

    def zoom_to(self, begin: int, end: int) -> None:
        """Show just a part."""
        span = max(end - begin, 1)
        self._look_at(self.view.zoomed(self.view.span / span, begin).part(begin, span))

    def pan(self, frames: int) -> None:
        """Show what is farther right, or left."""
        self._look_at(self.view.panned(frames))

    def in_decibels(self, *, yes: bool) -> None:
        """Show levels by their decibels, or as they are."""
        self.decibels = yes
        self.redraw()

    def heighten(self, times: float) -> None:
        """Show it so many times as high as now, from as it is to the most."""
        gain = max(1, min(round(self.gain * times), _MOST_GAIN))
        if gain != self.gain:
            self.gain = gain
            self.redraw()

    def measured(self, begin: int, end: int) -> "Measure | None":
        """Return how loud frames are, as far as they are known."""
        if self.sound is None or begin >= self.sound.peaks.frames:
            return None
        from s3audio_tui.drawing.levels import measure

        end = max(end, begin + 1)
        peaks, at = self.sound.finest(View(begin, end, self.sound.frames))
        return measure(peaks, begin - at, end - at)

    @property
    def place(self) -> int:
        """The frame where one is: the playhead's, else the cursor's."""
        return (self.cursor or 0) if self.playhead is None else self.playhead

    @property
    def column_frames(self) -> int:
        """How many frames a column has."""
        return max(self.view.span // max(self.columns, 1), 1)

    @property
    def names_width(self) -> int:
        """As the base; where channels stand apart they are named."""
        if self.with_scale and self.sound is not None and self.size.width >= _SCALE_FROM:
            return _SCALE
        return _GUTTER if self.size.width >= _GUTTER_FROM and len(self._lanes()) > 1 else 0

    def _beside(self, rows: int) -> list[str]:
        names = super()._beside(rows)
        if self.names_width != _SCALE:
            return names
        from s3audio_tui.drawing.scale import level_mark, scale

        for lane in self._lanes():
            marks = scale(len(lane), decibels=self.decibels, gain=self.gain)
            for row, level in marks.items():
                at, text = lane.start + row, level_mark(level, ascii_only=self._is_ascii)
                names[at] = f"{names[at]:<2}{text:>4}"
        return names

    def _look_at(self, view: View) -> None:
        if view == self.view:
            return
        self.view = view
        self.redraw()

    def redraw(self) -> None:
        """Draw all of it anew; ask for more of it where that is too coarse."""
        super().redraw()
        self.post_message(self.Changed(self))
        sound, width = self.sound, self.columns
        if sound is not None and width > 0 and sound.is_too_coarse(self.view, width):
            begin = self.view.begin - self.view.span
            end = min(self.view.end + self.view.span, sound.frames)
            self.post_message(self.Wanted(max(begin, 0), end, width))

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to select, or on the ruler to pan."""
        if self.sound is not None and event.button == 1:
            self._dragged = (self._frame(event), event.x if event.y < self.rows else -1)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select, or pan."""
        if self._dragged is None:
            return
        frame, column = self._dragged
        here = self._frame(event)
        if column < 0:
            self.pan(frame - here)
        elif event.x != column:
            at = event.x - self.names_width
            if not 0 <= at < self.columns:  # beyond an edge: on to what is not in sight
                self.pan(self.view.span // (_PAN if at > 0 else -_PAN))
            self.select(frame, self._frame(event))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End it; what was not dragged is a place: the cursor's, unless it plays."""
        if self._dragged is None:
            return
        frame, column = self._dragged
        self._dragged = None
        self.release_mouse()
        if event.x == column:
            if self.playhead is None:
                self.unselect()
                self.move(frame)
            self.post_message(self.Placed(frame))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in where the mouse is; with shift pan to the left, with ctrl heighten."""
        self._turn_wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out; with shift pan to the right, with ctrl lower."""
        self._turn_wheel(event, 1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Pan to the left."""
        event.stop()
        self.pan(-self.view.span // _PAN)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Pan to the right."""
        event.stop()
        self.pan(self.view.span // _PAN)

    def _turn_wheel(self, event: events.MouseEvent, way: int) -> None:
        event.stop()
        if event.ctrl:
            self.heighten(2.0**-way)
        elif event.shift:
            self.pan(way * self.view.span // _PAN)
        else:
            self.zoom(_ZOOM**-way, self._frame(event))

    def _frame(self, event: events.MouseEvent) -> int:
        """Return the first frame of the column under the mouse."""
        column = max(0, min(event.x - self.names_width, self.columns))
        return self.view.frame(column, self.columns)
