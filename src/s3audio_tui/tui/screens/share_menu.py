"""What kind of link, and for how long: asked before a link is made."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.sharing import DOWNLOAD_S, LISTEN_S, LONGEST_S
from s3audio_tui.text import safe
from s3audio_tui.tui.hints import keys
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.widgets.one_of import OneOf
from s3audio_tui.units import parse_duration

_LIVES = (
    ("15 min", LISTEN_S),
    ("60 min", DOWNLOAD_S),
    ("1 day", 24 * 3600),
    ("7 days", LONGEST_S),
)
_OWN = len(_LIVES)
_SAID = (
    "It plays in a browser or a player.",
    "It is saved under its own name.",
)
_KEYS = keys(("enter", "make it"), ("↑ ↓ ← →", "choose"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What kind of link the person wants."""

    for_s: float
    download: bool


class ShareMenu(Dialog[Wish]):
    """Two choices; enter makes the link, escape leaves."""

    CSS_PATH: ClassVar = ["send.tcss", "inspect.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True),
        Binding("up,k", "app.focus_previous", "before", show=False),
        Binding("down,j", "app.focus_next", "next", show=False),
        Binding("enter", "share", "make the link", show=False),
    ]

    def __init__(self, what: str) -> None:
        """Prepare the menu; `what` is the name of the file, or how many there are."""
        super().__init__()
        self._what = safe(what)
        self._life_chosen = False

    def compose(self) -> ComposeResult:
        """Lay out the choices."""
        with Vertical(classes="dialog", id="share"):
            yield Static(f"Share {self._what}", classes="dialog-title", markup=False)
            yield Static(
                "Whoever has the link needs no keys, as long as it works.",
                classes="dialog-text",
                markup=False,
            )
            with Horizontal(classes="form-row"):
                yield Label("To", classes="form-name")
                yield OneOf("listen", "download", id="share-as")
            with Horizontal(classes="form-row"):
                yield Label("For", classes="form-name")
                yield OneOf(*(name for name, _ in _LIVES), "other", id="share-for")
            with Horizontal(classes="form-row", id="share-own-row"):
                yield Label("", classes="form-name")
                yield Input(placeholder="30m, 2h, 3d", id="share-own", compact=True)
            yield Static(id="share-said", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(_KEYS, classes="dialog-hint", markup=False)
                yield Button("Make the link", id="make", compact=True)
                yield Button("Leave", id="leave", compact=True)

    def on_mount(self) -> None:
        """Begin with what it is for."""
        self.query_one("#share-own-row").display = False
        self.query_one("#share-as").focus()
        self._look()

    @property
    def _download(self) -> bool:
        return self.query_one("#share-as", OneOf).chosen == 1

    @on(OneOf.Changed)
    def choose(self, event: OneOf.Changed) -> None:
        """Offer the usual life of each kind, until one was chosen."""
        lives = self.query_one("#share-for", OneOf)
        if event.widget.id == "share-for":
            self._life_chosen = lives.chosen != int(self._download)
        elif not self._life_chosen:
            lives.chosen = int(self._download)
        own = self.query_one("#share-own-row")
        if own.display != (lives.chosen == _OWN):
            own.display = lives.chosen == _OWN
        self._look()

    @on(Input.Changed)
    def look(self) -> None:
        """Say what is wrong with what was typed."""
        self._look()

    def _look(self) -> None:
        wish = self._wish()
        said = Content.styled(_SAID[self._download], "$dim")
        if isinstance(wish, str):
            said = Content.styled(wish, "$error")
        self.query_one("#share-said", Static).update(said)
        self.query_one("#make", Button).disabled = isinstance(wish, str)

    def _wish(self) -> Wish | str:
        """Return what is chosen, or what is wrong with it."""
        chosen = self.query_one("#share-for", OneOf).chosen
        if chosen != _OWN:
            return Wish(_LIVES[chosen][1], self._download)
        text = self.query_one("#share-own", Input).value
        if not text.strip():
            return "say how long, as 30m, 2h or 3d"
        try:
            for_s = parse_duration(text)
        except S3AudioError as error:
            return safe(f"✗ {error.message}: {error.remedy}")
        if not 1 <= for_s <= LONGEST_S:
            return "✗ a link lives for 1 second to 7 days"
        return Wish(for_s, self._download)

    @on(Input.Submitted)
    @on(Button.Pressed, "#make")
    def action_share(self) -> None:
        """Give the wish, if it can be."""
        wish = self._wish()
        if isinstance(wish, Wish):
            self.dismiss(wish)

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Make no link."""
        self.dismiss(None)
