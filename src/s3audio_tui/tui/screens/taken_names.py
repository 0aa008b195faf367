"""What to do where names are taken at the place that something goes to: asked once for all."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from s3audio_tui.library.names import IfTaken
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.line_list import LineList, Piece

_ANSWERS: dict[str, IfTaken] = {"skip": "skip", "keep_both": "rename", "overwrite": "overwrite"}
"""By command."""


class _Names(LineList):
    """The names that are taken."""

    def __init__(self, names: Sequence[str], *, id: str) -> None:
        super().__init__(id=id)
        self._names = names

    def on_mount(self) -> None:
        """Show them."""
        self.relist(len(self._names))

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return a name."""
        mark = "▌" if line == self.cursor and self.has_focus else " "
        return [(mark, "accent"), (clip_middle(f" {safe(self._names[line])}", width - 1), "text")]


class TakenNames(KeyedDialog[IfTaken]):
    """Names that are taken, and four answers. Enter takes the chosen one, at first none."""

    WHERE = "taken"
    CSS_PATH: ClassVar = ["send.tcss", "organise.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("taken"),
        Binding("left,h", "app.focus_previous", "before", show=False),
        Binding("right,l", "app.focus_next", "next", show=False),
    ]

    def __init__(self, taken: Sequence[str], count: int, kept: str) -> None:
        """Prepare the question. `count` files are to go there; what is overwritten is `kept`."""
        super().__init__()
        self._taken, self._count, self._kept = taken, count, kept

    def compose(self) -> ComposeResult:
        """Lay out the names and the answers."""
        many = len(self._taken)
        of = f"{many:,} of {self._count:,} names are" if self._count > 1 else "The name is"
        with Vertical(classes="dialog", id="taken"):
            yield Static(f"{of} taken there", classes="dialog-title", markup=False)
            names = _Names(self._taken, id="taken-list")
            names.styles.height = len(self._taken)
            yield names
            yield Static(self._words(), id="taken-words", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(classes="dialog-hint")
                yield Button("Leave", id="leave", compact=True)
                for command in self._answers():
                    yield Button(command.label.capitalize(), id=command.id, compact=True)

    def _answers(self) -> list[Command]:
        return [command for command in self.commands() if command.id in _ANSWERS]

    def _words(self) -> Content:
        those, them = ("it", "the file") if len(self._taken) == 1 else ("those", "the files")
        said = (f"leaves {those} out", f"gives {them} a number", f"the one there {self._kept}")
        lines = [
            Content.assemble((each.shown, "$accent"), (f"  {each.label:<10} {sentence}", "$dim"))
            for each, sentence in zip(self._answers(), said, strict=True)
        ]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        """Choose the harmless answer."""
        self.query_one("#leave", Button).focus()

    @on(Button.Pressed)
    def take(self, event: Button.Pressed) -> None:
        """Answer with the button."""
        self.action_do(event.button.id or "leave")

    def do_skip(self) -> None:
        """Leave them out."""
        self.dismiss(_ANSWERS["skip"])

    def do_keep_both(self) -> None:
        """Give them a number."""
        self.dismiss(_ANSWERS["keep_both"])

    def do_overwrite(self) -> None:
        """Replace those that are there."""
        self.dismiss(_ANSWERS["overwrite"])

    def do_leave(self) -> None:
        """Do nothing at all."""
        self.dismiss(None)
