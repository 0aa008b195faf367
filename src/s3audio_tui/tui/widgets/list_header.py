"""The titles above the file list; a click sorts by that column."""

from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from s3audio_tui.tui.cells import left
from s3audio_tui.tui.widgets.columns import GUTTER, ColumnName, Fitted, fit, heading


class ListHeader(Widget):
    """One line of column titles, the sorted one marked."""

    COMPONENT_CLASSES = {"list-header--title", "list-header--sorted"}  # noqa: RUF012

    fitted: reactive[Fitted] = reactive(fit(80))
    sorted_by: reactive[ColumnName] = reactive("name")
    reverse: reactive[bool] = reactive(False)

    @dataclass
    class Picked(Message):
        """A title was clicked."""

        column: ColumnName

    def _pieces(self) -> list[tuple[ColumnName, str]]:
        mark = "▾" if self.reverse else "▴"
        marks = {self.sorted_by: mark}
        name = "Name" + (f" {mark}" if self.sorted_by == "name" else "")
        pieces: list[tuple[ColumnName, str]] = [
            ("name", " " * GUTTER + left(name, self.fitted.name_width) + " ")
        ]
        for column in self.fitted.columns:
            pieces.append((column.name, heading(column, marks.get(column.name, ""))))
        return pieces

    def render_line(self, y: int) -> Strip:
        """Draw the titles."""
        segments = [
            Segment(
                text,
                self.get_component_rich_style(
                    "list-header--sorted" if name == self.sorted_by else "list-header--title"
                ),
            )
            for name, text in self._pieces()
        ]
        return Strip(segments).adjust_cell_length(
            self.size.width, self.get_component_rich_style("list-header--title")
        )

    def on_click(self, event: events.Click) -> None:
        """Sort by the title under the mouse."""
        at = 0
        for name, text in self._pieces():
            at += len(text)
            if event.x < at:
                self.post_message(self.Picked(name))
                return
