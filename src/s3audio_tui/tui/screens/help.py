"""All keys of a screen, by what they are for."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from s3audio_tui.tui.command import Command, Where

_MOVING = (
    ("↑ ↓  k j", "One row up or down"),
    ("pgup pgdn", "A page; ctrl+u, ctrl+d half of one"),
    ("home end  G", "The first or the last row"),
)
_SORTING = ("1 … 7", "Sort by that column; again reverses it")


class Help(ModalScreen[None]):
    """The keys and what they do; any of escape, `?` and `q` leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "leave", show=False)
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (112, "-wide")]  # noqa: RUF012 - the base has it so

    def __init__(self, commands: Sequence[Command], where: Where) -> None:
        super().__init__()
        self._commands, self._where = commands, where

    def compose(self) -> ComposeResult:
        """Lay out one block a group, in two columns where there is room."""
        with Vertical(classes="dialog", id="help"):
            yield Static("Keys", classes="dialog-title", markup=False)
            with VerticalScroll(id="help-groups"):
                groups = [Static(_block(*each), markup=False) for each in self._groups().items()]
                yield Vertical(*groups[:2], classes="help-column")
                yield Vertical(*groups[2:], classes="help-column")
            yield Static(
                Content.assemble(("esc", "$accent"), (" back", "$dim")), classes="dialog-foot"
            )

    def _groups(self) -> dict[str, list[tuple[str, str]]]:
        groups: dict[str, list[tuple[str, str]]] = {"Move the cursor": list(_MOVING)}
        for command in self._commands:
            if command.group and command.shown:
                groups.setdefault(command.group, []).append((command.shown, command.sentence))
        if self._where == "library":
            groups["Find"].append(_SORTING)
        return groups


def _block(title: str, rows: list[tuple[str, str]]) -> Content:
    lines = [Content.styled(title, "$dim")]
    for key, sentence in rows:
        space = " " * max(12 - cell_len(key), 1)
        lines.append(Content.assemble((key, "$accent"), space, (sentence, "$foreground")))
    return Content("\n").join(lines)
