"""Which bucket of an account, and which folder of it: chosen from a list, or typed."""

from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.addresses import written_url
from s3audio_tui.library.remembered import Address
from s3audio_tui.text import safe
from s3audio_tui.tui import trial
from s3audio_tui.tui.hints import keys
from s3audio_tui.tui.later import later
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.screens.address_form import AddressForm
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.widgets.choice_list import Choice, ChoiceList
from s3audio_tui.tui.widgets.line_list import LineList
from s3audio_tui.units import count_text

_KEYS = keys(("↑ ↓", "choose"), ("tab", "take it, and type a folder"), ("esc", "back"))


class BucketForm(AddressForm):
    """A field over the account's buckets: typing filters them, enter tries the one chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "before", show=False, priority=True),
        Binding("down", "move(1)", "next", show=False, priority=True),
        Binding("tab", "complete", "complete", show=False, priority=True),
    ]

    def __init__(self, session: Session, pools: Pools, account: Address, title: str) -> None:
        """Prepare the form; `account` says how to log in, its bucket does not matter."""
        super().__init__(session, pools)
        self._account, self._title = account, safe(title)
        self._names: list[str] = []
        self._listed = ""
        """What is said when all is well."""

    def compose(self) -> ComposeResult:
        """Lay out the field and the list."""
        with Vertical(classes="dialog", id="bucket"):
            yield Static(f"Which bucket of {self._title}?", classes="dialog-title", markup=False)
            yield Input(
                id="bucket-field",
                placeholder="bucket, or bucket/folder",
                compact=True,
                select_on_focus=False,
            )
            yield ChoiceList[str](id="bucket-list")
            yield Static("", id="said", classes="places-said", markup=False)
            yield Static(_KEYS, markup=False)

    def on_mount(self) -> None:
        """List the buckets."""
        self.query_one(ChoiceList).can_focus = False
        self.query_one("#bucket-field").focus()
        self.run_worker(later(self._list), group="listing")

    async def _list(self) -> None:
        self.say(trial.busy("asking for the buckets …"))
        try:
            self._names = await trial.buckets(self.session, self.pools, self._account)
        except S3AudioError as error:
            self._listed = "type the name of a bucket"
            self.say(trial.wrong(error))
            return
        self._listed = "" if self._names else "there are no buckets here yet"
        self.say(self.hint())
        self._filter()

    def hint(self) -> str:
        """Say how many buckets there are."""
        return self._listed or count_text(len(self._names), "bucket")

    @property
    def _text(self) -> str:
        return self.query_one("#bucket-field", Input).value.strip()

    @on(Input.Changed)
    def _filter(self) -> None:
        """List the buckets that fit what is typed, those first that begin so."""
        words = self._text.removeprefix("s3://").partition("/")[0].casefold()
        fit = sorted(
            (name for name in self._names if words in name.casefold()),
            key=lambda name: not name.casefold().startswith(words),
        )
        choices = [Choice("", name, "", "", name) for name in fit]
        self.query_one(ChoiceList).choose_from(choices)
        if self._listed or self._names:
            self.hush()

    def fill(self, address: Address) -> None:
        """Show the bucket that was offered."""
        with self.prevent(Input.Changed):
            self.query_one("#bucket-field", Input).value = address.url.removeprefix("s3://")

    def action_move(self, lines: int) -> None:
        """Move in the list while one types."""
        self.query_one(ChoiceList).action_move(lines)

    def action_complete(self) -> None:
        """Put the bucket of the list into the field, so that a folder may follow."""
        choice = self.query_one(ChoiceList).choice
        if choice is not None:
            field = self.query_one("#bucket-field", Input)
            field.value = f"{choice.target}/"
            field.cursor_position = len(field.value)

    @on(Input.Submitted)
    def begin(self) -> None:
        """Try the offer, the folder that is typed, or the bucket of the list."""
        if self.take_offer():
            return
        choice = self.query_one(ChoiceList).choice
        typed = self._text
        if choice is not None and "/" not in typed.removeprefix("s3://"):
            typed = choice.target
        try:
            self.try_it(msgspec.structs.replace(self._account, url=written_url(typed)))
        except S3AudioError as error:
            self.say_wrong(error)

    @on(LineList.Opened)
    def open_clicked(self, event: LineList.Opened) -> None:
        """Try the bucket that was clicked twice."""
        event.stop()
        self.begin()
