"""What many renames would do, before they are done."""

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from s3audio_tui.library.bulk_rename import Plan
from s3audio_tui.text import safe
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.change_list import ChangeList
from s3audio_tui.tui.widgets.key_bar import KeyBar

Answer = Literal["start", "again"]


class RenamePreview(KeyedDialog[Answer]):
    """Old and new names. Enter starts, if all of them can be; `e` goes back to the editor."""

    WHERE = "preview"
    CSS_PATH: ClassVar = ["send.tcss", "organise.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("preview"),
        Binding("left", "app.focus_previous", "before", show=False),
        Binding("right", "app.focus_next", "next", show=False),
    ]

    def __init__(self, plan: Plan, count: int) -> None:
        """Prepare the preview of a plan; `count` names were edited."""
        super().__init__()
        self._plan, self._count = plan, count

    def compose(self) -> ComposeResult:
        """Lay out the names and the buttons."""
        with Vertical(classes="dialog", id="preview"):
            yield Static(self._title(), classes="dialog-title", markup=False)
            yield Static(self._summary(), id="preview-summary", markup=False)
            changes = ChangeList(self._plan, id="preview-list")
            changes.styles.height = len(self._plan.changes)
            changes.display = bool(self._plan.changes)
            yield changes
            with Horizontal(classes="dialog-buttons"):
                yield KeyBar()
                yield Button("Rename", id="start", compact=True, disabled=not self._plan.ready)
                yield Button("Edit again", id="again", compact=True)
                yield Button("Leave", id="leave", compact=True)

    def on_mount(self) -> None:
        """Choose the list."""
        changes = self.query_one(ChangeList)
        (changes if changes.display else self.query_one("#again", Button)).focus()
        self.update_keys()

    def _title(self) -> str:
        wrong, count = len(self._plan.problems), len(self._plan.changes)
        if self._plan.mistake:
            return "The names cannot be told apart"
        if wrong:
            return f"{wrong:,} of {count:,} names cannot be"
        return "Rename it?" if count == 1 else f"Rename {count:,}?"

    def _summary(self) -> Content:
        if self._plan.mistake:
            remedy = "  keep one name a line, in their order"
            return Content.assemble((f"✗ {self._plan.mistake}", "$error"), (remedy, "$dim"))
        kept = self._count - len(self._plan.changes)
        parts = [f"in {safe(self._plan.folder)}" if self._plan.folder else "in the whole library"]
        parts += [f"{kept:,} as they were"] if kept else []
        return Content.styled(" · ".join(parts), "$dim")

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        return command.id != "start" or self._plan.ready

    @on(Button.Pressed, "#start")
    def do_start(self) -> None:
        """Rename them."""
        if self._plan.ready:
            self.dismiss("start")

    @on(Button.Pressed, "#again")
    def do_again(self) -> None:
        """Go on in the editor."""
        self.dismiss("again")

    @on(Button.Pressed, "#leave")
    def do_leave(self) -> None:
        """Rename nothing."""
        self.dismiss(None)
