"""What a flow works with: the library, threads, and a way to ask and to tell the user."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import msgspec
from textual.geometry import Region
from textual.screen import ModalScreen

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.events import Done, Failed, ItemEvent, Skipped
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import Address, ColumnChoice, Remembered
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.tui.card import Card
from s3audio_tui.tui.marks import Marks
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.play_side import PlaySide
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.targets import Target
from s3audio_tui.tui.wave_side import WaveSide
from s3audio_tui.tui.widgets.columns import Column
from s3audio_tui.tui.widgets.status_line import Said

T = TypeVar("T")


class Outcome(msgspec.Struct):
    """What became of a job on many items."""

    done: list[str] = msgspec.field(default_factory=list)
    skipped: list[Skipped] = msgspec.field(default_factory=list)
    failed: list[Failed] = msgspec.field(default_factory=list)
    stopped: bool = False
    """Whether the user stopped it before its end."""

    def add(self, event: ItemEvent) -> None:
        """Note an item that has ended; other events change nothing."""
        if isinstance(event, Done):
            self.done.append(event.key)
        elif isinstance(event, Skipped):
            self.skipped.append(event)
        elif isinstance(event, Failed):
            self.failed.append(event)

    def said(self, sentence: str) -> Said:
        """Return `sentence`, or what failed and how much was done."""
        if not self.failed:
            return Said(sentence)
        first = self.failed[0]
        done = f"{len(self.done)} done, " if self.done or len(self.failed) > 1 else ""
        many = f"{done}{len(self.failed)} failed: " if done else ""
        return Said(f"{many}{first.error.message}", first.error.remedy, "wrong")


class Desk(Protocol):
    """The screen, as far as a flow needs it."""

    @property
    def library(self) -> Library:
        """The library that is open."""

    @property
    def pools(self) -> Pools:
        """Threads for what blocks."""

    @property
    def queue(self) -> TransferQueue:
        """The transfers."""

    @property
    def session(self) -> Session:
        """What outlives this library."""

    @property
    def clock(self) -> Callable[[], float]:
        """The time, in seconds since 1970."""

    async def ask(self, dialog: ModalScreen[T]) -> T | None:
        """Show a dialog and return its answer; None when it was left."""

    async def follow(
        self, title: str, total: int, start: Callable[[CancelToken], Iterator[ItemEvent]]
    ) -> Outcome:
        """Run a job on `total` items off the loop, show how far it is, and let it be stopped."""

    def edit(self, text: str, name: str) -> str:
        """Return a text as the person left it in their editor, which has the terminal meanwhile."""

    @property
    def doing(self) -> str:
        """What the job is that is followed; nothing without one."""

    def stop_job(self) -> None:
        """Ask the job that is followed to stop."""

    def exit(self) -> None:
        """End the app."""

    def say(self, said: Said) -> None:
        """Tell the user something."""

    def settle(self, cursor_key: str | None = None) -> None:
        """Read the rows again, because they have changed."""


class Browser(Desk, Protocol):
    """The main screen, as far as a flow needs it: a place in the library, and what is chosen."""

    @property
    def place(self) -> Place:
        """Where one looks, and how."""

    @property
    def item(self) -> Row | Folder | None:
        """The row under the cursor."""

    @property
    def waves(self) -> WaveSide:
        """What makes the waveform of a file."""

    @property
    def playing(self) -> PlaySide:
        """What plays."""

    @property
    def recorder(self) -> RecSide:
        """What is recorded."""

    @property
    def card(self) -> Card:
        """Where sound comes out."""

    @property
    def targets(self) -> list[Target]:
        """What is marked, else the row under the cursor."""

    @property
    def name_region(self) -> Region:
        """Where on the screen the name of the row under the cursor stands."""

    def unmark(self) -> None:
        """Unmark all."""

    def go(self, place: Place, *, cursor_key: str | None = None) -> None:
        """Show another place, from its top or with a row of it chosen."""

    def open_library(self, address: Address, place: Place | None = None) -> None:
        """Show another library, or a place in it."""

    @property
    def kept(self) -> Remembered:
        """What is remembered of this user: bookmarks, columns."""

    async def remember(self, change: Callable[[Remembered], Remembered]) -> None:
        """Write down what shall be there the next time. Raises `S3AudioError`."""

    def remember_soon(self, change: Callable[[Remembered], Remembered]) -> None:
        """Write it down behind the screen; where that cannot be, not at all."""

    @property
    def listed(self) -> int:
        """The number of rows that are listed."""

    @property
    def marks(self) -> Marks:
        """What is marked."""

    def remark(self, make: Callable[[], Marks]) -> None:
        """Mark what `make` returns, which runs off the loop, and nothing else."""

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the list."""

    def show_columns(self, choices: Sequence[ColumnChoice]) -> None:
        """Show other columns; none are the usual ones."""


def sentence_of(error: S3AudioError) -> Said:
    """Return an error as the status line says it."""
    return Said(error.message, error.remedy, "wrong")
