"""The main screen as one looks: its layout, where in the library one is, and the search."""

from functools import partial
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from s3audio_tui.errors import S3AudioError
from s3audio_tui.tui import garbage, styles
from s3audio_tui.tui.later import later
from s3audio_tui.tui.past import Past, Visit
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.play_side import PlaySide
from s3audio_tui.tui.screens.browser import BrowserScreen
from s3audio_tui.tui.store_side import StoreSide
from s3audio_tui.tui.transfer_side import TransferSide
from s3audio_tui.tui.wave_side import WaveSide
from s3audio_tui.tui.widgets.details import DetailsPanel
from s3audio_tui.tui.widgets.file_list import FileList
from s3audio_tui.tui.widgets.folder_tree import FolderTree
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.list_header import ListHeader
from s3audio_tui.tui.widgets.notice import Notice, trouble
from s3audio_tui.tui.widgets.rec_strip import RecStrip
from s3audio_tui.tui.widgets.search_bar import SearchBar
from s3audio_tui.tui.widgets.status_line import Said, StatusLine, counts_text, marks_text
from s3audio_tui.tui.widgets.top_bar import TopBar
from s3audio_tui.tui.widgets.transfers import Transfers
from s3audio_tui.tui.widgets.window import key_of

if TYPE_CHECKING:
    from s3audio_tui.catalog.rows import Totals
    from s3audio_tui.catalog.search import Query, View
    from s3audio_tui.library.opening import Library
    from s3audio_tui.tui.app import S3AudioApp


def _read(
    library: "Library", place: Place, now: float
) -> "tuple[Query | None, View, Totals, int, tuple[bool, bool]]":
    from s3audio_tui.library.processes import is_alive

    query = place.query(now)
    turnable = library.journal.turnable(is_alive)
    view = place.view(library.catalog, query)
    return query, view, library.catalog.totals(""), view.unread(), turnable


