"""Where a library may be: those of the settings, recent ones, profiles, other stores, the demo."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.addresses import Known, free_name
from s3audio_tui.library.remembered import Address
from s3audio_tui.store.profiles import Profile
from s3audio_tui.tui import trial
from s3audio_tui.tui.choices import Openable, account_of, found
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.widgets.choice_list import ChoiceList
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList

_AS_IT_IS = "open what is known of it here"


@dataclass(frozen=True, slots=True)
class Way:
    """What enter does in place of the choice that did not work."""

    address: Address
    tried: bool
    """Whether it was tried already, and is opened all the same."""


class LibrariesScreen(KeyedDialog[Address]):
    """Tries what is chosen, says in plain words what is wrong, and gives what works."""

    WHERE = "libraries"
    CSS_PATH: ClassVar = ["send.tcss", "libraries.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("libraries")]
    TITLE = "Open another library"
    BRAND = SENTENCE = ""

    def __init__(self, session: Session, pools: Pools, here: Address | None = None) -> None:
        """Prepare the list; `here` is what is open now."""
        super().__init__()
        self.session, self.pools, self._here = session, pools, here
        self._way: Way | None = None
        self._trying: Worker[None] | None = None
        self._said_at = 0
        """The line that what is said is about."""

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog", id="places"):
            if self.BRAND:
                yield Static(self.BRAND, classes="places-brand", markup=False)
            yield Static(self.TITLE, classes="dialog-title", markup=False)
            if self.SENTENCE:
                yield Static(self.SENTENCE, classes="dialog-text", markup=False)
            yield ChoiceList[Openable](grows=True, id="places-list")
            yield Static("", id="said", classes="places-said", markup=False)
            yield KeyBar()

    @property
    def choices(self) -> "ChoiceList[Openable]":
        """The list."""
        return self.query_one(ChoiceList)

    def on_mount(self) -> None:
        """Read what is known here."""
        self.choices.focus()
        self.say("looking for what is known here …")
        self.run_worker(later(self._read), group="reading")

    # What is known

    async def _read(self, at: int | None = None) -> None:
        now = await self.pools.rows.run(partial(found, self.session, self._here))
        self.choices.choose_from(now.choices, now.start if at is None else at)
        self.say(trial.wrong(now.complaint) if now.complaint is not None else "")

    # What is said

    def say(self, content: Content | str) -> None:
        """Say something below the list."""
        self._said_at = self.choices.cursor
        self.query_one("#said", Static).update(content)

    @on(LineList.Moved)
    def forget_what_was_said(self) -> None:
        """Another choice: what was said of the one before is over."""
        if self._trying is None and self.choices.cursor != self._said_at:
            self._way = None
            self.say("")
        self.update_keys()

    @property
    def _library(self) -> Known | None:
        """The library that the cursor is on; None for a profile and what else is no library."""
        choice = self.choices.choice
        return choice.target if choice and isinstance(choice.target, Known) else None

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense for the choice."""
        library = self._library
        recent = library is not None and library.source == "recent"
        return {
            "try": library is not None,
            "forget": library is not None,
            "usual": library is not None and not recent and not library.usual,
            "keep": recent,
        }.get(command.id, self.choices.choice is not None)

    # What the keys do

    @on(LineList.Opened)
    def open_clicked(self) -> None:
        """Open what was clicked twice."""
        self.do_open()

    def do_open(self) -> None:
        """Open the choice, or what was offered in its place."""
        choice = self.choices.choice
        if choice is not None and self._trying is None:
            self._trying = self.run_worker(later(self._open, choice.target))

    def do_store(self) -> None:
        """Ask for the address of another store."""
        if self._trying is None:
            self._trying = self.run_worker(later(self._open, "store"))

    def do_try(self) -> None:
        """Try the choice, and only say what works."""
        if self._library is not None and self._trying is None:
            self._trying = self.run_worker(later(self._say_what_works, self._library.address))

    def do_forget(self) -> None:
        """Take the library out of the settings or the recent ones; nothing in it is touched."""
        if self._library is not None:
            self._change(partial(self.session.forget, self._library.address))

    def do_usual(self) -> None:
        """Let the library open by itself."""
        if self._library is not None:
            self._change(partial(self.session.make_usual, self._library.address.name))

    def do_keep(self) -> None:
        """Keep a recent library in the settings."""
        if self._library is not None:
            address = self._library.address
            name = free_name(address, self.session.settings.libraries)
            named = msgspec.structs.replace(address, name=name)
            self._change(partial(self.session.keep, named, usual=False))

    def do_leave(self) -> None:
        """Stop what is tried; else leave."""
        if self._trying is None:
            self.give_up()
            return
        self._trying.cancel()
        self._trying = None
        self.say("")

    def give_up(self) -> None:
        """Give nothing."""
        self.dismiss(None)

    def opened(self, address: Address) -> None:
        """Give the address that works."""
        self.dismiss(address)

    # What is done

    async def _open(self, target: Openable) -> None:
        address = None
        try:
            address = await self._address(target)
        except S3AudioError as error:
            self.say(trial.wrong(error))
        finally:
            self._trying = None
        if address is not None:
            self.opened(address)

    async def _address(self, target: Openable) -> Address | None:
        """Return the address that a choice leads to, asking where it must; None to go on."""
        if isinstance(target, Known):
            return await self._working(target.address)
        if isinstance(target, Profile):
            from s3audio_tui.tui.screens.bucket_form import BucketForm

            account, title = account_of(target), target.name or "this account"
            return await self._ask(BucketForm(self.session, self.pools, account, title))
        if target == "store":
            from s3audio_tui.tui.screens.endpoint_form import EndpointForm

            return await self._ask(EndpointForm(self.session, self.pools))
        self.say(trial.busy("starting the demo …"))
        return await self.pools.store.run(self.session.start_demo)

    async def _ask(self, form: ModalScreen[Address]) -> Address | None:
        self.say("")
        return await self.app.push_screen_wait(form)

    async def _working(self, address: Address) -> Address | None:
        """Return the address, or the one offered for it, if it works; else say what is wrong."""
        way, self._way = self._way or Way(address, tried=False), None
        if way.tried:
            return way.address
        self.say(trial.busy(f"trying {way.address.url} …"))
        result = await trial.attempt(self.session, self.pools, way.address)
        if result.error is None:
            if way.address != address:
                await self._correct(address, result.address)
            return result.address
        offer = next(iter(result.offers), None)
        self._way = Way(offer.address, tried=False) if offer else Way(address, tried=True)
        words = offer.words if offer else _AS_IT_IS
        self.say(trial.wrong(result.error, words, about=address.name))
        return None

    async def _correct(self, before: Address, now: Address) -> None:
        """Ask whether the settings shall have what was offered, and worked."""
        if not before.name:
            return
        asked = Confirm(
            f"Keep that for {before.name}?",
            sentence=f"{now.url}, {now.region or 'no region'}, in place of what the settings have.",
            keep="This once",
            act="Keep",
        )
        if await self.app.push_screen_wait(asked):
            await self.pools.rows.run(partial(self.session.correct, now))

    async def _say_what_works(self, address: Address) -> None:
        self.say(trial.busy(f"trying {address.url} …"))
        try:
            result = await trial.attempt(self.session, self.pools, address)
        finally:
            self._trying = None
        good = trial.works(result)
        self.say(good if result.error is None else trial.wrong(result.error, about=address.name))

    def _change(self, change: Callable[[], object]) -> None:
        self.run_worker(later(self._changed, change), group="changes")

    async def _changed(self, change: Callable[[], object]) -> None:
        try:
            await self.pools.rows.run(change)
        except S3AudioError as error:
            self.say(trial.wrong(error))
            return
        await self._read(self.choices.cursor)
