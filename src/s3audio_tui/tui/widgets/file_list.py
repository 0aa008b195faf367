"""The file list: draws the visible lines of a windowed list, with columns, marks and matches."""

import os
import sys
from collections.abc import Callable, Container
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Blur, DescendantBlur, DescendantFocus, Event, Focus
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from s3audio_tui.catalog.rows import Row
from s3audio_tui.drawing.glance import needs_plain
from s3audio_tui.tui.looks import under_cursor
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.columns import (
    ALL,
    GUTTER,
    LEAST_KEY,
    WAVEFORM,
    Column,
    Fitted,
    Item,
    fit,
)
from s3audio_tui.tui.widgets.marked_list import MarkedList
from s3audio_tui.tui.widgets.notice import Notice
from s3audio_tui.tui.widgets.pictures import Pictures
from s3audio_tui.tui.widgets.row_line import empty_line, row_line
from s3audio_tui.tui.widgets.scroll_bar import ListScrollBar
from s3audio_tui.tui.widgets.window import Rows, key_of

_STYLES = ("text", "dim", "folder", "accent", "match", "error", "wave")


class FileList(MarkedList):
    """Files and folders. Drawing a line costs some microseconds, once until it changes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"file-list--{name}" for name in _STYLES),
        "file-list--cursor",
        "file-list--left",
    }

    fitted: reactive[Fitted] = reactive(fit(80), init=False)
    """The columns that fit; the titles go by it."""

    notice: reactive[Notice | None] = reactive(None, repaint=False)
    """Stands in the middle while there are no rows."""

    def __init__(
        self,
        pool: DaemonPool,
        clock: Callable[[], float],
        columns: tuple[Column, ...] = ALL,
        identify: Callable[[Item], str] = key_of,
    ) -> None:
        """Prepare an empty list; `clock` gives seconds since 1970, for the ages of rows."""
        super().__init__(pool, identify)
        self._clock = clock
        self.columns = columns
        """The columns wanted, whether they fit or not."""
        self._words: tuple[str, ...] = ()
        self._whole_key = False
        self._strips: dict[int, Strip] = {}
        self._style_sets: dict[str, dict[str, Style]] = {}
        self._restyled = False
        self._drawn_in: dict[str, Style] = {}
        self.pictures = Pictures()
        """The waveforms that stand in a column."""

    async def show(
        self,
        view: Rows,
        *,
        words: tuple[str, ...] = (),
        whole_key: bool = False,
        keep: bool = True,
        cursor_key: str | None = None,
        at: int | None = None,
    ) -> None:
        """Show `view` as `stand` does, with `words` marked in names, or in keys if `whole_key`."""
        if await self.stand(view, keep=keep, cursor_key=cursor_key, at=at):
            self._words, self._whole_key = words, whole_key
            self._fit()
            self.forget_drawn()

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns."""
        self.columns = columns
        self._fit()
        self.forget_drawn()
        self.post_message(self.Seen())

    @property
    def has_pictures(self) -> bool:
        """Whether waveforms are in sight."""
        return any(column.name == WAVEFORM.name for column in self.fitted.columns)

    def redraw_pictures(self, versions: Container[tuple[str, str]]) -> None:
        """Draw the rows of some versions anew, because more is known of their waveforms."""
        if self.has_pictures:
            lines = [line for line in self._strips if _version(self.row(line)) in versions]
            if lines:
                self.forget_drawn(*lines)

    def show_played(self, row: Row | None, part: float) -> None:
        """Show how much of a row was played."""
        changed = self.pictures.play(_version(row), part)
        if changed:
            self.redraw_pictures(changed)

    def name_region(self) -> Region:
        """Return where on the screen the name of the row under the cursor stands."""
        self._keep_in_sight()
        region = self.scrollable_content_region
        line = max(0, min(self.cursor - self.scroll_offset.y, region.height - 1))
        return Region(region.x + GUTTER, region.y + line, self.fitted.name_width, 1)

    def watch_notice(self) -> None:
        """Draw it, where it stands."""
        if not self.count:
            self.refresh()

    # Drawing

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar; it is made when it is asked for, as the base does."""
        if self._vertical_scrollbar is None:
            made = ListScrollBar(thickness=self.scrollbar_size_vertical)
            made.display = False
            self._vertical_scrollbar = made
            self.app._start_widget(self, made)
        return self._vertical_scrollbar

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines in sight. There is nothing around them that Textual would have to add."""
        strips = [self.render_line(y) for y in crop.line_range]
        background = self.background_colors[1]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, background) for strip in strips]
        if crop.column_span == (0, self.outer_size.width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Draw one visible line; a row not read yet is a dim dot until it is."""
        line, width = y + self.scroll_offset.y, self.outer_size.width
        if self._restyled:
            self._keep_drawn()
        if not self.count:
            return self._notice_line(y)
        known = self._strips.get(line)
        if known is not None and known.cell_length == width:
            return known
        styles = self._styles(cursor=line == self.cursor)
        item = self.row(line)
        if item is None:
            if line < self.count:
                self.call_later(self.fill)
            dot = "   ·" if line < self.count else ""
            return Strip([Segment(dot.ljust(width), styles["dim"])], width)
        segments = row_line(
            item,
            self.fitted,
            styles,
            cursor=line == self.cursor,
            marked=self._identify(item) in self.marked,
            whole_key=self._whole_key,
            words=self._words,
            now=self._clock(),
            picture=self.pictures.cells,
        )
        strip = Strip(segments).adjust_cell_length(width, styles["text"])
        self._strips[line] = strip
        return strip

    def _notice_line(self, y: int) -> Strip:
        width, styles = self.outer_size.width, self._styles(cursor=False)
        lines = self.notice.lines(self._width) if self.notice is not None else []
        first = max((self.size.height - len(lines)) // 2 - 1, 0)
        if not first <= y < first + len(lines):
            return empty_line(width, styles["text"])
        segments = [Segment(text, styles[style]) for text, style in lines[y - first]]
        return Strip(segments).adjust_cell_length(width, styles["text"])

    def _styles(self, *, cursor: bool) -> dict[str, Style]:
        look = "" if not cursor else "cursor" if self.has_focus else "left"
        if look not in self._style_sets:
            self._style_sets[look] = self._looked_up(look)
        return self._style_sets[look]

    def on_mount(self) -> None:
        """Find out what the terminal can draw."""
        encoding = getattr(sys.__stderr__, "encoding", None)
        self.pictures.plain = not self.app.is_headless and needs_plain(os.environ, encoding)

    def _looked_up(self, look: str) -> dict[str, Style]:
        styles = {name: self.get_component_rich_style(f"file-list--{name}") for name in _STYLES}
        if not look:
            return styles
        row = under_cursor(styles, self.get_component_rich_style(f"file-list--{look}"))
        return {**row, "match": styles["match"]}

    @property
    def _width(self) -> int:
        """The cells of a line, without the scrollbar."""
        return self.scrollable_content_region.width

    def _fit(self) -> None:
        least = LEAST_KEY if self._whole_key else None
        self.fitted = fit(self._width, self.columns, least)

    def forget_drawn(self, *lines: int) -> None:
        """Draw lines anew, or all of them."""
        for line in lines:
            self._strips.pop(line, None)
        if not lines:
            self._strips.clear()
        super().forget_drawn(*lines)

    def notify_style_update(self) -> None:
        """Forget styles: the theme has changed, or a class of the screen."""
        super().notify_style_update()
        self._style_sets.clear()
        self._restyled = True

    def _keep_drawn(self) -> None:
        """Keep the lines, if they look as before."""
        self._restyled, before = False, self._drawn_in
        self._drawn_in = self._styles(cursor=False)
        if self._drawn_in != before:
            self._strips.clear()
        self._strips.pop(self.cursor, None)

    # The focus changes the row of the cursor. The base would look up all styles, and draw all rows.

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Draw the row of the cursor anew."""
        self.forget_drawn(self.cursor)

    def _on_focus(self, event: Focus) -> None:
        self._turn_focus(event, DescendantFocus(self), has_it=True)

    def _on_blur(self, event: Blur) -> None:
        self._turn_focus(event, DescendantBlur(self), has_it=False)

    def _turn_focus(self, event: Event, news: Message, *, has_it: bool) -> None:
        event.prevent_default()
        self.has_focus = has_it
        if self.parent is not None:
            self.parent.post_message(news)

    def on_resize(self) -> None:
        """Fit the columns anew; what is drawn stands where only the height has changed."""
        before = self.fitted
        self._fit()
        if self.fitted != before:
            self.forget_drawn()


def _version(item: Item | None) -> tuple[str, str]:
    return (item.key, item.etag) if isinstance(item, Row) else ("", "")
