"""The bookmarks as a list: go to one, rename it, remove it; nothing is gone before one leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from s3audio_tui.library.addresses import place_of
from s3audio_tui.library.remembered import Address, Bookmark
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle, clip_start, left
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList, Piece

_NAME = 26


@dataclass(frozen=True, slots=True)
class Answer:
    """Where to go, or what to rename; and what was removed before."""

    bookmark: Bookmark | None = None
    rename: bool = False
    removed: tuple[str, ...] = ()


class BookmarkList(LineList):
    """One line each: those of the library that is open first."""

    def __init__(self, bookmarks: Sequence[Bookmark], here: Address) -> None:
        super().__init__(id="bookmark-list")
        own = [each for each in bookmarks if place_of(each.address) == place_of(here)]
        self.bookmarks = [*own, *(each for each in bookmarks if each not in own)]
        self._own = len(own)
        self.removed: set[str] = set()
        """The names of those that go when one leaves."""

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return a bookmark's line: its name, and where it leads."""
        bookmark, mark = self.bookmarks[line], "▌" if line == self.cursor else " "
        gone = bookmark.name in self.removed
        name = left(clip_middle(safe(bookmark.name), _NAME), _NAME)
        room = max(width - _NAME - 6, 0)
        return [
            (mark, "accent"),
            ("✗ " if gone else "★ ", "error" if gone else "accent"),
            (name, "faint" if gone else "text"),
            ("  ", "text"),
            ("removed" if gone else _where(bookmark, room, own=line < self._own), "dim"),
        ]


class BookmarksScreen(KeyedDialog[Answer]):
    """Asks where to go. `d` removes a bookmark, and brings it back."""

    WHERE = "bookmarks"
    CSS_PATH: ClassVar = ["send.tcss", "places.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("bookmarks")]

    def __init__(self, bookmarks: Sequence[Bookmark], here: Address, at: str = "") -> None:
        """Prepare the list of one library `here` and others; the cursor is on the name `at`."""
        super().__init__()
        self._list = BookmarkList(bookmarks, here)
        self._at = at

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="dialog", id="bookmarks"):
            yield Static("Bookmarks", classes="dialog-title", markup=False)
            if self._list.bookmarks:
                yield self._list
            else:
                nothing = "None yet. B keeps the folder or the search that is shown."
                yield Static(nothing, classes="dialog-text dialog-foot", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Stand on the first, or on the one that was just renamed."""
        names = [each.name for each in self._list.bookmarks]
        if names:
            self._list.styles.height = len(names)
            self._list.relist(len(names), names.index(self._at) if self._at in names else 0)
            self._list.focus()
        self.update_keys()

    @property
    def _chosen(self) -> Bookmark | None:
        bookmarks = self._list.bookmarks
        return bookmarks[self._list.cursor] if bookmarks else None

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        return not command.needs or self._chosen is not None

    @on(LineList.Opened)
    def do_go(self) -> None:
        """Go to the bookmark; one that was removed is not gone to."""
        chosen = self._chosen
        if chosen is not None and chosen.name not in self._list.removed:
            self._answer(chosen)

    def do_remove(self) -> None:
        """Remove the bookmark when one leaves; again, keep it."""
        if (chosen := self._chosen) is not None:
            self._list.removed ^= {chosen.name}
            self._list.refresh()

    def do_rename(self) -> None:
        """Give the bookmark another name."""
        if (chosen := self._chosen) is not None and chosen.name not in self._list.removed:
            self._answer(chosen, rename=True)

    def do_leave(self) -> None:
        """Go nowhere."""
        self._answer(None)

    def _answer(self, bookmark: Bookmark | None, *, rename: bool = False) -> None:
        self.dismiss(Answer(bookmark, rename, tuple(self._list.removed)))


def _where(bookmark: Bookmark, room: int, *, own: bool) -> str:
    """Return where a bookmark leads; the library too, where that is not the one that is open."""
    library = "" if own else f"{bookmark.address.url.rstrip('/')}/"
    place = f"{library}{bookmark.prefix}"
    if not bookmark.search:
        return clip_start(safe(place or "the whole library"), room)
    where = f" in {place}" if place else ""
    return clip_middle(safe(f"/ {bookmark.search}{where}"), room)
