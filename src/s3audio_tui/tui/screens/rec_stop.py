"""The end of a take: what it is called. It goes on recording while one types."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from s3audio_tui.text import safe
from s3audio_tui.tui.hints import keys
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.rec_words import default_name, summary_of


class StopDialog(Dialog[str]):
    """Gives a name, with which the take ends; None goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True)
    ]

    def __init__(self, side: RecSide) -> None:
        super().__init__()
        self._side, self._called = side, safe(default_name(side))
        self._end: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Lay out the name, and what there is of the take."""
        with Vertical(classes="dialog"):
            yield Static("Stop, and call it", classes="dialog-title", markup=False)
            yield Input(self._called, id="prompt", compact=True, select_on_focus=True)
            yield Static(id="stop-said", classes="dialog-text", markup=False)
            goes_on = "go on recording" if self._side.state == "recording" else "leave it as it is"
            yield Static(
                keys(("enter", "stop"), ("esc", goes_on)), classes="dialog-foot", markup=False
            )

    def on_mount(self) -> None:
        """Choose all of the name, and tell how long the take is."""
        field = self.query_one(Input)
        field.selection = type(field.selection)(0, len(self._called))
        self._end = self._side.follow(self._show)
        self.begin_typing(field)

    def on_unmount(self) -> None:
        """Look no more."""
        if not self._side.closed:
            self._end()

    def _show(self) -> None:
        folder = self._side.folder
        for said in self.query("#stop-said").results(Static):  # when it is left it may be gone
            if folder is not None:
                said.update(summary_of(folder.take, self._side.at_s))

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """End it under the name; an empty one leaves it the one that it has."""
        self.dismiss(event.value.strip() or self._called)

    def action_leave(self) -> None:
        """Go on."""
        self.dismiss(None)
