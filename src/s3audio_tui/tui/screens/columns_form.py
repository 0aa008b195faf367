"""Which columns the file list has, in which order, how wide; the list shows each change at once."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.library.remembered import ColumnChoice
from s3audio_tui.tui.cells import left, right
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.hints import keys
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.columns import ALL, KNOWN, NARROWEST, WIDEST, Column, choices_of

Show = Callable[[tuple[ColumnChoice, ...]], None]

_NAMES = {"Ch": "Channels"}
"""Titles that are short for the list's sake."""


class ColumnsForm(KeyedDialog[tuple[ColumnChoice, ...]]):
    """Gives the columns that are wanted; those as usual are an empty answer."""

    WHERE = "columns"
    CSS_PATH = "places.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("columns"),
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
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
            yield Static(self._keys(), classes="dialog-foot", markup=False)

    def _keys(self) -> Content:
        """Return the keys on two lines: the list beside the dialog shall be seen."""
        pairs = [(each.shown, each.label) for each in self.commands() if each.rank and each.shown]
        half = (len(pairs) + 1) // 2
        return Content("\n").join([keys(*pairs[:half]), keys(*pairs[half:])])

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

    def do_earlier(self) -> None:
        """Move the column itself up."""
        self._carry(-1)

    def do_later(self) -> None:
        """Move the column itself down."""
        self._carry(1)

    def _carry(self, lines: int) -> None:
        goal = self._cursor + lines
        if 0 <= goal < len(self._columns):
            self._columns.insert(goal, self._columns.pop(self._cursor))
            self._cursor = goal
            self._changed()

    def do_turn(self) -> None:
        """Show the column, or hide it; one at least stays."""
        name = self._columns[self._cursor].name
        if self._shown - {name}:
            self._shown ^= {name}
            self._changed()

    def do_narrower(self) -> None:
        """Make the column narrower."""
        self._widen(-1)

    def do_wider(self) -> None:
        """Make the column wider."""
        self._widen(1)

    def _widen(self, cells: int) -> None:
        column = self._columns[self._cursor]
        width = max(NARROWEST, min(column.width + cells, WIDEST))
        self._columns[self._cursor] = replace(column, width=width)
        self._changed()

    def do_usual(self) -> None:
        """Take the usual columns."""
        self._take(ALL)
        self._changed()

    def do_keep(self) -> None:
        """Keep it so."""
        self.dismiss(self._choices())

    def do_leave(self) -> None:
        """Leave the columns as they were."""
        self.dismiss(None)
