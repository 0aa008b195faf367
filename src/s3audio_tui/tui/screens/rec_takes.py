"""The takes of the library and of this machine: found again by name, opened, made one file."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, cast

import msgspec
from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.opening import Library
from s3audio_tui.text import safe
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.hints import error_line
from s3audio_tui.tui.later import later
from s3audio_tui.tui.rec_lines import about_take, lines_here
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList
from s3audio_tui.tui.widgets.take_list import TakeLine, TakeList

if TYPE_CHECKING:
    from s3audio_tui.library.takes import Take
    from s3audio_tui.tui.app import S3AudioApp

_AT_ONCE = 40


class TakesDialog(KeyedDialog[str]):
    """Gives the folder or the file of a take that shall be shown."""

    WHERE: ClassVar[Where] = "takes"
    CSS_PATH: ClassVar = ["send.tcss", "recorder.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("takes")]

    def __init__(self, side: RecSide, library: Library) -> None:
        super().__init__()
        self._side, self._library = side, library
        self._list, self._said = TakeList(), Static(id="takes-said", markup=False)
        self._found: dict[str, Take] = {}
        self._how: Content | None = None
        """Why there are no more, while that is so."""
        self._end: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Lay out the list, and what is known of the one under the cursor."""
        with Vertical(classes="dialog", id="takes"):
            yield Static("Recordings", classes="dialog-title", markup=False)
            yield self._list
            yield self._said
            yield KeyBar()

    def on_mount(self) -> None:
        """Show those of this machine, and look for the others."""
        self._list.focus()
        self._end = self._side.follow(self._show)
        self.do_again()

    def on_unmount(self) -> None:
        """Look no more."""
        if not self._side.closed:
            self._end()

    def do_again(self) -> None:
        """Look again for what is there."""
        self.run_worker(later(self._find), group="looking", exclusive=True)

    async def _find(self) -> None:
        from s3audio_tui.library.library_takes import takes_in

        pool = cast("S3AudioApp", self.app).pools.store
        self._how = Content.styled("looking for recordings …", "$dim")
        self._show()
        takes = takes_in(self._library)
        found: dict[str, Take] = {}
        try:
            while some := await pool.run(partial(_next, takes)):
                if self.left:
                    return
                found |= {take.id: self._known(take) for take in some}
                self._found |= found
                self._show()
            self._found, self._how = found, None
        except S3AudioError as error:
            self._how = error_line(error)
        self._show()

    def _known(self, take: "Take") -> "Take":
        """Return what its document says; it was written before the take was said to be finished.

        One that becomes one file stays as it is: it hears when that is done.
        """
        from s3audio_tui.library.recording_plan import home_of

        if take.id in self._found and self._side.whole.is_of(take):
            return self._found[take.id]
        return msgspec.structs.replace(take, home=home_of(self._library), finished=True)

    def _show(self) -> None:
        if self.left or not self.is_mounted:
            return
        here = lines_here(self._side)
        there = [
            TakeLine(take, take.duration_s, "one file" if take.joined else "in S3", is_there=True)
            for take in self._found.values()
            if take.id not in here
        ]
        lines = sorted([*here.values(), *there], key=lambda each: each.take.id, reverse=True)
        if lines != self._list.lines:
            self._list.show(lines)
        else:
            self._list.refresh()
        self._tell()

    @on(LineList.Moved)
    def _tell(self) -> None:
        """Say more of the take under the cursor, and how a file of the whole gets on."""
        line, width = self._list.chosen, self._list.size.width
        lines = [] if line is None else [about_take(line.take, max(width - 2, 1))]
        words = self._side.whole.words(line.take) if line is not None else None
        if words is not None:
            lines.append(words)
        elif line is not None and line.is_there:
            lines.append(Content.styled(safe(_place(line.take)), "$dim"))
        nothing = Content.styled("nothing has been recorded yet", "$dim")
        if self._how is not None or not lines:
            lines.append(self._how or nothing)
        self._said.update(Content("\n").join(lines))
        self.update_keys()

    # Keys

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        line = self._list.chosen
        if command.id == "open":
            return line is not None and line.is_there
        if command.id == "join":
            whole = self._side.whole
            return line is not None and line.is_there and whole.can_turn(self._library, line.take)
        return True

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        if command.id == "join" and self._side.whole.at_work:
            return replace(command, label="stop that")
        return command

    @on(LineList.Opened)
    def open_clicked(self) -> None:
        """Show what was clicked twice."""
        self.action_do("open")

    def do_open(self) -> None:
        """Show the take's folder."""
        if self._list.chosen is not None:
            self.dismiss(_place(self._list.chosen.take))

    def do_join(self) -> None:
        """Put the take together as one file; where that is under way, stop it."""
        if self._list.chosen is not None:
            self._side.whole.turn(self._library, self._list.chosen.take)

    def do_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _place(take: "Take") -> str:
    """Return where it lies: the whole as one file, else the folder of its chunks."""
    return take.joined or f"recordings/{take.id}/"


def _next(takes: "Iterator[Take]") -> "list[Take]":
    return list(islice(takes, _AT_ONCE))
