"""Local folders and audio files to choose what goes up. Gives paths; uploads nothing itself."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library import local_files
from s3audio_tui.library.local_files import Order, path_of
from s3audio_tui.text import safe
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.dialog_commands import PATH, SEARCH
from s3audio_tui.tui.later import later
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList
from s3audio_tui.tui.widgets.local_list import LocalList
from s3audio_tui.tui.widgets.local_places import Places
from s3audio_tui.tui.widgets.path_field import PathField
from s3audio_tui.tui.widgets.picked import empty_text, marked_text, path_line
from s3audio_tui.tui.widgets.status_line import counts_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3audio_tui.tui.pools import Pools

_SOON_S = 0.15
"""A folder that takes longer to read says so."""

_ORDERS: tuple[Order, ...] = ("name", "newest", "largest")


class FilePicker(KeyedDialog[list[Path]]):
    """Browses this machine. `enter` opens or takes, `space` marks, `u` takes what is marked.

    What it shows last is in `folder`, also after it was left.
    """

    WHERE = "picker"
    CSS_PATH = "send.tcss"
    AUTO_FOCUS = "#picker-list"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("picker")]

    def __init__(
        self,
        title: str,
        folder: Path,
        places: Sequence[Path],
        pools: "Pools",
        clock: "Callable[[], float]",
    ) -> None:
        super().__init__()
        self._title = safe(title)
        self.folder = folder
        self._places = places
        self._pools, self._clock = pools, clock
        self._wrong = self._marked = ""

    def compose(self) -> ComposeResult:
        """Lay out places, path, list and keys."""
        with Vertical(classes="dialog", id="picker"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield Places(self._places, id="picker-places")
            yield Static(id="picker-path", markup=False)
            yield PathField(self._pools.rows, local_files.completed, id="picker-field")
            yield Static(id="picker-titles", markup=False)
            yield LocalList(self._pools.rows, self._clock, id="picker-list")
            yield Static(id="picker-said", markup=False)
            yield Input(id="picker-filter", compact=True, placeholder="words of the name")
            yield KeyBar()

    def on_mount(self) -> None:
        """Show the folder that it begins with."""
        self.files = self.query_one(LocalList)
        self.field = self.query_one(PathField)
        self.filter = self.query_one("#picker-filter", Input)
        self.field.display = self.filter.display = False
        self._go(self.folder)

    # Folders

    def _go(self, folder: Path, at: str | None = None) -> None:
        self.run_worker(later(self._list, folder, at), group="list", exclusive=True)

    async def _list(self, folder: Path, at: str | None) -> None:
        words = f"· Reading {safe(local_files.short(folder))} …"
        slow = self.set_timer(
            _SOON_S, partial(self.query_one("#picker-said", Static).update, words)
        )
        try:
            await self.files.browse(folder, at)
        except S3AudioError as error:
            self._wrong = f"{error.message}: {error.remedy}"
        else:
            self._wrong = ""
            if folder != self.folder:
                self._hide_filter()
            self.folder = folder
        finally:
            slow.stop()
        self.show_all()

    def _hide_filter(self) -> None:
        with self.prevent(Input.Changed):
            self.filter.value = ""
        self.filter.display = False

    @on(LocalList.Moved)
    def show_all(self) -> None:
        """Show where one is, what is there, and what can be done."""
        if self.left:
            return
        width = self.files.scrollable_content_region.width
        titles = [(text, f"${style}") for text, style in self.files.titles(width)]
        self.query_one("#picker-titles", Static).update(Content.assemble(*titles))
        self.query_one("#picker-path", Static).update(path_line(self.folder, self.files.order))
        self.query_one(Places).here = self.folder
        self.query_one("#picker-said", Static).update(self._said())
        self.update_keys()

    def on_resize(self) -> None:
        """Fit the titles anew."""
        self.call_after_refresh(self.show_all)

    def _said(self) -> Content:
        """Return two lines: the sums, and what is wrong."""
        text = counts_text(self.files.count, self.files.shown_bytes)
        sums = f"{text} · {self._marked}".removeprefix(" · ") if self._marked else text
        entry = self.files.entry
        reason = self.files.sounds.get(entry.path) if entry else None
        complaint = self._wrong
        if entry is not None and isinstance(reason, str) and not complaint:
            complaint = f"{entry.name}: {reason}"
        self.files.notice = empty_text(self.filter.value)
        return Content.assemble(
            (sums, "$dim"),
            (f"\n✗ {safe(complaint)}" if complaint else "", "$error"),
        )

    @on(LocalList.Marked)
    def sum_up(self) -> None:
        """Say how much is marked."""
        self._marked = marked_text(self.files.marked.values())
        self.show_all()

    # What the keys do

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        if self.field.has_focus or self.filter.has_focus:
            return command.id == "leave"
        needs_row = command.needs in ("row", "targets")
        return not needs_row or self.files.entry is not None or bool(self.files.marked)

    @on(LineList.Opened)
    def do_open(self) -> None:
        """Open the folder under the cursor; of a file, take it, or what is marked."""
        entry = self.files.entry
        if entry is not None and entry.is_folder:
            self._go(Path(entry.path))
        else:
            self.do_send()

    def do_up(self) -> None:
        """Go up, the cursor on the folder that one was in."""
        if self.folder != self.folder.parent:
            self._go(self.folder.parent, str(self.folder))

    def do_place(self, number: int) -> None:
        """Go to a place of the line above."""
        if number <= len(self._places):
            self._go(self._places[number - 1])

    @on(Places.Chosen)
    def go_to_place(self, event: Places.Chosen) -> None:
        """Go to the place that was clicked."""
        self.do_place(event.number)

    def do_mark(self) -> None:
        """Mark the row, or unmark it."""
        self.files.toggle_mark()

    def do_mark_all(self) -> None:
        """Mark all files that are listed, or unmark them."""
        self.files.mark_all()

    def do_order(self) -> None:
        """List in the next order."""
        self.files.order = _ORDERS[(_ORDERS.index(self.files.order) + 1) % len(_ORDERS)]
        self._again()

    def do_everything(self) -> None:
        """Show or hide what is no audio."""
        self.files.everything = not self.files.everything
        self._again()

    def _again(self) -> None:
        entry = self.files.entry
        self._go(self.folder, entry.path if entry else None)

    def do_send(self) -> None:
        """Take what is marked, else the row under the cursor."""
        if chosen := self.files.chosen:
            self.dismiss([Path(entry.path) for entry in chosen])

    def do_leave(self) -> None:
        """Leave a field; without one the filter, then the marks, then the dialog."""
        if self.field.display:
            self._close_field()
        elif self.filter.display:
            self._hide_filter()
            self.files.focus()
            self.run_worker(later(self._narrow, ""), group="list", exclusive=True)
        elif self.files.marked:
            self.files.unmark()
        else:
            self.dismiss(None)
            return
        self.show_all()

    # Path and filter

    def do_path(self) -> None:
        """Type a path, beginning with where one is."""
        self.query_one("#picker-path").display = False
        self.field.begin(local_files.short(self.folder).rstrip("/") + "/")

    def _close_field(self) -> None:
        self.field.display = False
        self.query_one("#picker-path").display = True
        self.files.focus()

    @on(Input.Submitted, "#picker-field")
    def take_path(self, event: Input.Submitted) -> None:
        """Go to the folder that was typed, or to the file in its folder."""
        self._close_field()
        if text := event.value.strip():
            self.run_worker(later(self._take_path, path_of(text).absolute()), group="path")

    async def _take_path(self, path: Path) -> None:
        if await self._pools.rows.run(partial(local_files.is_file, path)):
            self._go(path.parent, str(path))
        else:
            self._go(path)

    def do_filter(self) -> None:
        """Narrow the list to words."""
        self.filter.display = True
        self.filter.focus()

    @on(Input.Changed, "#picker-filter")
    def narrow(self, event: Input.Changed) -> None:
        """List only what has the words."""
        self.run_worker(later(self._narrow, event.value), group="list", exclusive=True)

    async def _narrow(self, words: str) -> None:
        await self.files.narrow(words)
        self.show_all()

    @on(Input.Submitted, "#picker-filter")
    def keep_filter(self) -> None:
        """Go to the list, narrowed as it is."""
        self.filter.display = bool(self.filter.value.strip())
        self.files.focus()

    def on_paste(self, event: events.Paste) -> None:
        """Take files and folders that were dropped, or whose paths were pasted."""
        event.stop()
        self.run_worker(later(self._take_pasted, event.text), group="path", exclusive=True)

    async def _take_pasted(self, text: str) -> None:
        if found := await self._pools.rows.run(partial(local_files.paths_there, text)):
            self.dismiss(found)

    def update_keys(self) -> None:
        """Show what is possible now; while one types, what that ends with."""
        if self.field.has_focus:
            self.query_one(KeyBar).commands = PATH
        elif self.filter.has_focus:
            self.query_one(KeyBar).commands = (SEARCH[0], SEARCH[-1])
        else:
            super().update_keys()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keys go with the focus."""
        self.update_keys()
