"""What to do where names are taken at the place that something goes to: asked once for all."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from s3audio_tui.library.rename import IfTaken
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle
from s3audio_tui.tui.widgets.line_list import LineList, Piece

_ANSWERS: tuple[tuple[IfTaken, str, str], ...] = (
    ("skip", "s", "Skip"),
    ("rename", "b", "Keep both"),
    ("overwrite", "o", "Overwrite"),
)


class _Names(LineList):
    """The names that are taken."""

    def __init__(self, names: Sequence[str], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._names = names

    def on_mount(self) -> None:
        """Show them."""
        self.relist(len(self._names))

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return a name."""
        mark = "▌" if line == self.cursor and self.has_focus else " "
        return [(mark, "accent"), (clip_middle(f" {safe(self._names[line])}", width - 1), "text")]


class TakenNames(ModalScreen[IfTaken]):
    """Names that are taken, and four answers. Enter takes the chosen one, at first none."""

    CSS_PATH = ["send.tcss", "organise.tcss"]  # noqa: RUF012 - the base has it so
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"answer('{choice}')", words) for choice, key, words in _ANSWERS),
        Binding("escape,n,q", "leave", "leave", show=False),
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
                for choice, _, words in _ANSWERS:
                    yield Button(words, id=choice, compact=True)

    def _words(self) -> Content:
        those, them = ("it", "the file") if len(self._taken) == 1 else ("those", "the files")
        said = (f"leaves {those} out", f"gives {them} a number", f"the one there {self._kept}")
        lines = [
            Content.assemble((key, "$accent"), (f"  {words:<10} {sentence}", "$dim"))
            for (_, key, words), sentence in zip(_ANSWERS, said, strict=True)
        ]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        """Choose the harmless answer."""
        self.query_one("#leave", Button).focus()

    @on(Button.Pressed)
    def take(self, event: Button.Pressed) -> None:
        """Answer with the button."""
        answers: dict[str | None, IfTaken] = {choice: choice for choice, _, _ in _ANSWERS}
        self.dismiss(answers.get(event.button.id))

    def action_answer(self, choice: IfTaken) -> None:
        """Answer by key."""
        self.dismiss(choice)

    def action_leave(self) -> None:
        """Do nothing at all."""
        self.dismiss(None)
