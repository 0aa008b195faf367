"""A list of any length whose lines are held in memory: cursor, scroll, mouse; draws what is seen.

What the lines are, the subclass knows. Drawing costs as much as is on the screen.
"""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive, var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from s3audio_tui.tui import moving
from s3audio_tui.tui.cells import clip
from s3audio_tui.tui.looks import under_cursor

STYLES = ("text", "dim", "faint", "strong", "accent", "warning", "error")

Piece = tuple[str, str]
"""A text that is safe, and the name of its style."""


class LineList(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws `pieces(line)` for each of `count` lines."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"line-list--{name}" for name in STYLES),
        "line-list--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*moving.bindings()]

    count: var[int] = var(0)
    cursor: var[int] = var(0)
    """The line of the cursor, from 0."""
    notice: reactive[str] = reactive("")
    """Stands in the middle while there are no lines; text that is safe."""

    @dataclass
    class Opened(Message):
        """A line was clicked twice."""

        line: int

    class Moved(Message):
        """The cursor is on another line, or that line is another one."""

        def can_replace(self, message: Message) -> bool:
            """One is as good as many."""
            return isinstance(message, LineList.Moved)

    class Seen(Message):
        """Other lines are on the screen."""

        def can_replace(self, message: Message) -> bool:
            """One is as good as many."""
            return isinstance(message, LineList.Seen)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._style_sets: dict[bool, dict[str, Style]] = {}

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return what a line shows in `width` cells."""
        raise NotImplementedError

    def relist(self, count: int, cursor: int = 0) -> None:
        """Take note that there are other lines now, and stand on one of them."""
        self.count = count
        self.virtual_size = Size(0, count)
        self.cursor = max(0, min(cursor, count - 1))
        self.keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())
        self.post_message(self.Seen())

    def in_sight(self) -> range:
        """Return the lines on the screen."""
        top = self.scroll_offset.y
        return range(top, min(top + self.size.height, self.count))

    # Keys and mouse

    def action_move(self, lines: int) -> None:
        """Move the cursor by some lines."""
        self.go(self.cursor + lines)

    def action_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        self.go(self.cursor + round(pages * max(self.size.height - 1, 1)))

    def action_jump(self, to_end: bool) -> None:
        """Move the cursor to the first or the last line."""
        self.go(self.count - 1 if to_end else 0)

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked line; a second click opens it."""
        line = event.y + self.scroll_offset.y
        if line < self.count:
            self.go(line)
            if event.chain == 2:
                self.post_message(self.Opened(line))

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.keep_in_sight()
        self.post_message(self.Seen())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw what came into sight."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Seen())

    def go(self, line: int) -> None:
        """Move the cursor to a line, or to the nearest there is."""
        line = max(0, min(line, self.count - 1))
        if line != self.cursor:
            before, self.cursor = self.cursor, line
            self.refresh_line(before)
            self.refresh_line(line)
            self.keep_in_sight()
            self.post_message(self.Moved())

    def keep_in_sight(self) -> None:
        """Scroll as little as shows the cursor."""
        top, height = self.scroll_offset.y, self.size.height
        if not height:
            return
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one visible line."""
        line, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        styles = self._styles(cursor=line == self.cursor and self.count > 0)
        pieces = self.pieces(line, width) if line < self.count else []
        if not self.count and y == max(self.size.height // 2 - 1, 0):
            pieces = [(clip(self.notice, width).center(width), "dim")]
        segments = [Segment(text, styles[style]) for text, style in pieces]
        return Strip(segments).adjust_cell_length(width, styles["text"])

    def _styles(self, *, cursor: bool) -> dict[str, Style]:
        if cursor not in self._style_sets:
            self._style_sets[cursor] = self._looked_up(cursor=cursor)
        return self._style_sets[cursor]

    def _looked_up(self, *, cursor: bool) -> dict[str, Style]:
        styles = {name: self.get_component_rich_style(f"line-list--{name}") for name in STYLES}
        if not cursor:
            return styles
        return under_cursor(styles, self.get_component_rich_style("line-list--cursor"))

    def notify_style_update(self) -> None:
        """Forget styles: the theme or the focus has changed."""
        super().notify_style_update()
        self._style_sets.clear()
