"""A list of places to choose from: libraries, profiles, buckets. Each group is named once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.cells import cell_len

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip, clip_middle, left
from s3audio_tui.tui.widgets.line_list import LineList, Piece

T = TypeVar("T")

_GAP, _SMALL_GAP = 3, 2
_WIDE = 80
"""Cells from which the columns stand further apart."""

_WIDEST_NAME = 24
_LEAST_DETAIL = 12


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """A line: what group it belongs to, its name, where it is, and what else is known.

    Without a detail the place has the rest of the line.
    """

    group: str
    name: str
    place: str
    detail: str
    target: T
    here: bool = False
    """Whether it is what is open now."""


class ChoiceList(LineList, Generic[T]):
    """Shows choices in columns; gives up the last column, then cuts, as it narrows.

    One that `grows` is as high as its lines, up to the height that the screen allows.
    """

    def __init__(self, *, grows: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._grows = grows
        self.choices: Sequence[Choice[T]] = ()

    def choose_from(self, choices: Sequence[Choice[T]], cursor: int = 0) -> None:
        """Show other choices."""
        self.choices = choices
        if self._grows:
            self.styles.height = max(len(choices), 1)
        self.relist(len(choices), cursor)

    @property
    def choice(self) -> Choice[T] | None:
        """What the cursor is on."""
        return self.choices[self.cursor] if self.cursor < len(self.choices) else None

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return the columns of a choice."""
        choice = self.choices[line]
        gap = _GAP if width >= _WIDE else _SMALL_GAP
        groups, names, places = self._widths(width, gap)
        first = line == 0 or self.choices[line - 1].group != choice.group
        mark = "▌" if line == self.cursor else " "
        found: list[Piece] = [(f" {mark} ", "accent")]
        if groups:
            found.append((left(choice.group if first else "", groups + gap), "dim"))
        style = "accent" if choice.here else "strong"
        found.append((left(clip_middle(safe(choice.name), names), names + gap), style))
        rest = width - sum(cell_len(text) for text, _ in found) - 1
        if not choice.detail:
            found.append((clip(safe(choice.place), rest), "dim"))
            return found
        if places:
            found.append((left(clip_middle(safe(choice.place), places), places + gap), "text"))
            rest -= places + gap
        if rest >= _LEAST_DETAIL:
            found.append((clip(safe(choice.detail), rest), "dim"))
        return found

    def _widths(self, width: int, gap: int) -> tuple[int, int, int]:
        """Return the cells of groups, names and places."""
        groups = max(cell_len(choice.group) for choice in self.choices)
        names = max(min(cell_len(safe(c.name)), _WIDEST_NAME) for c in self.choices)
        places = max((cell_len(safe(c.place)) for c in self.choices if c.detail), default=0)
        used = 3 + (groups + gap if groups else 0) + names + gap
        return groups, names, max(min(places, width - used - 1), 0)
