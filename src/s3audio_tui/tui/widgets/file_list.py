"""The file list: draws its visible lines only, and reads them a window at a time, off the loop."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.columns import ALL, Column, Fitted, Item, fit
from s3audio_tui.tui.widgets.notice import Notice
from s3audio_tui.tui.widgets.row_line import row_line
from s3audio_tui.tui.widgets.window import PAGE, Held, Rows, Shown, key_of, read

_TRIES = 4
"""Reads for one refresh while the user moves on."""

_FAST_ROWS = 64
"""Rows read at least when the list is so new that it has no height."""


class FileList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a `Rows`, with a cursor, marks and marked matches; keeps its place by key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "file-list--text",
        "file-list--dim",
        "file-list--folder",
        "file-list--accent",
        "file-list--match",
        "file-list--cursor",
        "file-list--error",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page up", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page down", show=False),
        Binding("home", "jump(False)", "first", show=False),
        Binding("end,G", "jump(True)", "last", show=False),
    ]

    fitted: reactive[Fitted] = reactive(fit(80), init=False)
    notice: reactive[Notice | None] = reactive(None)
    """Stands in the middle while there are no rows."""

    @dataclass
    class Moved(Message):
        """The cursor is on another row, or its row says something new."""

        item: Item | None

    @dataclass
    class Opened(Message):
        """A row was entered."""

        item: Item

    @dataclass
    class Counted(Message):
        """The view has this many rows now, or other rows are marked."""

        count: int
        total_bytes: int
        marked: int

    @dataclass
    class Seen(Message):
        """These rows are on the screen."""

        items: list[Item]

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts."""
            return isinstance(message, FileList.Seen)

    def __init__(
        self,
        pool: DaemonPool,
        clock: Callable[[], float],
        *,
        id: str,  # noqa: A002 - the name that Textual gives it
        columns: tuple[Column, ...] = ALL,
        identify: Callable[[Item], str] = key_of,
    ) -> None:
        """Prepare an empty list; `identify` gives what names a row to its view."""
        super().__init__(id=id)
        self._columns = columns
        self._identify = identify
        self._pool = pool
        self._clock = clock
        self._shown = Shown()
        self._words: tuple[str, ...] = ()
        self._whole_key = False
        self._strips: dict[int, Strip] = {}
        self._wanted = 0
        self._filling = False
        self.marked: dict[str, Item] = {}

    # What the screen asks and tells

    @property
    def count(self) -> int:
        """The number of rows."""
        return self._shown.count

    @property
    def item(self) -> Item | None:
        """The row under the cursor, once it is read."""
        return self._shown.rows.get(self._shown.cursor)

    @property
    def chosen(self) -> list[Item]:
        """The marked rows, or without marks the one under the cursor."""
        if self.marked:
            return list(self.marked.values())
        return [self.item] if self.item is not None else []

    def visible(self) -> list[Item]:
        """Return the rows on the screen, as far as they are read."""
        top = self.scroll_offset.y
        lines = range(top, top + self.size.height)
        return [row for line in lines if (row := self._shown.rows.get(line)) is not None]

    async def show(
        self,
        view: Rows,
        *,
        words: tuple[str, ...] = (),
        whole_key: bool = False,
        keep: bool = True,
        cursor_key: str | None = None,
    ) -> None:
        """Show `view`: where the list stands now, or from the top, or with a key's row chosen.

        Of several calls under way only the last one is shown.
        """
        self._wanted += 1
        turn = self._wanted
        for _ in range(_TRIES):
            held = self._held() if keep else Held(cursor_key=cursor_key)
            height = self.size.height or _FAST_ROWS
            shown = await self._pool.run(partial(read, view, held, height))
            if turn != self._wanted:
                return
            if not keep or self._held() == held:
                break  # else the user has moved meanwhile: stand where he is now
        self._words, self._whole_key = words, whole_key
        self._take(shown)

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go down."""
        if (item := self.item) is None:
            return
        key = self._identify(item)
        if self.marked.pop(key, None) is None:
            self.marked[key] = item
        self._strips.pop(self._shown.cursor, None)
        self.action_move(1)
        self.refresh()
        self._post_count()

    def clear_marks(self) -> None:
        """Unmark all rows."""
        self.marked.clear()
        self._redraw()
        self._post_count()

    # Keys and mouse

    def action_move(self, lines: int) -> None:
        """Move the cursor by some lines."""
        self._go(self._shown.cursor + lines)

    def action_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        self._go(self._shown.cursor + round(pages * max(self.size.height - 1, 1)))

    def action_jump(self, to_end: bool) -> None:
        """Move the cursor to the first or the last row."""
        self._go(self._shown.count - 1 if to_end else 0)

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked row; a second click opens it."""
        line = event.y + self.scroll_offset.y
        if line >= self._shown.count:
            return
        self._go(line)
        if event.chain == 2 and self.item is not None:
            self.post_message(self.Opened(self.item))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one visible line; a row not read yet is a dim dot until it is."""
        line = y + self.scroll_offset.y
        width = self.size.width
        known = self._strips.get(line)
        if known is not None and known.cell_length == width:
            return known
        styles = self._styles(cursor=line == self._shown.cursor and self.count > 0)
        if not self.count:
            return self._notice_line(y, styles)
        item = self._shown.rows.get(line)
        if item is None:
            dot = "   ·" if line < self._shown.count else ""
            if dot:
                self.call_later(self._fill)
            return Strip([Segment(dot.ljust(width), styles["dim"])], width)
        segments = row_line(
            item,
            self.fitted,
            styles,
            cursor=line == self._shown.cursor,
            marked=self._identify(item) in self.marked,
            whole_key=self._whole_key,
            words=self._words,
            now=self._clock(),
        )
        strip = Strip(segments).adjust_cell_length(width, styles["text"])
        self._strips[line] = strip
        return strip

    def _notice_line(self, y: int, styles: dict[str, Style]) -> Strip:
        width = self.size.width
        lines = self.notice.lines(width) if self.notice is not None else []
        first = max((self.size.height - len(lines)) // 2 - 1, 0)
        pieces = lines[y - first] if first <= y < first + len(lines) else []
        segments = [Segment(text, styles[style]) for text, style in pieces]
        return Strip(segments).adjust_cell_length(width, styles["text"])

    def _styles(self, *, cursor: bool) -> dict[str, Style]:
        names = ("text", "dim", "folder", "accent", "match", "error")
        styles = {name: self.get_component_rich_style(f"file-list--{name}") for name in names}
        if not cursor:
            return styles
        row = Style(bgcolor=self.get_component_rich_style("file-list--cursor").bgcolor)
        return {name: style if name == "match" else style + row for name, style in styles.items()}

    def notify_style_update(self) -> None:
        """Forget drawn lines: the theme or the focus has changed."""
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Fit the columns anew and keep the cursor in sight."""
        self.fitted = fit(event.size.width, self._columns)
        self._redraw()
        if event.size.height:
            self._keep_in_sight()
            self._say_seen()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw what came into sight, and read it if need be."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._strips.clear()
            self._say_seen()

    # Its place

    def _go(self, line: int) -> None:
        line = max(0, min(line, self._shown.count - 1))
        if not self._shown.count or line == self._shown.cursor:
            return
        for changed in (self._shown.cursor, line):
            self._strips.pop(changed, None)
            self.refresh_line(changed)
        self._shown.cursor = line
        self._keep_in_sight()
        if self.item is not None:
            self.post_message(self.Moved(self.item))
        else:
            self.call_later(self._fill)

    def _keep_in_sight(self) -> None:
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        if self._shown.cursor < top:
            self.scroll_to(y=self._shown.cursor, animate=False)
        elif self._shown.cursor >= top + height:
            self.scroll_to(y=self._shown.cursor - height + 1, animate=False)

    def _held(self) -> Held:
        shown, top = self._shown, self.scroll_offset.y
        cursor, first = self.item, shown.rows.get(top)
        return Held(
            self._identify(cursor) if cursor is not None else None,
            shown.cursor,
            self._identify(first) if first is not None else None,
            top,
        )

    def _take(self, shown: Shown) -> None:
        self._shown = shown
        self._redraw()
        self.virtual_size = Size(0, shown.count)
        self.scroll_to(y=shown.top, animate=False)
        self._keep_in_sight()
        self.post_message(self.Moved(self.item))
        self._post_count()
        self._say_seen()

    def _redraw(self) -> None:
        self._strips.clear()
        self.refresh()

    def _post_count(self) -> None:
        shown = self._shown
        self.post_message(self.Counted(shown.count, shown.total_bytes, len(self.marked)))

    def _say_seen(self) -> None:
        self.post_message(self.Seen(self.visible()))

    # Reading

    def _fill(self) -> None:
        if not self._filling:
            self._filling = True
            self.run_worker(self._read_missing(), group="fill", exit_on_error=True)

    async def _read_missing(self) -> None:
        """Read the window around what is visible, again until all of it is there."""
        try:
            while (line := self._first_missing()) is not None:
                await self._fill_from(line)
        finally:
            self._filling = False

    def _first_missing(self) -> int | None:
        top, shown = self.scroll_offset.y, self._shown
        lines = range(top, min(top + self.size.height, shown.count))
        missing = [line for line in (*lines, shown.cursor) if line not in shown.rows]
        return missing[0] if missing and shown.count else None

    async def _fill_from(self, line: int) -> None:
        shown = self._shown
        if shown.view is None:
            return
        offset, limit = max(0, line - PAGE), self.size.height + 2 * PAGE
        items = await self._pool.run(partial(shown.view.window, offset, limit))
        if self._shown is not shown:
            return
        shown.add(offset, items)
        if line not in shown.rows:
            shown.count = line  # the catalog has fewer rows by now; a refresh will say it too
            self.virtual_size = Size(0, shown.count)
        self._redraw()
        self.post_message(self.Moved(self.item))
        self._say_seen()
