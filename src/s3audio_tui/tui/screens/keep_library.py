"""What works at an address that was tried, and whether it is kept."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.addresses import free_name
from s3audio_tui.library.local_files import short
from s3audio_tui.library.remembered import Address
from s3audio_tui.library.saving import NewProfile
from s3audio_tui.store.profiles import credentials_path
from s3audio_tui.text import safe
from s3audio_tui.tui import trial
from s3audio_tui.tui.hints import keys
from s3audio_tui.tui.later import later
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.widgets.one_of import OneOf

if TYPE_CHECKING:
    from s3audio_tui.library.trying import Tried
    from s3audio_tui.store.client import Keys


class KeepLibrary(Dialog[Address]):
    """Keeps an address under a name, or opens it this once; gives the address to open."""

    CSS_PATH: ClassVar = ["send.tcss", "libraries.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True),
        Binding("up", "app.focus_previous", "before", show=False),
        Binding("down", "app.focus_next", "next", show=False),
    ]

    def __init__(
        self, session: Session, pools: Pools, result: "Tried", keys: "Keys | None" = None
    ) -> None:
        """Prepare the question; `keys` were typed, and are in no file yet."""
        super().__init__()
        self._session, self._pools = session, pools
        self._result, self._keys = result, keys

    def compose(self) -> ComposeResult:
        """Lay out what works and the fields."""
        address = self._result.address
        name = free_name(address, self._session.settings.libraries)
        first = not self._session.settings.library
        with Vertical(classes="dialog"):
            yield Static(f"{safe(address.url)} works", classes="dialog-title", markup=False)
            yield Static(trial.works(self._result), classes="places-works", markup=False)
            with Horizontal(classes="form-row"):
                yield Label("Name", classes="form-name")
                yield Input(name, id="keep-name", compact=True, select_on_focus=False)
            if self._keys is not None:
                with Horizontal(classes="form-row"):
                    yield Label("Profile", classes="form-name")
                    yield Input(name, id="keep-profile", compact=True, select_on_focus=False)
            with Horizontal(classes="form-row"):
                yield Label("Opens", classes="form-name")
                yield OneOf("by itself", "when chosen", chosen=int(not first), id="keep-usual")
            yield Static(self._where(), id="keep-said", classes="places-said", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(keys(("esc", "back")), classes="dialog-hint", markup=False)
                yield Button("Keep and open", id="keep", compact=True)
                yield Button("Open this once", id="once", compact=True)

    def _where(self) -> str:
        where = f"kept in {short(self._session.settings_path)}"
        if self._keys is not None:
            where += f"\nthe keys in {short(credentials_path(self._session.environ))}, nowhere else"
        return "\n".join(map(safe, where.splitlines()))

    def on_mount(self) -> None:
        """Begin at the answer that most want."""
        self.query_one("#keep").focus()

    @on(Input.Submitted)
    def go_to_the_answer(self) -> None:
        """Go from a field to the button."""
        self.query_one("#keep").focus()

    @on(Input.Changed)
    def forget_what_was_said(self) -> None:
        """Say again where it is kept."""
        self.query_one("#keep-said", Static).update(self._where())

    @on(Button.Pressed, "#once")
    def open_once(self) -> None:
        """Keep nothing; typed keys are forgotten when the app ends."""
        address = self._result.address
        if self._keys is not None:
            self._session.keys[address.endpoint_url or ""] = self._keys
        self.dismiss(address)

    @on(Button.Pressed, "#keep")
    def keep(self) -> None:
        """Keep it, and open it."""
        self.run_worker(later(self._keep), exclusive=True)

    async def _keep(self) -> None:
        name = self.query_one("#keep-name", Input).value.strip()
        address = msgspec.structs.replace(self._result.address, name=name)
        usual = self.query_one("#keep-usual", OneOf).chosen == 0
        profile = None
        if self._keys is not None:
            profile = NewProfile(self.query_one("#keep-profile", Input).value.strip(), self._keys)
        call = partial(self._session.keep, address, usual=usual, profile=profile)
        try:
            self.dismiss(await self._pools.rows.run(call))
        except S3AudioError as error:
            self.query_one("#keep-said", Static).update(trial.wrong(error))

    def action_leave(self) -> None:
        """Go back to what was typed."""
        self.dismiss(None)
