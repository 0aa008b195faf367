"""The main screen as flows see it: what is chosen, how it is shown, what is remembered."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.geometry import Region

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.addresses import address_of_open
from s3audio_tui.library.bookmarks import of_library
from s3audio_tui.library.remembered import ColumnChoice, Remembered, remember
from s3audio_tui.tui.card import Card
from s3audio_tui.tui.later import later
from s3audio_tui.tui.marks import Marks
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.screens.base import DeskScreen
from s3audio_tui.tui.targets import Target
from s3audio_tui.tui.widgets.columns import Column, chosen
from s3audio_tui.tui.widgets.file_list import FileList
from s3audio_tui.tui.widgets.folder_tree import FolderTree
from s3audio_tui.tui.widgets.marked_list import MarkedList
from s3audio_tui.tui.widgets.status_line import Said

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.remembered import Address
    from s3audio_tui.tui.app import S3AudioApp


def _cut_short(library: "Library") -> str:
    from s3audio_tui.library.undo import cut_short  # off the loop, and behind the first frame

    return cut_short(library)


class BrowserScreen(DeskScreen):
    """A file list beside a tree of folders; `Browser` is its protocol."""

    place = Place()
    kept = Remembered()
    files: FileList
    folders_panel: FolderTree

    @property
    def item(self) -> Row | Folder | None:
        """The row under the cursor."""
        return self.files.item

    @property
    def recorder(self) -> RecSide:
        """What is recorded."""
        return cast("S3AudioApp", self.app).recorder

    @property
    def card(self) -> Card:
        """Where sound comes out."""
        return cast("S3AudioApp", self.app).card

    @property
    def targets(self) -> list[Target]:
        """What is marked, else the row under the cursor."""
        return list(self.files.chosen.values())

    @property
    def name_region(self) -> Region:
        """Where on the screen the name of the row under the cursor stands."""
        return self.files.name_region()

    async def tell_cut_short(self) -> None:
        """Say that a change was cut short by a crash, if one was: undo takes it back."""
        with suppress(S3AudioError):  # the list says what is wrong with the catalog
            said = await self.pools.rows.run(partial(_cut_short, self.library))
            if said:
                self.say(Said(f"{said} was cut short", "z takes it back"))

    def unmark(self) -> None:
        """Unmark all rows."""
        self.files.clear_marks()

    @property
    def listed(self) -> int:
        """The number of rows that are listed."""
        return self.files.count

    @property
    def marks(self) -> Marks:
        """What is marked."""
        return self.files.marked

    def remark(self, make: Callable[[], Marks]) -> None:
        """Mark what `make` returns, which runs off the loop, and nothing else."""
        self.files.remark_soon(make)

    @property
    def marking(self) -> MarkedList:
        """The list whose marks an act waits for."""
        return self.files

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return self.files.columns

    def show_columns(self, choices: Sequence[ColumnChoice]) -> None:
        """Show other columns; none are the usual ones."""
        self.files.show_columns(chosen((each.name, each.width) for each in choices))

    def open_library(self, address: "Address", place: Place | None = None) -> None:
        """Show another library, or a place in it."""
        cast("S3AudioApp", self.app).open_library(address, place)

    async def remember(self, change: Callable[[Remembered], Remembered]) -> None:
        """Write down what shall be there the next time, and show it."""
        folder = self.session.state_folder
        kept = await self.pools.rows.run(partial(remember, folder, change))
        self.kept = cast("S3AudioApp", self.app).kept = kept
        self.show_kept()

    def remember_soon(self, change: Callable[[Remembered], Remembered]) -> None:
        """Write down what shall be there the next time; a disk that is full costs only that."""
        self.run_worker(later(self._remember, change))

    async def _remember(self, change: Callable[[Remembered], Remembered]) -> None:
        with suppress(S3AudioError):
            await self.remember(change)

    def show_kept(self) -> None:
        """Show the columns and the bookmarks that are remembered."""
        self.show_columns(self.kept.columns)
        self.folders_panel.keep(of_library(self.kept.bookmarks, address_of_open(self.library)))
