"""Takes as lines: what each is called, when it began, how long it is, and how it stands."""

from typing import TYPE_CHECKING, NamedTuple

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle, left
from s3audio_tui.tui.widgets.line_list import LineList, Piece
from s3audio_tui.units import duration_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3audio_tui.library.takes import Take

_WHEN, _LENGTH, _STATE = 18, 9, 22


class TakeLine(NamedTuple):
    """A take, and how it stands."""

    take: "Take"
    length_s: float
    state: str
    is_there: bool = False
    """Whether all of it is in the library."""


class TakeList(LineList):
    """The newest first."""

    def __init__(self) -> None:
        super().__init__(id="takes-list")
        self.lines: Sequence[TakeLine] = ()

    @property
    def chosen(self) -> TakeLine | None:
        """The take under the cursor."""
        return self.lines[self.cursor] if self.cursor < len(self.lines) else None

    def show(self, lines: "Sequence[TakeLine]") -> None:
        """Show others; the cursor stays on its take."""
        before = self.chosen
        ids = [each.take.id for each in lines]
        at = ids.index(before.take.id) if before and before.take.id in ids else self.cursor
        self.lines = lines
        self.styles.height = max(len(lines), 1)
        self.relist(len(lines), at)

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return a take's line; in a narrow list it has no time."""
        take, length_s, state, is_there = self.lines[line]
        when = f"{take.started_at.astimezone():%Y-%m-%d %H:%M}"
        room = width - 1 - _LENGTH - _STATE
        if room < 2 * _WHEN:
            when = ""
        name = room - (_WHEN if when else 0)
        return [
            ("▌" if line == self.cursor else " ", "accent"),
            (left(clip_middle(safe(take.name), name - 2, tail=8), name), "text"),
            (left(when, _WHEN) if when else "", "dim"),
            (f"{duration_text(length_s):>{_LENGTH - 2}}  ", "dim"),
            (left(safe(state), _STATE), "dim" if is_there else "warning"),
        ]
