"""All keys of a screen, by what they are for."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.tui.command import Command
from s3audio_tui.tui.hints import keys
from s3audio_tui.tui.leaving import Dialog

_MOVING = (
    ("↑ ↓  k j", "One row up or down"),
    ("pgup pgdn", "A page; ^u and ^d half of one"),
    ("home end  G", "The first or the last row"),
)
_COLUMN = 54
_EDGES = 12
_AROUND = 7
_KEY = 12
ROOM = _COLUMN - _KEY
"""Cells of a sentence."""

_FOOT = Content.assemble(
    keys(("esc", "back"), ("↑ ↓", "scroll")), ("   s3audio keys: how to have others", "$dim")
)

Block = tuple[str, list[tuple[str, str]]]


class Help(Dialog[None]):
    """The keys and what they do; any of escape, `?` and `q` leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "leave", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(10)", "page down", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", "page up", show=False),
        Binding("home,g", "edge(False)", "start", show=False),
        Binding("end,G", "edge(True)", "end", show=False),
    ]

    def __init__(
        self, places: Sequence[tuple[str, Sequence[Command]]], *, rows: bool = True
    ) -> None:
        """Prepare the page: titles, and the commands under each; the first needs no title.

        `rows` is whether there are some, with a cursor.
        """
        super().__init__()
        self._blocks = [*([("Move the cursor", [*_MOVING])] if rows else []), *_blocks(places)]
        self._columns = 0

    def compose(self) -> ComposeResult:
        """Lay out as many columns as the screen is wide for."""
        self._columns = _columns(self.app.size.width)
        with Vertical(classes="dialog", id="help") as dialog:
            dialog.styles.width = self._columns * _COLUMN + 8
            yield Static("Keys", classes="dialog-title", markup=False)
            with VerticalScroll(id="help-groups", can_focus=False) as groups:
                groups.styles.max_height = self._room()
                for blocks in _balanced(self._blocks, self._columns):
                    with Vertical(classes="help-column"):
                        for block in blocks:
                            yield Static(_text(block), markup=False)
            yield Static(_FOOT, classes="dialog-foot")

    async def on_resize(self) -> None:
        """Lay the columns out anew where more or fewer of them fit."""
        if self._columns != _columns(self.app.size.width):
            await self.recompose()
        self.query_one("#help-groups").styles.max_height = self._room()

    def _room(self) -> int:
        """The lines that are left between title and foot."""
        return max(self.app.size.height * 9 // 10 - _AROUND, 3)

    def action_scroll(self, lines: int) -> None:
        """Scroll the keys."""
        self.query_one("#help-groups").scroll_relative(y=lines, animate=False)

    def action_edge(self, end: bool) -> None:
        """Scroll to the first keys, or to the last."""
        groups = self.query_one("#help-groups")
        groups.scroll_to(y=groups.max_scroll_y if end else 0, animate=False)


def _columns(width: int) -> int:
    return max(1, min((width - _EDGES) // _COLUMN, 3))


def _blocks(places: Sequence[tuple[str, Sequence[Command]]]) -> list[Block]:
    found: list[Block] = []
    for title, commands in places:
        groups: dict[str, list[tuple[str, str]]] = {}
        for command in commands:
            if command.group and command.shown:
                row = (command.shown, command.sentence)
                groups.setdefault(title or command.group, []).append(row)
            elif command.id == "sort_1":
                groups["Find"].append(("1 … 7", "Sort by that column; again reverses it"))
        found += groups.items()
    return found


def _balanced(blocks: Sequence[Block], columns: int) -> list[list[Block]]:
    """Return the blocks in their order, in columns of about the same height."""
    heights = [len(rows) + 2 for _, rows in blocks]
    least = -(-sum(heights) // columns)
    while (found := _filled(blocks, heights, least)) and len(found) > columns:
        least += 1
    return found


def _filled(blocks: Sequence[Block], heights: Sequence[int], most: int) -> list[list[Block]]:
    found: list[list[Block]] = []
    used = most + 1
    for block, height in zip(blocks, heights, strict=True):
        if used + height > most or not found:
            found.append([])
            used = 0
        found[-1].append(block)
        used += height
    return found


def _text(block: Block) -> Content:
    title, rows = block
    lines = [Content.styled(title, "$dim")]
    for key, sentence in rows:
        space = " " * max(_KEY - cell_len(key), 1)
        lines.append(Content.assemble((key, "$accent"), space, (sentence, "$foreground")))
    return Content("\n").join(lines)
