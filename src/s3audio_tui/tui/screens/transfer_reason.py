"""All that is known of one transfer: from where to where, how it stands, why it failed."""

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from s3audio_tui.library.transfer import RETRIED, TransferState
from s3audio_tui.text import safe
from s3audio_tui.tui.bars import left_text, of_text
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.units import size_text

Answer = Literal["retry"]


class TransferReason(KeyedDialog[Answer]):
    """A page with one button to close it, and one to try again where that makes sense."""

    WHERE = "reason"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("reason"),
        Binding("left,up,h,k", "app.focus_previous", "before", show=False),
        Binding("right,down,l,j", "app.focus_next", "next", show=False),
    ]

    def __init__(self, state: TransferState) -> None:
        super().__init__()
        self._state = state
        self._again = state.state in RETRIED

    def compose(self) -> ComposeResult:
        """Lay out the page and the buttons."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static(
                safe(self._state.key.rpartition("/")[2]), classes="dialog-title", markup=False
            )
            yield Static(_why(self._state), classes="dialog-foot", id="reason-why")
            yield Static(_facts(self._state), classes="dialog-foot")
            with Horizontal(classes="dialog-buttons"):
                yield KeyBar()
                yield Button("Close", id="leave", compact=True)
                if self._again:
                    yield Button("Try again", id="retry", compact=True)

    def on_mount(self) -> None:
        """Choose the harmless answer."""
        self.query_one("#leave").focus()
        self.update_keys()

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense for the transfer."""
        return command.id != "retry" or self._again

    @on(Button.Pressed, "#leave")
    def do_leave(self) -> None:
        """Close the page."""
        self.dismiss(None)

    @on(Button.Pressed, "#retry")
    def do_retry(self) -> None:
        """Ask for another try."""
        self.dismiss("retry")


def _why(state: TransferState) -> Content:
    """Return how it stands, and what to do."""
    match state.state:
        case "failed" if state.error is not None:
            return Content.assemble(
                (f"✗ {safe(state.error.message)}", "$error"),
                (f"\n{safe(state.error.remedy)}" if state.error.remedy else "", "$foreground"),
            )
        case "interrupted":
            sentence = "The program ended while it was under way. It goes on with r."
            return Content.assemble((f"‖ {sentence}", "$warning"))
        case "skipped":
            return Content.assemble((f"– left out: {safe(state.reason)}", "$foreground"))
        case "running" if state.seconds_left is not None:
            rate = f"{size_text(round(state.rate_bytes_s))}/s"
            return Content(f"{rate}, {left_text(state.seconds_left)} left")
        case _:
            return Content(f"It is {state.state}.")


def _facts(state: TransferState) -> Content:
    here, there = safe(state.path), safe(state.key)
    ends = (
        (("from", here), ("to", there)) if state.kind == "up" else (("from", there), ("to", here))
    )
    facts = [*ends, ("size", of_text(state.bytes_done, state.bytes_total))]
    if state.files_total > 1:
        facts[0] = ("from", f"{state.files_total:,} files")
        facts.append(("files", f"{state.files_done:,} of {state.files_total:,}"))
    if state.notice:
        facts.append(("note", safe(state.notice)))
    if state.error is not None and state.state == "failed":
        facts.append(("kind", state.error.code.replace("_", " ")))
    lines = [
        Content.assemble((f"{name:<6}", "$dim"), (text, "$foreground")) for name, text in facts
    ]
    return Content("\n").join(lines)
