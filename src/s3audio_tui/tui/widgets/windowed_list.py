"""A list of any length that holds a window of it: cursor, scroll and reading, without drawing.

Rows are read off the loop. What keeps its place through a change of the rows is a key, not a
line number.
"""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.widget import Widget

from s3audio_tui.tui import moving
from s3audio_tui.tui.later import later
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.columns import Item
from s3audio_tui.tui.widgets.window import PAGE, Held, Rows, Shown, key_of, read

_TRIES = 4
"""Reads for one refresh while the user moves on."""

_FAST_ROWS = 64
"""Rows read at least when the list is so new that it has no height."""


_AHEAD = PAGE // 2
"""So far from what is on the screen rows are read before they are needed: far down in a sorted
and searched list that may take 0.1 s."""

_DOTS_S = 0.05
"""The list goes to rows that are not read yet when they are, or after this time, with dots."""


class WindowedList(ScrollView, can_focus=True, inherit_bindings=False):
    """Stands somewhere in a `Rows`; says where, and what it sees."""

    BINDINGS: ClassVar[list[BindingType]] = [*moving.bindings()]

    stood_on: var[Item | None] = var(None)
    """The row under the cursor as it was last read. Others watch it, so that what they show of
    it is drawn with the list, in one frame: a message would come in the next one."""

    class Opened(Message):
        """A row was clicked twice."""

        def __init__(self, item: Item) -> None:
            super().__init__()
            self.item = item

    class Counted(Message):
        """There are this many rows now."""

        def __init__(self, count: int, total_bytes: int) -> None:
            super().__init__()
            self.count = count
            self.total_bytes = total_bytes

    class Seen(Message):
        """Other rows are on the screen."""

        def can_replace(self, message: Message) -> bool:
            """One is as good as many."""
            return isinstance(message, WindowedList.Seen)

    def __init__(self, pool: DaemonPool, identify: Callable[[Item], str] = key_of) -> None:
        """Prepare an empty list; `identify` gives what names a row to its view."""
        super().__init__()
        self._pool = pool
        self._identify = identify
        self._shown = Shown()
        self._turn = 0
        self._filling = False

    @property
    def count(self) -> int:
        """The number of rows."""
        return self._shown.count

    @property
    def cursor(self) -> int:
        """The line of the cursor, from 0."""
        return self._shown.cursor

    @property
    def item(self) -> Item | None:
        """The row under the cursor, once it is read."""
        return self._shown.rows.get(self._shown.cursor)

    def row(self, line: int) -> Item | None:
        """Return the row at a line, if it is read."""
        return self._shown.rows.get(line)

    def in_sight(self) -> list[Item]:
        """Return the rows on the screen, as far as they are read."""
        top = self.scroll_offset.y
        lines = range(top, top + self.size.height)
        return [row for line in lines if (row := self._shown.rows.get(line)) is not None]

    async def stand(
        self, view: Rows, *, keep: bool, cursor_key: str | None = None, at: int | None = None
    ) -> bool:
        """Show `view` where the list stands now, or from its top.

        The row `cursor_key` is chosen, if it is there, at the line `at` of the screen.

        Of several calls under way only the last one is shown; the others return False.
        """
        self._turn += 1
        turn = self._turn
        for _ in range(_TRIES):
            held = self._held() if keep else Held()
            height = self.size.height or _FAST_ROWS
            shown = await self._pool.run(partial(read, view, held, height, cursor_key, at))
            if turn != self._turn:
                return False
            if not keep or self._held() == held:
                break  # else the user has moved meanwhile: stand where that is
        self._shown = shown
        self.forget_drawn()
        self._measure()
        self.scroll_to(y=shown.top, animate=False)
        self._keep_in_sight()
        self.stood_on = self.item
        self.post_message(self.Counted(shown.count, shown.total_bytes))
        self.post_message(self.Seen())
        return True

    def forget_drawn(self, *lines: int) -> None:
        """Draw lines anew, or all of them."""
        if not lines:
            self.refresh()
        for line in lines:
            self.refresh_line(line)

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
        if line < self._shown.count:
            self.take_click(line, event)

    def take_click(self, line: int, event: events.Click) -> None:
        """Choose a row that was clicked; a second click opens it."""
        self._go(line)
        if event.chain == 2 and self.item is not None:
            self.post_message(self.Opened(self.item))

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.refresh()
        self._keep_in_sight()
        self.post_message(self.Seen())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw what came into sight, and read it if need be."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Seen())

    # Its place

    def _go(self, line: int) -> None:
        line = max(0, min(line, self._shown.count - 1))
        if not self._shown.count or line == self._shown.cursor:
            return
        before, self._shown.cursor = self._shown.cursor, line
        self.moved()
        if self.item is None:
            self.set_timer(_DOTS_S, self._keep_in_sight)
            self.fill()
            return
        self.stood_on = self.item
        self.forget_drawn(before, line)
        self._keep_in_sight()
        if self._first_missing() is not None:
            self.fill()

    def moved(self) -> None:
        """Take note that the cursor is at another line, whose row may not be read yet."""

    def _measure(self) -> None:
        """Take note of the number of rows; a layout of the screen is for a scrollbar that comes."""
        size, scrolls = Size(0, self.count), self.show_vertical_scrollbar
        if scrolls != (self.count > self.size.height):
            self.virtual_size = size
            return
        self.set_reactive(Widget.virtual_size, size)
        if scrolls:
            self.vertical_scrollbar.window_virtual_size = self.count

    def _keep_in_sight(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if not height:
            return
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

    # Reading

    def fill(self) -> None:
        """Read what is on the screen and not held yet, then what is soon to come."""
        if not self._filling:
            self._filling = True
            self.run_worker(later(self._read_missing), group="fill")

    async def _read_missing(self) -> None:
        try:
            while (line := self._first_missing()) is not None:
                await self._fill_from(line)
        finally:
            self._filling = False

    def _in_sight(self) -> range:
        top = self.scroll_offset.y
        return range(top, min(top + self.size.height, self._shown.count))

    def _first_missing(self) -> int | None:
        shown, lines = self._shown, self._in_sight()
        if not shown.count:
            return None
        ahead = max(lines.start - _AHEAD, 0), min(lines.stop + _AHEAD, shown.count) - 1
        wanted = (shown.cursor, *lines, *ahead)
        return next((line for line in wanted if line not in shown.rows), None)

    async def _fill_from(self, line: int) -> None:
        shown = self._shown
        if shown.view is None:
            return
        offset, limit = max(0, line - PAGE), self.size.height + 2 * PAGE
        items = await self._pool.run(partial(shown.view.window, offset, limit))
        if self._shown is not shown:
            return
        lacked = any(i not in shown.rows for i in (shown.cursor, *self._in_sight()))
        shown.add(offset, items)
        if line not in shown.rows:
            # The catalog has fewer rows by now; the refresh that took them will say so too.
            shown.count = min(line, shown.count)
            shown.cursor = max(0, min(shown.cursor, shown.count - 1))
            self._measure()
        elif not lacked:
            return  # read ahead: nothing of it shows
        self.stood_on = self.item
        self.forget_drawn()
        if line == shown.cursor:
            self._keep_in_sight()
        self.post_message(self.Seen())
