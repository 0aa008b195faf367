"""Which columns the file list has, in which order, how wide; the list shows each change at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from s3audio_tui.library.remembered import ColumnChoice
from s3audio_tui.tui.cells import left, right
from s3audio_tui.tui.widgets.columns import ALL, KNOWN, NARROWEST, WIDEST, Column, choices_of

Show = Callable[[tuple[ColumnChoice, ...]], None]

_NAMES = {"Ch": "Channels"}
"""Titles that are short for the list's sake."""

_KEYS = (
    (("space", "show or hide"), ("← →", "width"), ("⇧↑ ⇧↓", "move")),
    (("0", "the usual"), ("enter", "keep"), ("esc", "leave")),
)


class ColumnsForm(ModalScreen[tuple[ColumnChoice, ...]]):
    """Gives the columns that are wanted; those as usual are an empty answer."""

    CSS_PATH = "places.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("shift+up,K", "carry(-1)", "earlier", show=False),
        Binding("shift+down,J", "carry(1)", "later", show=False),
        Binding("space", "turn", "show or hide", show=False),
        Binding("left,h", "widen(-1)", "narrower", show=False),
        Binding("right,l", "widen(1)", "wider", show=False),
        Binding("0", "reset", "the usual", show=False),
        Binding("enter", "keep", "keep", show=False),
        Binding("escape,q,C", "leave", "leave", show=False),
    ]

    def __init__(self, columns: Sequence[Column], show: Show) -> None:
        """Prepare the form; `show` is called with each change, and lets the list follow."""
        super().__init__()
        self._show = show
        self._cursor = 0
        self._take(columns)

    def _take(self, columns: Sequence[Column]) -> None:
        names = [column.name for column in columns]
        rest = [column for column in KNOWN if column.name not in names]
        self._columns = [*columns, *rest]
        self._shown = set(names)

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        with Vertical(classes="dialog", id="columns"):
            yield Static("Columns", classes="dialog-title", markup=False)
            yield Static(id="columns-list", markup=False)
            yield Static(_keys(), classes="dialog-foot", markup=False)

    def on_mount(self) -> None:
        """Show how it is."""
        self._draw()

    def _draw(self) -> None:
        lines = [self._line(i, column) for i, column in enumerate(self._columns)]
        self.query_one("#columns-list", Static).update(Content("\n").join(lines))

    def _line(self, number: int, column: Column) -> Content:
        shown = column.name in self._shown
        here = number == self._cursor
        style = "$foreground" if shown else "$dim"
        return Content.assemble(
            ("▌" if here else " ", "$accent"),
            ("● " if shown else "○ ", "$accent" if shown else "$faint"),
            (left(_NAMES.get(column.title, column.title), 12), f"{style} bold" if here else style),
            (right(str(column.width), 4) if shown else "", "$foreground"),
            (" cells" if shown else "", "$dim"),
        )

    def _changed(self) -> None:
        self._draw()
        self._show(self._choices())

    def _choices(self) -> tuple[ColumnChoice, ...]:
        chosen = [column for column in self._columns if column.name in self._shown]
        usual = chosen == list(ALL)
        return () if usual else tuple(ColumnChoice(*each) for each in choices_of(chosen))

    def action_move(self, lines: int) -> None:
        """Go to another column."""
        self._cursor = max(0, min(self._cursor + lines, len(self._columns) - 1))
        self._draw()

    def action_carry(self, lines: int) -> None:
        """Move the column itself."""
        goal = self._cursor + lines
        if 0 <= goal < len(self._columns):
            self._columns.insert(goal, self._columns.pop(self._cursor))
            self._cursor = goal
            self._changed()

    def action_turn(self) -> None:
        """Show the column, or hide it; one at least stays."""
        name = self._columns[self._cursor].name
        if self._shown - {name}:
            self._shown ^= {name}
            self._changed()

    def action_widen(self, cells: int) -> None:
        """Make the column wider or narrower."""
        column = self._columns[self._cursor]
        width = max(NARROWEST, min(column.width + cells, WIDEST))
        self._columns[self._cursor] = replace(column, width=width)
        self._changed()

    def action_reset(self) -> None:
        """Take the usual columns."""
        self._take(ALL)
        self._changed()

    def action_keep(self) -> None:
        """Keep it so."""
        self.dismiss(self._choices())

    def action_leave(self) -> None:
        """Leave the columns as they were."""
        self.dismiss(None)


def _keys() -> Content:
    lines = []
    for line in _KEYS:
        parts = [each for key, does in line for each in ((key, "$accent"), (f" {does}   ", "$dim"))]
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)
