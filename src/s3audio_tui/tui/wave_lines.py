"""Cells of a waveform as lines of a terminal, in the colours of a theme."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from s3audio_tui.drawing.cells import Cells

ROLES = (
    *("back", "line", "peak", "rms", "played-peak", "played-rms"),
    *("dim", "clip", "cursor", "head", "selected"),
)
"""The names of the roles in style sheets, by their numbers."""

_BEHIND = (0, 10)
"""Roles of what lies behind: `back` and `selected`."""


class WaveColours:
    """The styles of pairs of roles, looked up once each.

    Where the front is what lies behind, as below the centre, the cell is reversed: a terminal's own
    background has no colour that could be written in front, nor its text one for behind.
    """

    def __init__(self, look_up: Callable[[str], Style]) -> None:
        self._look_up = look_up
        self._pairs: dict[int, Style] = {}

    def pair(self, number: int) -> Style:
        """Return a style by the front's role times 16 and the one behind."""
        found = self._pairs.get(number)
        if found is None:
            found = self._pairs[number] = self._made(*divmod(number, 16))
        return found

    def _made(self, fore: int, back: int) -> Style:
        front, behind = self._colour(fore), self._colour(back)
        no_ground = behind is None or behind.is_default
        if back not in _BEHIND and (fore in _BEHIND or no_ground):
            return Style(color=behind, bgcolor=front, reverse=True)
        return Style(color=front, bgcolor=behind)

    def _colour(self, role: int) -> Color | None:
        style = self._look_up(ROLES[role])
        return style.bgcolor if role in _BEHIND else style.color


def lines(cells: "Cells", colours: WaveColours) -> list[Strip]:
    """Return the rows of some cells."""
    import numpy as np

    out, width = [], cells.codes.shape[1]
    pairs = cells.fore.astype(np.uint16) * 16 + cells.back
    for text, row in zip(cells.text(), pairs, strict=True):
        edges = [0, *(np.flatnonzero(row[1:] != row[:-1]) + 1).tolist(), width]
        numbers = row[edges[:-1]].tolist() if width else []
        segments = [
            Segment(text[begin:end], colours.pair(number))
            for begin, end, number in zip(edges, edges[1:], numbers, strict=False)
        ]
        out.append(Strip(segments, width))
    return out
