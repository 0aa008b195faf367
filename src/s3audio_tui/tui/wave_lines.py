"""Cells of a waveform as lines of a terminal, in the colours of a theme."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial
from itertools import accumulate, pairwise, repeat
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

if TYPE_CHECKING:
    from s3audio_tui.drawing.cells import Cells

ROLES = (
    *("back", "line", "peak", "rms", "played-peak", "played-rms"),
    *("dim", "clip", "cursor", "head"),
    *("selected", "selected-peak", "selected-rms"),
)
"""The names of the roles in style sheets, by their numbers."""

_BEHIND = (0, 10)
"""Roles of what lies behind: `back` and `selected`."""


class WaveColours(dict[int, Style]):
    """The styles of pairs of roles, looked up once each.

    A pair is a number: the front's role times 16, and the one behind.

    Where the front is what lies behind, as below the centre, the cell is reversed: a terminal's own
    background has no colour that could be written in front, nor its text one for behind.
    """

    def __init__(self, look_up: Callable[[str], Style]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, number: int) -> Style:
        """Make a style the first time."""
        fore, back = divmod(number, 16)
        front, behind = self._colour(fore), self._colour(back)
        no_ground = behind is None or behind.is_default
        if back not in _BEHIND and (fore in _BEHIND or no_ground):
            made = Style(color=behind, bgcolor=front, reverse=True)
        else:
            made = Style(color=front, bgcolor=behind)
        self[number] = made
        return made

    def _colour(self, role: int) -> Color | None:
        style = self._look_up(ROLES[role])
        return style.bgcolor if role in _BEHIND else style.color


_segment = partial(tuple.__new__, Segment)
"""What `Segment` does for three values, without a call of Python for each of a thousand."""


Row = list[Segment]
"""A line. Each of its characters is a cell wide."""


def rows_of(cells: "Cells", colours: WaveColours) -> list[Row]:
    """Return the lines of some cells."""
    import numpy as np

    height, width = cells.codes.shape
    if not width:
        return [[] for _ in range(height)]
    pairs = cells.fore.astype(np.uint16) * 16 + cells.back
    begins = np.ones(pairs.shape, np.bool_)
    np.not_equal(pairs[:, 1:], pairs[:, :-1], out=begins[:, 1:])
    edges = np.flatnonzero(begins)
    starts, text = edges.tolist(), "".join(cells.text())
    parts = map(text.__getitem__, map(slice, starts, [*starts[1:], width * height]))
    styles = map(colours.__getitem__, pairs.ravel()[edges].tolist())
    segments = [*map(_segment, zip(parts, styles, repeat(None), strict=False))]
    rows = [0, *np.count_nonzero(begins, axis=1).cumsum().tolist()]
    return [segments[begin:end] for begin, end in pairwise(rows)]


def spliced(row: Row, begin: int, end: int, new: Row) -> Row:
    """Return a line of which the columns from `begin` to `end`, at least one, are others."""
    ends = [*accumulate(len(segment.text) for segment in row)]
    first, last = bisect_right(ends, begin), bisect_left(ends, end)
    text, style, _ = row[first]
    before = (
        [Segment(text[: begin - ends[first]], style)] if begin > ends[first] - len(text) else []
    )
    text, style, _ = row[last]
    behind = [Segment(text[end - ends[last] :], style)] if end < ends[last] else []
    return _joined([*row[:first], *before], _joined(new, [*behind, *row[last + 1 :]]))


def _joined(left: Row, right: Row) -> Row:
    """Return both, without a seam where none is seen: else there would be more and more."""
    if not left or not right or left[-1].style is not right[0].style:
        return left + right
    return [*left[:-1], Segment(left[-1].text + right[0].text, left[-1].style), *right[1:]]
