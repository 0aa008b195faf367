"""The titles above the file list: a click sorts by a column, its left edge can be dragged."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from s3audio_tui.tui.cells import left
from s3audio_tui.tui.widgets.columns import (
    GUTTER,
    NARROWEST,
    WIDEST,
    ColumnName,
    Fitted,
    SortName,
    fit,
    heading,
    sort_name,
)


class ListHeader(Widget):
    """One line of column titles, the sorted one marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list-header--title",
        "list-header--sorted",
        "list-header--edge",
    }

    fitted: reactive[Fitted] = reactive(fit(80))
    sorted_by: reactive[SortName] = reactive("name")
    reverse: reactive[bool] = reactive(False)
    dragged: reactive[ColumnName | None] = reactive(None)
    """The column whose edge the mouse holds."""

    _dragged_from = (0, 0)
    """Where the mouse took the edge, and how wide the column was."""
    _was_dragged = False

    class Picked(Message):
        """A title was clicked."""

        def __init__(self, column: SortName) -> None:
            super().__init__()
            self.column = column

    class Widened(Message):
        """The edge of a column was dragged: it is this wide now."""

        def __init__(self, column: ColumnName, width: int) -> None:
            super().__init__()
            self.column = column
            self.width = width

    class Settled(Message):
        """The edge was let go: the widths may be remembered."""

    def _pieces(self) -> list[tuple[ColumnName, str]]:
        mark = "▾" if self.reverse else "▴"
        name = "Name" + (f" {mark}" if self.sorted_by == "name" else "")
        pieces: list[tuple[ColumnName, str]] = [
            ("name", " " * GUTTER + left(name, self.fitted.name_width) + " ")
        ]
        for column in self.fitted.columns:
            pieces.append((column.name, heading(column, mark * (column.name == self.sorted_by))))
        return pieces

    def render_line(self, y: int) -> Strip:
        """Draw the titles."""
        segments = [Segment(text, self._style(name)) for name, text in self._pieces()]
        plain = self.get_component_rich_style("list-header--title")
        return Strip(segments).adjust_cell_length(self.size.width, plain)

    def _style(self, name: ColumnName) -> Style:
        kind = "sorted" if name == self.sorted_by else "title"
        return self.get_component_rich_style(
            f"list-header--{'edge' if name == self.dragged else kind}"
        )

    def on_click(self, event: events.Click) -> None:
        """Sort by the title under the mouse."""
        if self._was_dragged:
            return
        at = 0
        for name, text in self._pieces():
            at += len(text)
            if event.x < at:
                if (sort := sort_name(name)) is not None:
                    self.post_message(self.Picked(sort))
                return

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take the edge under the mouse: the first cells of a column, which are a gap."""
        self._was_dragged = False
        at = GUTTER + self.fitted.name_width + 1
        for column, (_, text) in zip(self.fitted.columns, self._pieces()[1:], strict=True):
            if event.x in (at - 1, at):
                self.dragged = column.name
                self._dragged_from = (event.screen_x, column.width)
                self.capture_mouse()
                return
            at += len(text)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Widen the column whose edge is held; those to its right stay where they are."""
        if self.dragged is not None:
            from_x, width = self._dragged_from
            wanted = max(NARROWEST, min(width + from_x - event.screen_x, WIDEST))
            self._was_dragged = self._was_dragged or wanted != width
            self.post_message(self.Widened(self.dragged, wanted))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the edge go."""
        if self.dragged is not None:
            self.dragged = None
            self.release_mouse()
            self.post_message(self.Settled())