class BrowsingScreen(BrowserScreen):
    """Folders and files, with search, details and transfers; `StoreSide` asks S3 behind it.

    What the keys do is in `LibraryScreen`.
    """

    greeting = ""
    """Said when the rows are there."""
    complaints: tuple[str, ...] = ()
    """What is wrong with the keys of the settings; said instead."""
    _arriving: str | None = None
    _line: int | None = None
    _arrived = False
    _following = False
    _unread = 0
    _typing: Timer | None = None
    turnable = (False, False)
    """Whether there is something to undo, and something to do again."""
    _files_in_all = 0

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        self.past = Past()
        yield TopBar(id="top")
        yield SearchBar(id="search")
        with Horizontal(id="middle"):
            yield FolderTree(self.library, self.pools.rows, id="folders")
            with Vertical(id="files-pane"):
                yield ListHeader(id="titles")
                yield FileList(self.pools.rows, self.clock)
            yield DetailsPanel(self.clock, id="details")
        yield StatusLine(id="status")
        yield RecStrip(id="recorded")
        yield Transfers(self.queue, id="transfers")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Draw the screen; show what the catalog knows once it stands, then ask S3."""
        self.files = self.query_one(FileList)
        self.top = self.query_one(TopBar)
        self.search = self.query_one(SearchBar)
        self.status = self.query_one(StatusLine)
        self.folders_panel = self.query_one(FolderTree)
        self.details = self.query_one(DetailsPanel)
        self.transfers = self.query_one(Transfers)
        self.store_side = StoreSide(self)
        self.transfer_side = TransferSide(self)
        self.transfers.display = False
        self.watch(self.files, "fitted", self._fit_titles)
        self.watch(self.top, "path", cast("S3AudioApp", self.app).words.place)
        self.watch(self.files, "stood_on", self._show_details, init=False)
        self.files.focus()
        self.show_kept()
        self.top.path = self.place.names(self.library.label)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Load what the first frame did without: first the catalog, then the store."""
        garbage.keep()
        self.show(self.place)
        self.call_after_refresh(self.store_side.start)
        self.call_after_refresh(self.transfer_side.start)
        self.call_after_refresh(styles.read_ahead, self.app.stylesheet)
        self.run_worker(later(self.tell_cut_short))
        if self.complaints:
            self.say(Said("; ".join(self.complaints), "change [keys] in the settings", "wrong"))
        elif self.greeting:
            self.say(Said(self.greeting, tone="note"))

    def on_unmount(self) -> None:
        """Let nothing be made any more for rows that are not seen."""
        if hasattr(self, "store_side"):  # else it was never drawn
            self.store_side.waves.close()
            self.store_side.glances.close()

    @property
    def waves(self) -> WaveSide:
        """What makes the waveform of a file."""
        return self.store_side.waves

    @property
    def playing(self) -> PlaySide:
        """What plays."""
        return cast("S3AudioApp", self.app).playing

    @property
    def waiting(self) -> bool:
        """Whether something was put off for a moment, and will change the screen."""
        sides = self.store_side.waiting or self.transfer_side.waiting
        return self._typing is not None or sides or self.queue.busy

    # Where one is

    def go(self, place: Place, *, cursor_key: str | None = None) -> None:
        """Show another place, from its top or with a row of it chosen; `back` comes here."""
        if (place.prefix, place.searching) != (self.place.prefix, self.place.searching):
            self.past.left(self._here())
        self.show(place, cursor_key=cursor_key)

    def _here(self) -> Visit:
        item = self.files.item
        line = self.files.cursor - self.files.scroll_offset.y
        return Visit(self.place, key_of(item) if item is not None else None, line)

    def show(self, place: Place, *, cursor_key: str | None = None, line: int | None = None) -> None:
        """Show a place, from its top or with a row of it chosen, at a line of the screen.

        Marks are left with the folder.
        """
        if place.prefix != self.place.prefix:
            self.files.clear_marks()
        self.place = place
        self._arriving, self._line, self._arrived = cursor_key, line, False
        self.reload()

    def settle(self, cursor_key: str | None = None) -> None:
        """Read the rows again where they are, because they have changed."""
        if cursor_key is not None:
            self._arriving = cursor_key
        self.folders_panel.tell_trash(None)  # it may have changed too
        self.reload()
        self.store_side.look_again()
        self.store_side.measure()

    def reload(self) -> None:
        """Read the rows again; of several calls the last one counts."""
        self.run_worker(later(self._reload), group="reload", exclusive=True)

    async def _reload(self) -> None:
        place = self.place
        read = partial(_read, self.library, place, self.clock())
        try:
            query, view, totals, self._unread, self.turnable = await self.pools.rows.run(read)
        except S3AudioError as error:
            self.store_side.failed(error)
            self.say_where()
            return
        if self.gone:
            return
        self._files_in_all = totals.files
        self.details.library_bytes = totals.bytes
        await self.files.show(
            view,
            words=query.marked if query else (),
            whole_key=place.searching,
            keep=self._arrived,
            cursor_key=self._arriving,
            at=self._line,
        )
        self._arriving, self._line, self._arrived = None, None, True
        await self.folders_panel.show(place.prefix)
        titles = self.query_one(ListHeader)
        titles.sorted_by, titles.reverse = place.column, place.reverse
        self.top.path = place.names(self.library.label)
        self.top.files = self._files_in_all
        self.say_where()

    def say_where(self) -> None:
        """Say in the middle of an empty list why it is empty, and beside a search how it went."""
        place, trouble_ = self.place, self.store_side.trouble
        nothing, asking = not self.files.count, self.store_side.never_asked and not trouble_
        self.set_class(nothing, "-nothing")
        self.set_class(nothing and not self._files_in_all and not asking, "-bare")
        self.search.tell(place, self.files.count, self._files_in_all, self._unread)
        if place.searching:
            wider = () if place.everywhere else (("tab", "look in the whole library"),)
            keys = (*wider, ("esc", "leave the search"))
            self.files.notice = Notice("Nothing matches", place.search, keys)
        elif trouble_ is not None:
            self.files.notice = trouble(trouble_)
        elif self.store_side.never_asked:
            self.files.notice = Notice(
                "Asking the store …", f"s3://{self.library.bucket}/{self.library.prefix}"
            )
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

    def _show_details(self) -> None:
        """Show what goes with the row under the cursor, once the cursor itself is drawn."""
        if not self._following:
            self._following = True
            # by the list: its change comes to the screen behind what the screen itself puts off
            self.files.call_after_refresh(self._follow_cursor)

    def _follow_cursor(self) -> None:
        self._following = False
        self.store_side.look_at(self.files.stood_on)
        self.details.show_marks(self.files.marked)
        self.update_keys()

    @on(FileList.Opened)
    def open_clicked(self, event: FileList.Opened) -> None:
        """Open what was clicked twice."""
        self.action_do("open")

    @on(FileList.Counted)
    def show_counts(self, event: FileList.Counted) -> None:
        """Say how much is listed."""
        self.status.counts = counts_text(event.count, event.total_bytes)

    @on(FileList.Marked)
    def show_marks(self) -> None:
        """Say how much is marked."""
        marked = self.files.marked
        self.status.marks = marks_text(len(marked), marked.bytes, ranging=self.files.ranging)
        self._show_details()

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

    def tell_terminal(self, sentence: str) -> None:
        """Tell the user something outside of the app."""
        cast("S3AudioApp", self.app).words.notice(sentence)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keys in the footer go with the focus."""
        self.update_keys()

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted paths as files to upload."""
        from s3audio_tui.tui.flows import send  # with the dialogs, so not before it is needed

        event.stop()
        self.flow(partial(send.upload, self, event.text))
