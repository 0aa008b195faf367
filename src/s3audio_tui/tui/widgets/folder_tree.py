"""The panel at the left: the folders of the library that are open, bookmarks, and the trash."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from s3audio_tui.tui import moving
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.looks import under_cursor
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.tree_line import (
    Pieces,
    Spot,
    arrow_cells,
    branch_pieces,
    spot_pieces,
)

if TYPE_CHECKING:
    from s3audio_tui.catalog.tree import Branch
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.remembered import Bookmark

_STYLES = ("text", "faint", "here", "accent")
_PINNED_SHARE = 3
"""Bookmarks take at most one third of the panel."""


class FolderTree(ScrollView, can_focus=True, inherit_bindings=False):
    """The folders of the library. The one that is listed is marked; enter goes to another.

    What is below the tree stays in sight while the tree is scrolled. Only lines that are seen are
    drawn, and nothing is drawn again while the folders stay as they are.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"folder-tree--{name}" for name in _STYLES),
        "folder-tree--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *moving.bindings(),
        *bindings("tree"),
    ]

    class Chosen(Message):
        """A folder was chosen, to be listed; and the tree is left for the list."""

        def __init__(self, path: str, leave: bool = True) -> None:
            super().__init__()
            self.path = path
            self.leave = leave

    class BookmarkChosen(Message):
        """A bookmark was chosen, to go there."""

        def __init__(self, bookmark: "Bookmark") -> None:
            super().__init__()
            self.bookmark = bookmark

    class BookmarksChosen(Message):
        """The rest of the bookmarks is wanted."""

    class TrashChosen(Message):
        """The trash was chosen."""

    def __init__(self, library: "Library", pool: DaemonPool, *, id: str) -> None:
        super().__init__(id=id)
        self._library = library
        self._pool = pool
        self._lines: tuple[Branch, ...] = ()
        self._open: set[str] = {""}
        self._here: str | None = None
        self._cursor = 0
        self._bookmarks: tuple[Bookmark, ...] = ()
        self._trashed: int | None = None
        self._spots = [Spot("⌫", "trash")]
        self._style_sets: dict[bool, dict[str, Style]] = {}

    # What it shows

    async def show(self, prefix: str) -> None:
        """Mark the folder that is listed; where it is another one, show it with all above it."""
        if prefix != self._here:
            self._here = prefix
            parts = prefix.split("/")
            self._open |= {"/".join(parts[:i]) + "/" for i in range(1, len(parts))} | {""}
            await self._read(stand_on=None if self.has_focus and self._lines else prefix)
            self._bring_in_sight(self._line_of(prefix))
        else:
            await self._read()

    def keep(self, bookmarks: Sequence["Bookmark"]) -> None:
        """Show these bookmarks below the tree."""
        self._bookmarks = tuple(bookmarks)
        self._measure()

    def tell_trash(self, count: int | None) -> None:
        """Say how many files are in the trash; None where nobody knows."""
        self._trashed = count
        self._measure()

    async def _read(self, stand_on: str | None = None) -> None:
        from s3audio_tui.catalog.tree import branches  # the first frame does without

        library, opened = self._library, set(self._open)
        found = await self._pool.run(lambda: branches(library.catalog, opened))
        if stand_on is None and found == self._lines:
            return
        path = stand_on if stand_on is not None else self._path
        below = self._cursor - len(self._lines)
        self._lines = found
        self._cursor = len(found) + below if path is None else self._line_of(path)
        self._measure()

    @property
    def _path(self) -> str | None:
        return self._lines[self._cursor].path if self._cursor < len(self._lines) else None

    def _line_of(self, path: str | None) -> int:
        found = (i for i, each in enumerate(self._lines) if each.path == path and not each.more)
        return next(found, min(self._cursor, max(len(self._lines) - 1, 0)))

    def _measure(self) -> None:
        self._spots = self._below()
        self.virtual_size = Size(0, len(self._lines) + self._pinned_height)
        self._cursor = max(0, min(self._cursor, self._count - 1))
        self._bring_in_sight(self._cursor)
        self.refresh()

    def _below(self) -> list[Spot]:
        """Return the lines below the tree: the bookmarks that there is room for, and the trash."""
        room = max(self.size.height // _PINNED_SHARE - 2, 0)
        names = [Spot("★", bookmark.name) for bookmark in self._bookmarks]
        if len(names) > room:
            left = len(names) - max(room - 1, 0)
            names = [*names[: max(room - 1, 0)], Spot("…", f"{left:,} bookmarks")]
        return [*names, Spot("⌫", "trash", self._trashed)]

    @property
    def _count(self) -> int:
        return len(self._lines) + len(self._spots)

    @property
    def _pinned_height(self) -> int:
        """The lines below the tree, a free one before them, and one before the trash."""
        spots = len(self._spots)
        return spots + (2 if spots > 1 else 1)

    # Keys and mouse

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self._go(self._cursor + lines)

    def action_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        page = max(self.size.height - self._pinned_height - 1, 1)
        self._go(self._cursor + round(pages * page))

    def action_jump(self, to_end: bool) -> None:
        """Move the cursor to the first or the last folder."""
        self._go(len(self._lines) - 1 if to_end else 0)

    def choose(self, *, leave: bool = True) -> None:
        """Go to what is under the cursor."""
        below = self._cursor - len(self._lines)
        if below < 0:
            self.post_message(self.Chosen(self._lines[self._cursor].path, leave))
        elif below == len(self._spots) - 1:
            self.post_message(self.TrashChosen())
        elif self._spots[below].sign == "★":
            self.post_message(self.BookmarkChosen(self._bookmarks[below]))
        else:
            self.post_message(self.BookmarksChosen())

    def deeper(self) -> None:
        """Show what is in the folder; where that is shown, go to the first of it."""
        branch = self._branch
        if branch is None or branch.more or not branch.has_folders:
            return
        if branch.is_open:
            self._go(self._cursor + 1)
        else:
            self._turn(branch)

    def higher(self) -> None:
        """Hide what is in the folder; where that is hidden, go to the folder above."""
        branch = self._branch
        if branch is None:
            self._go(len(self._lines) - 1)
        elif branch.is_open and not branch.more:
            self._turn(branch)
        else:
            above = range(self._cursor - 1, -1, -1)
            self._go(next((i for i in above if self._lines[i].depth < branch.depth), 0))

    @property
    def _branch(self) -> "Branch | None":
        return self._lines[self._cursor] if self._cursor < len(self._lines) else None

    def _turn(self, branch: "Branch") -> None:
        """Show what is in a folder, or hide it."""
        (self._open.discard if branch.is_open else self._open.add)(branch.path)
        self.run_worker(later(self._read), group="tree", exclusive=True)

    def on_click(self, event: events.Click) -> None:
        """Go to what was clicked; a click on the arrow shows or hides what is in it."""
        line = self._line_at(event.y)
        if line is None:
            return
        self._go(line)
        branch = self._branch
        if branch is not None and branch.has_folders and event.x in arrow_cells(branch):
            self._turn(branch)
        else:
            self.choose()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._measure()

    def _go(self, line: int) -> None:
        line = max(0, min(line, self._count - 1))
        if line != self._cursor:
            self._cursor = line
            self._bring_in_sight(line)
            self.refresh()

    def _bring_in_sight(self, line: int) -> None:
        top, height = self.scroll_offset.y, self.size.height - self._pinned_height
        if height < 1 or line >= len(self._lines):
            return
        if line < top:
            self.scroll_to(y=line, animate=False)
        elif line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False)

    # Drawing

    def _line_at(self, y: int) -> int | None:
        """Return the line at a height of the panel, counted through tree and what is below."""
        from_end = self.size.height - 1 - y
        spots = len(self._spots)
        if from_end == 0:
            return self._count - 1
        if from_end < self._pinned_height:
            at = spots - from_end  # a free line lies before the trash
            return len(self._lines) + at if from_end > 1 and at >= 0 else None
        line = y + self.scroll_offset.y
        return line if line < len(self._lines) else None

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        line, width = self._line_at(y), self.scrollable_content_region.width
        is_cursor = line is not None and line == self._cursor and self.has_focus
        styles = self._styles(cursor=is_cursor)
        pieces = self._pieces(line, width, cursor=is_cursor) if line is not None else []
        segments = [Segment(text, styles[style]) for text, style in pieces]
        return Strip(segments).adjust_cell_length(width, styles["text"])

    def _pieces(self, line: int, width: int, *, cursor: bool) -> Pieces:
        if line >= len(self._lines):
            return spot_pieces(self._spots[line - len(self._lines)], width, cursor=cursor)
        branch = self._lines[line]
        name = branch.name if branch.path else self._library.label
        here = branch.path == self._here and not branch.more
        return branch_pieces(branch, name, width, here=here, cursor=cursor)

    def _styles(self, *, cursor: bool) -> dict[str, Style]:
        if cursor not in self._style_sets:
            styles = {n: self.get_component_rich_style(f"folder-tree--{n}") for n in _STYLES}
            looks = self.get_component_rich_style("folder-tree--cursor")
            self._style_sets[cursor] = under_cursor(styles, looks) if cursor else styles
        return self._style_sets[cursor]

    def notify_style_update(self) -> None:
        """Forget styles: the theme or the focus has changed."""
        super().notify_style_update()
        self._style_sets.clear()
