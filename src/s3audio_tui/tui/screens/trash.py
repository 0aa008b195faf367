"""The trash: what was deleted, to be restored or removed for good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library import trash
from s3audio_tui.library.trash import TrashEntry
from s3audio_tui.tui.command import Need
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.flows import change
from s3audio_tui.tui.later import later
from s3audio_tui.tui.screens.base import DeskScreen
from s3audio_tui.tui.screens.help import Help
from s3audio_tui.tui.widgets.columns import DELETED, SIZE, Item
from s3audio_tui.tui.widgets.file_list import FileList
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.list_header import ListHeader
from s3audio_tui.tui.widgets.marked_list import MarkedList
from s3audio_tui.tui.widgets.notice import Notice, trouble
from s3audio_tui.tui.widgets.status_line import StatusLine, counts_text, marks_text


@dataclass(frozen=True, slots=True)
class TrashRows:
    """Deleted files as rows of a list; a row's etag is the entry's id, its date the delete."""

    entries: Sequence[TrashEntry] = ()

    def count(self) -> int:
        """Return how many there are."""
        return len(self.entries)

    def total_bytes(self) -> int:
        """Return their size together."""
        return sum(entry.size_bytes for entry in self.entries)

    def window(self, offset: int, limit: int) -> list[Item]:
        """Return rows from `offset` on."""
        return [_row(entry) for entry in self.entries[offset : offset + limit]]

    def sizes(self) -> Iterator[tuple[str, int, int]]:
        """Yield the id of each, and its bytes."""
        return ((entry.id, 1, entry.size_bytes) for entry in self.entries)

    def position(self, key: str) -> int | None:
        """Return where `key` is."""
        return next((i for i, entry in enumerate(self.entries) if entry.key == key), None)


def _row(entry: TrashEntry) -> Row:
    return Row(
        key=entry.key,
        size_bytes=entry.size_bytes,
        modified=entry.deleted_at,
        etag=entry.id,
        storage_class="",
        format="",
    )


def _entry_id(item: Item) -> str:
    return item.etag if isinstance(item, Row) else item.path


class TrashScreen(DeskScreen):
    """Lists the trash, the latest first. Its result says whether the library has changed."""

    CSS_PATH = "trash.tcss"
    WHERE = "trash"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("trash")]

    _entries: Sequence[TrashEntry] = ()
    _changed = False

    def compose(self) -> ComposeResult:
        """Lay out the list under its title."""
        yield Static(id="trash-title", markup=False)
        yield ListHeader(id="titles")
        yield FileList(
            self.pools.rows,
            self.clock,
            columns=(SIZE, DELETED),
            identify=_entry_id,
        )
        yield StatusLine(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Ask S3 what is in the trash."""
        self.files = self.query_one(FileList)
        self.files.focus()
        titles = self.query_one(ListHeader)
        titles.sorted_by, titles.reverse = "modified", True
        self.watch(self.files, "fitted", self._fit_titles)
        self.query_one("#trash-title", Static).update(
            Content.assemble((" s3audio", "$accent bold"), "  ", ("trash", "$foreground bold"))
        )
        self.reload()

    def _fit_titles(self) -> None:
        self.query_one(ListHeader).fitted = self.files.fitted

    def reload(self) -> None:
        """Read the trash again."""
        self.files.notice = Notice("Looking into the trash …")
        self.run_worker(later(self._reload), group="reload", exclusive=True)

    async def _reload(self) -> None:
        try:
            self._entries = await self.pools.store.run(partial(trash.entries, self.library))
        except S3AudioError as error:
            self.files.notice = trouble(error)
            return
        if self.gone:
            return
        await self.files.show(TrashRows(self._entries), whole_key=True, keep=True)
        self.files.notice = Notice(
            "The trash is empty",
            "What you delete stays here until the trash is emptied.",
            (("esc", "back to the library"),),
        )
        self.update_keys()

    @property
    def count(self) -> int:
        """The number of files in the trash, as far as it was read."""
        return len(self._entries)

    @property
    def marking(self) -> MarkedList:
        """The list whose marks an act waits for."""
        return self.files

    def settle(self, cursor_key: str | None = None) -> None:
        """Read the trash again, because it has changed."""
        self._changed = True
        self.files.clear_marks()
        self.reload()

    def has(self, need: Need) -> bool:
        """Return whether there is what a command needs."""
        return not need or bool(self.files.count)

    @on(FileList.Counted)
    @on(FileList.Marked)
    def show_counts(self) -> None:
        """Say how much is listed and marked."""
        size_bytes = sum(entry.size_bytes for entry in self._entries)
        marked = self.files.marked
        for status in self.query(StatusLine):
            status.counts = counts_text(len(self._entries), size_bytes)
            status.marks = marks_text(len(marked), marked.bytes, ranging=self.files.ranging)

    def _chosen(self) -> list[TrashEntry]:
        return [entry for entry in self._entries if entry.id in self.files.chosen]

    def do_restore(self) -> None:
        """Put back what is marked, else the row under the cursor."""
        if entries := self._chosen():
            self.flow(partial(change.restore, self, entries))

    def do_empty(self) -> None:
        """Remove all of it for good."""
        if self._entries:
            self.flow(partial(change.empty, self, self._entries))

    def do_mark(self) -> None:
        """Mark the row, or unmark it."""
        self.files.toggle_mark()

    def do_mark_all(self) -> None:
        """Mark all that is listed."""
        self.files.mark_all()

    def do_refresh(self) -> None:
        """Look again."""
        self.reload()

    def do_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(Help([("", self.commands())]))

    def do_palette(self) -> None:
        """Find a command by name."""
        self.app.action_command_palette()

    def do_back(self) -> None:
        """Go back to the library."""
        if self.job is not None:
            self.stop_job()
        else:
            self.dismiss(self._changed)
