"""The question before what cannot be taken back, or costs: keeping is the default."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from s3audio_tui.text import safe
from s3audio_tui.tui.hints import keys
from s3audio_tui.tui.leaving import Dialog


class Confirm(Dialog[bool]):
    """A question with two buttons. Enter takes the chosen one, at first the harmless one.

    `y` says yes, `n` and escape say no; arrows and tab only move.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n,escape,q", "answer(False)", "no", show=False),
        Binding("left,up,h,k", "app.focus_previous", "before", show=False),
        Binding("right,down,l,j", "app.focus_next", "next", show=False),
    ]

    def __init__(
        self, title: str, *, names: str = "", sentence: str = "", keep: str, act: str
    ) -> None:
        super().__init__()
        self._texts = (safe(title), safe(names), safe(sentence))
        self._keep, self._act = keep, act

    def compose(self) -> ComposeResult:
        """Lay out the question and the buttons."""
        title, names, sentence = self._texts
        with Vertical(classes="dialog"):
            yield Static(title, classes="dialog-title", markup=False)
            if names:
                yield Static(names, classes="dialog-names", markup=False)
            if sentence:
                yield Static(sentence, classes="dialog-text", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(keys(("y", self._act.lower())), classes="dialog-hint", markup=False)
                yield Button(self._keep, id="keep", compact=True)
                yield Button(self._act, id="act", compact=True)

    def on_mount(self) -> None:
        """Choose the harmless answer."""
        self.query_one("#keep").focus()

    @on(Button.Pressed)
    def take(self, event: Button.Pressed) -> None:
        """Answer with the button."""
        self.dismiss(event.button.id == "act")

    def action_answer(self, yes: bool) -> None:
        """Answer by key."""
        self.dismiss(yes)
