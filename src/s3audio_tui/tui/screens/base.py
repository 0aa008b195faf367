"""What the screens share: commands run, flows started, questions asked, sentences said."""

from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import msgspec
from textual import on
from textual.app import SuspendNotSupported
from textual.message import Message
from textual.screen import ModalScreen

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import S3AudioError, UsageError
from s3audio_tui.library.events import ItemEvent
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.tui.ahead import OPENERS
from s3audio_tui.tui.background import follow
from s3audio_tui.tui.command import Command, Need, Where
from s3audio_tui.tui.desk import Outcome, sentence_of
from s3audio_tui.tui.keymap import Keymap
from s3audio_tui.tui.later import later
from s3audio_tui.tui.leaving import Leaving
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.marked_list import MarkedList
from s3audio_tui.tui.widgets.status_line import Said, StatusLine

if TYPE_CHECKING:
    from s3audio_tui.tui.app import S3AudioApp

T = TypeVar("T")


class Shared(msgspec.Struct, frozen=True):
    """What all screens of the app share."""

    session: Session
    pools: Pools
    queue: TransferQueue
    keymap: Keymap


class DeskScreen(Leaving[bool]):
    """A screen at which flows work; it is their `Desk`. Has a `StatusLine` and a `KeyBar`.

    A command runs its flow, which is told to this desk, or the method `do_` and its id.
    """

    WHERE: ClassVar[Where]

    class Followed(Message):
        """A job has ended another item."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts."""
            return isinstance(message, DeskScreen.Followed)

    def __init__(self, library: Library, shared: Shared) -> None:
        super().__init__()
        self.library = library
        self.shared = shared
        self.session = shared.session
        self.pools = shared.pools
        self.queue = shared.queue
        self.clock = shared.session.clock
        self._jobs: dict[CancelToken, str] = {}

    @property
    def job(self) -> CancelToken | None:
        """The job that is followed, of several the one begun last; `stop_job` cancels it."""
        return next(reversed(self._jobs), None)

    @property
    def doing(self) -> str:
        """What the job is that is followed; nothing without one."""
        return self._jobs[self.job] if self.job is not None else ""

    @property
    def waiting(self) -> bool:
        """Whether something was put off for a moment, and will change the screen."""
        return False

    @property
    def marking(self) -> MarkedList | None:
        """The list whose marks an act waits for."""
        return None

    @property
    def gone(self) -> bool:
        """Whether the screen was left: its widgets go before what it waits for arrives."""
        return not (self.display and self.is_attached)

    # Commands

    @property
    def where(self) -> Where:
        """The place whose keys count now: a panel with keys of its own may have the focus."""
        return self.WHERE

    def has(self, need: Need) -> bool:
        """Return whether there is what a command needs."""
        return True

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        return self.has(command.needs)

    def offered(self, command: Command) -> bool:
        """Return whether footer and palette show a command; it may say why it can do nothing."""
        return self.possible(command)

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        return command

    def commands(self, where: Where | None = None) -> tuple[Command, ...]:
        """Return the commands of a place, or of the one that has the focus."""
        return self.shared.keymap.commands[where or self.where]

    def keys(self) -> tuple[Command, ...]:
        """Return the commands that the footer may show now."""
        found = (c for c in self.commands() if c.rank and c.shown and self.offered(c))
        return tuple(map(self.worded, found))

    def named(self) -> list[Command]:
        """Return the commands that the palette may offer now."""
        return [self.worded(c) for c in self.commands() if c.group and self.offered(c)]

    def action_do(self, command_id: str, where: Where | None = None) -> None:
        """Run the command of a key, if it makes sense now."""
        found = (each for each in self.commands(where) if each.id == command_id)
        command = next(found, None)
        if command is not None:
            self.act(command)

    def act(self, command: Command) -> None:
        """Run a command, if it makes sense now; one for what is marked waits until that stands."""
        marks = self.marking
        if marks is not None and marks.marking and command.looks_at_marks:
            self.run_worker(later(self._do_when, marks, command))
        else:
            self._do(command)

    async def _do_when(self, marks: MarkedList, command: Command) -> None:
        await marks.marks_stand()
        if self.is_active:
            self._do(command)

    def _do(self, command: Command) -> None:
        if self.possible(command):
            self._run(command)
            self.update_keys()

    def _run(self, command: Command) -> None:
        if command.id in OPENERS:
            cast("S3AudioApp", self.app).ahead.begin()
        if command.flow:
            module, _, name = command.flow.partition(".")
            flows = import_module(f"s3audio_tui.tui.flows.{module}")
            self.flow(partial(getattr(flows, name), self))
            return
        command.run_on(self)

    @on(KeyBar.Clicked)
    def run_clicked(self, event: KeyBar.Clicked) -> None:
        """Run the command that was clicked in the footer."""
        self.action_do(event.command_id)

    def update_keys(self) -> None:
        """Show in the footer what is possible now."""
        if not self.gone:
            for bar in self.query(KeyBar):  # at the end of the app it may go before the screen
                bar.commands = self.keys()

    # What flows need

    def flow(self, flow: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start a flow; an error of the tree that it raises is said to the user.

        It is a function, and no coroutine that never begins where the screen is left just now.
        """
        self.run_worker(later(self._guarded, flow), group="flows", exit_on_error=True)

    async def _guarded(self, flow: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await flow()
        except S3AudioError as error:
            self.say(sentence_of(error))
        finally:
            cast("S3AudioApp", self.app).type_ahead()

    async def ask(self, dialog: ModalScreen[T]) -> T | None:
        """Show a dialog and return its answer; None when it was left."""
        return await self.app.push_screen_wait(dialog)

    async def follow(
        self,
        title: str,
        total: int,
        start: Callable[[CancelToken], Iterator[ItemEvent]],
    ) -> Outcome:
        """Run a job off the loop, show how far it is, and let it be stopped."""
        token = CancelToken()
        self._jobs[token] = title
        many = f" of {total:,}" if total > 1 else ""
        self.say(Said(f"{title} …", tone="busy"))

        def tell(ended: int) -> None:
            self.post_message(self.Followed(f"{title} … {ended:,}{many}" if many else title))

        self.update_keys()
        try:
            return await self.pools.store.run(partial(follow, partial(start, token), tell, token))
        finally:
            del self._jobs[token]
            if not self.gone:
                self.say(Said(""))
                self.update_keys()

    @on(Followed)
    def show_job(self, event: Followed) -> None:
        """Show how far the job is."""
        if self.job is not None:
            self.say(Said(event.text, "x stops it", "busy"))

    def stop_job(self) -> None:
        """Ask the job that is followed to stop."""
        if self.job is not None:
            self.job.cancel()

    def edit(self, text: str, name: str) -> str:
        """Return a text as the person left it in their editor, which has the terminal meanwhile."""
        from s3audio_tui.editor import edited

        try:
            with self.app.suspend():
                return edited(text, self.session.environ, name)
        except SuspendNotSupported:
            raise UsageError("an editor needs a terminal of its own", "rename with r") from None

    def exit(self) -> None:
        """End the app."""
        self.app.exit()

    def say(self, said: Said) -> None:
        """Tell the user something, in the status line."""
        for line in self.query(StatusLine):
            line.say(said)
