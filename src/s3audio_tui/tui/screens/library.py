"""The main screen: the library's files, what is known of them, and what is on the way."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from s3audio_tui.catalog.rows import Folder
from s3audio_tui.errors import UsageError
from s3audio_tui.tui.commands import SEARCH, Command, bindings
from s3audio_tui.tui.flows import change, send
from s3audio_tui.tui.flows.leave import leave
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.screens.base import DeskScreen
from s3audio_tui.tui.screens.help import Help
from s3audio_tui.tui.screens.trash import TrashScreen
from s3audio_tui.tui.store_side import StoreSide
from s3audio_tui.tui.theme import DARK, LIGHT
from s3audio_tui.tui.widgets.columns import SORTS
from s3audio_tui.tui.widgets.details import DetailsPanel
from s3audio_tui.tui.widgets.file_list import FileList
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.list_header import ListHeader
from s3audio_tui.tui.widgets.notice import Notice, trouble
from s3audio_tui.tui.widgets.search_bar import SearchBar, found_text, mistake_text
from s3audio_tui.tui.widgets.status_line import StatusLine, counts_text
from s3audio_tui.tui.widgets.top_bar import TopBar
from s3audio_tui.tui.widgets.transfers import Transfers
from s3audio_tui.tui.widgets.window import key_of

_TYPING_S = 0.06
"""The search waits this long for the next letter."""

_NEEDS_ROW = ("mark", "open", "rename", "delete", "download")


class LibraryScreen(DeskScreen):
    """Folders and files, with search, details, transfers and the keys.

    `StoreSide` asks S3 behind it; here is what keys and clicks do, and where one is.
    """

    CSS_PATH = "library.tcss"
    WHERE = "library"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("library")]
    HORIZONTAL_BREAKPOINTS: ClassVar = [(0, "-narrow"), (100, "-wide")]

    place = Place()
    _left_at: str | None = None
    _arriving: tuple[str | None] | None = (None,)
    _typing: Timer | None = None
    _files_in_all = 0

    def compose(self) -> ComposeResult:
        """Lay out the screen; folders will stand left of the files."""
        yield TopBar(id="top")
        with Horizontal(id="middle"):
            with Vertical(id="files-pane"):
                yield SearchBar(id="search")
                yield ListHeader(id="titles")
                yield FileList(self.pools.rows, self.clock, id="files")
                yield StatusLine(id="status")
            yield DetailsPanel(self.clock, id="details")
        yield Transfers(id="transfers")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show what the catalog knows; ask S3 once that stands on the screen."""
        self.files = self.query_one(FileList)
        self.top = self.query_one(TopBar)
        self.search = self.query_one(SearchBar)
        self.status = self.query_one(StatusLine)
        self.store_side = StoreSide(self)
        self.search.display = False
        self.query_one(Transfers).display = False
        self.watch(self.files, "fitted", self._fit_titles)
        self.files.focus()
        self.go(self.place)
        self.call_after_refresh(self.store_side.start)

    @property
    def waiting(self) -> bool:
        """Whether something was put off for a moment, and will change the screen."""
        return self._typing is not None or self.store_side.waiting or self.queue.busy

    # Where one is

    def go(self, place: Place, *, cursor_key: str | None = None) -> None:
        """Show a place from its top, or with a row of it chosen."""
        self.place = place
        self._arriving = (cursor_key,)
        self.reload()

    def settle(self, cursor_key: str | None = None) -> None:
        """Read the rows again where they are, because they have changed."""
        if cursor_key is not None:
            self._arriving = (cursor_key,)
        self.reload()
        self.store_side.measure()

    def reload(self) -> None:
        """Read the rows again; of several calls the last one counts."""
        self.run_worker(self._reload(), group="reload", exclusive=True)

    async def _reload(self) -> None:
        place, arriving = self.place, self._arriving
        try:
            view, query = place.view(self.library.catalog), place.query()
        except UsageError as error:
            self.search.tell(mistake_text(error))
            return
        catalog = self.library.catalog
        self._files_in_all = (await self.pools.rows.run(partial(catalog.totals, ""))).files
        await self.files.show(
            view,
            words=query.words if query else (),
            whole_key=place.searching,
            keep=arriving is None,
            cursor_key=arriving[0] if arriving else None,
        )
        self._arriving = None
        titles = self.query_one(ListHeader)
        titles.sorted_by, titles.reverse = place.column, place.reverse
        self.top.path = place.names(self.library.label)
        self.top.files = self._files_in_all
        self.say_where()

    def say_where(self) -> None:
        """Say in the middle of an empty list why it is empty, and beside a search how it went."""
        place, trouble_ = self.place, self.store_side.trouble
        self.search.tell(found_text(place, self.files.count, self._files_in_all))
        if place.searching:
            hint = () if place.everywhere else (("tab", "look in the whole library"),)
            self.files.notice = Notice(
                "Nothing is named so", place.search, (("esc", "leave the search"), *hint)
            )
        elif trouble_ is not None:
            self.files.notice = trouble(trouble_)
        elif self.store_side.never_asked:
            self.files.notice = Notice("Asking the store …", self.library.url)
        elif place.prefix:
            self.files.notice = Notice("This folder is empty", "", (("⌫", "go up"),))
        else:
            self.files.notice = Notice(
                "This library is empty",
                "Upload files or whole folders, or paste their paths here.",
                (("u", "upload"), ("R", "look again")),
            )
        self.update_keys()

    def _fit_titles(self) -> None:
        self.query_one(ListHeader).fitted = self.files.fitted

    # What the list says

    @on(FileList.Moved)
    def show_details(self, event: FileList.Moved) -> None:
        """Show what is known of the row under the cursor."""
        self.store_side.look_at(event.item)
        self.update_keys()

    @on(FileList.Opened)
    def enter_clicked(self, event: FileList.Opened) -> None:
        """Open what was clicked twice."""
        self.do_open()

    @on(FileList.Counted)
    def show_counts(self, event: FileList.Counted) -> None:
        """Say how much is listed and marked."""
        marked = self.files.marked.values()
        sizes = sum(row.bytes if isinstance(row, Folder) else row.size_bytes for row in marked)
        self.status.counts = counts_text(event.count, event.total_bytes, event.marked, sizes)

    @on(FileList.Seen)
    def learn(self, event: FileList.Seen) -> None:
        """Learn the headers of the rows on the screen."""
        self.store_side.learn_soon()

    @on(ListHeader.Picked)
    def sort_by_click(self, event: ListHeader.Picked) -> None:
        """Sort by the column whose title was clicked."""
        self.go_sorted(self.place.sorted_by(event.column))

    def go_sorted(self, place: Place) -> None:
        """Show the rows in another order; the cursor stays on its row."""
        self.place = place
        self.reload()

    # Search

    @on(SearchBar.Changed)
    def search_soon(self, event: SearchBar.Changed) -> None:
        """Search when the typing pauses."""
        if self._typing is not None:
            self._typing.stop()
        wanted = replace(self.place, search=event.text)
        self._typing = self.set_timer(_TYPING_S, partial(self._search, wanted))

    def _search(self, wanted: Place) -> None:
        self._typing = None
        self.go(wanted)

    @on(SearchBar.ScopeAsked)
    def search_elsewhere(self) -> None:
        """Search in the whole library, or only here."""
        self.go(replace(self.place, search=self.search.text, everywhere=not self.place.everywhere))

    @on(SearchBar.Kept)
    def leave_field(self) -> None:
        """Go to the list; an empty search is none."""
        if not self.search.text.strip():
            self.leave_search()
        self.files.focus()

    @on(SearchBar.Left)
    def leave_search(self) -> None:
        """Show the folder again, the cursor on the row that was found."""
        if self._typing is not None:
            self._typing.stop()
        self.search.display = False
        self.files.focus()
        if self.place.searching:
            self._show_found()

    def _show_found(self) -> None:
        key = key_of(self.files.item) if self.files.item is not None else None
        inside = key is not None and key.startswith(self.place.prefix)
        rest = key.removeprefix(self.place.prefix) if key and inside else ""
        child = f"{self.place.prefix}{rest.split('/')[0]}/" if "/" in rest else key
        self.go(replace(self.place, search=""), cursor_key=child if inside else None)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keys in the footer go with the focus."""
        self.update_keys()

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted paths as files to upload."""
        event.stop()
        self.flow(send.upload(self, self.place.prefix, event.text))

    # Commands

    def keys(self) -> tuple[Command, ...]:
        """Return what the keys do now; while one types a search, that."""
        if self.search.has_focus_within:
            return SEARCH
        return super().keys()

    def possible(self, command_id: str) -> bool:
        """Return whether a command makes sense now."""
        item = self.files.item
        if command_id in _NEEDS_ROW and item is None:
            return False
        return {
            "open": isinstance(item, Folder),
            "up": bool(self.place.prefix) and not self.place.searching,
            "cancel": self.queue.busy or self.job is not None,
            "clear": self.store_side.any_ended,
        }.get(command_id, True)

    def do_search(self) -> None:
        """Open the search, with what was searched last."""
        self.search.open(self.place.search)
        self.say_where()

    def do_mark(self) -> None:
        """Mark the row, or unmark it."""
        self.files.toggle_mark()

    def do_escape(self) -> None:
        """Leave the search; without one, unmark all."""
        if self.search.display:
            self.leave_search()
        elif self.files.marked:
            self.files.clear_marks()
        else:
            self.status.hush()

    def do_open(self) -> None:
        """Open the folder under the cursor."""
        item = self.files.item
        if isinstance(item, Folder):
            self.files.clear_marks()
            self.go(self.place.into(item.path))

    def do_up(self) -> None:
        """Go up, the cursor on the folder that one was in."""
        self.files.clear_marks()
        self.go(self.place.above(), cursor_key=self.place.prefix)

    def do_sort(self, number: int = 0) -> None:
        """Sort by the next column, or by the one with a number."""
        if number:
            self.go_sorted(self.place.sorted_by(SORTS[number - 1][0]))
        else:
            self.go_sorted(self.place.next_sort())

    def do_reverse(self) -> None:
        """Reverse the order."""
        self.go_sorted(replace(self.place, reverse=not self.place.reverse))

    def do_refresh(self) -> None:
        """Ask S3 what is there now."""
        self.status.hush()
        self.store_side.refresh()

    def do_rename(self) -> None:
        """Rename the file or folder under the cursor."""
        if self.files.item is not None:
            self.flow(change.rename(self, self.files.item))

    def do_delete(self) -> None:
        """Delete what is marked, else the row under the cursor."""
        self.flow(change.delete(self, self.files.chosen, self.files.clear_marks))

    def do_undo(self) -> None:
        """Take back the last act."""
        self.flow(change.undo(self))

    def do_redo(self) -> None:
        """Do again what was taken back."""
        self.flow(change.redo(self))

    def do_download(self) -> None:
        """Download what is marked, else the row under the cursor."""
        self.flow(send.download(self, self.files.chosen, self.files.clear_marks))

    def do_upload(self) -> None:
        """Upload files of which one types the paths."""
        self.flow(send.upload(self, self.place.prefix))

    def do_cancel(self) -> None:
        """Stop the job that is followed, else the transfer that started last."""
        if self.job is not None:
            self.stop_job()
        else:
            self.store_side.cancel_last()

    def do_clear(self) -> None:
        """Clear the transfers that have ended."""
        self.store_side.clear_ended()

    def do_trash(self) -> None:
        """Show the trash; afterwards read the rows again."""
        screen = TrashScreen(self.library, self.pools, self.queue, self.clock)
        self.app.push_screen(screen, lambda changed: self.settle() if changed else None)

    def do_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(Help("library"))

    def do_palette(self) -> None:
        """Find a command by name."""
        self.app.action_command_palette()

    def do_theme(self) -> None:
        """Change between dark and light."""
        self.app.theme = LIGHT.name if self.app.theme == DARK.name else DARK.name

    def do_quit(self) -> None:
        """Quit; asks while transfers run."""
        self.flow(leave(self))
