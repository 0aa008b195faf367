"""The bookmarks as a list: go to one, rename it, remove it; nothing is gone before one leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from s3audio_tui.library.addresses import place_of
from s3audio_tui.library.remembered import Address, Bookmark
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle, clip_start, left

_NAME = 26


@dataclass(frozen=True, slots=True)
class Answer:
    """Where to go, or what to rename; and what was removed before."""

    bookmark: Bookmark | None = None
    rename: bool = False
    removed: tuple[str, ...] = ()


class BookmarksScreen(ModalScreen[Answer]):
    """Asks where to go. `d` removes a bookmark, and brings it back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,b", "leave", "leave", show=False),
        Binding("d,delete", "remove", "remove", show=False),
        Binding("r", "rename", "rename", show=False),
        Binding("j", "move('down')", "down", show=False),
        Binding("k", "move('up')", "up", show=False),
    ]

    def __init__(self, bookmarks: Sequence[Bookmark], here: Address, at: str = "") -> None:
        """Prepare the list of one library `here` and others; the cursor is on the name `at`."""
        super().__init__()
        own = [each for each in bookmarks if place_of(each.address) == place_of(here)]
        self._bookmarks = [*own, *(each for each in bookmarks if each not in own)]
        self._own, self._at = len(own), at
        self._removed: set[str] = set()

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="dialog", id="bookmarks"):
            yield Static("Bookmarks", classes="dialog-title", markup=False)
            if self._bookmarks:
                yield OptionList(*map(Option, self._lines()), id="bookmark-list", markup=False)
            else:
                nothing = "None yet. B keeps the folder or the search that is shown."
                yield Static(nothing, classes="dialog-text", markup=False)
            yield Static(_keys(some=bool(self._bookmarks)), classes="dialog-foot", markup=False)

    def on_mount(self) -> None:
        """Stand on the first, or on the one that was just renamed."""
        if self._bookmarks:
            names = [each.name for each in self._bookmarks]
            list_ = self.query_one(OptionList)
            list_.highlighted = names.index(self._at) if self._at in names else 0
            list_.focus()

    def _lines(self) -> list[Content]:
        return [self._line(i, each) for i, each in enumerate(self._bookmarks)]

    def _line(self, number: int, bookmark: Bookmark) -> Content:
        gone = bookmark.name in self._removed
        where = f"/{bookmark.prefix}" if number < self._own else _url(bookmark)
        style = "$faint strike" if gone else "$foreground"
        return Content.assemble(
            ("✗ " if gone else "★ ", "$faint" if gone else "$accent"),
            (left(clip_middle(safe(bookmark.name), _NAME), _NAME), style),
            "  ",
            (clip_start(safe(where), 38) if not bookmark.search else "", "$dim"),
            (clip_middle(f"/ {safe(bookmark.search)}", 38) if bookmark.search else "", "$dim"),
        )

    @property
    def _chosen(self) -> int | None:
        return self.query_one(OptionList).highlighted if self._bookmarks else None

    @on(OptionList.OptionSelected)
    def go(self, event: OptionList.OptionSelected) -> None:
        """Go to the bookmark."""
        self._answer(self._bookmarks[event.option_index])

    def _answer(self, bookmark: Bookmark | None, *, rename: bool = False) -> None:
        self.dismiss(Answer(bookmark, rename, tuple(self._removed)))

    def action_remove(self) -> None:
        """Remove the bookmark when one leaves; again, keep it."""
        if (at := self._chosen) is not None:
            self._removed ^= {self._bookmarks[at].name}
            line = self._line(at, self._bookmarks[at])
            self.query_one(OptionList).replace_option_prompt_at_index(at, line)

    def action_rename(self) -> None:
        """Give the bookmark another name."""
        if (at := self._chosen) is not None:
            self._answer(self._bookmarks[at], rename=True)

    def action_move(self, way: str) -> None:
        """Move the cursor."""
        if self._bookmarks:
            list_ = self.query_one(OptionList)
            (list_.action_cursor_down if way == "down" else list_.action_cursor_up)()

    def action_leave(self) -> None:
        """Go nowhere."""
        self._answer(None)


def _url(bookmark: Bookmark) -> str:
    return f"{bookmark.address.url.rstrip('/')}/{bookmark.prefix}"


def _keys(*, some: bool) -> Content:
    keys = [("enter", "go"), ("d", "remove"), ("r", "rename")] if some else []
    parts = [
        (part, style)
        for key, does in [*keys, ("esc", "leave")]
        for part, style in ((key, "$accent"), (f" {does}   ", "$dim"))
    ]
    return Content.assemble(*parts)
