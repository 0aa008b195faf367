"""A screen as an eye sees it: the same picture gives the same SVG, however it was put together.

Textual merges segments before it takes away what no eye sees (places of the mouse, links), and
keeps the colour of the letters in blanks. So two runs of the same screen may be cut otherwise.
"""

import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from textual._compositor import LayoutUpdate

if TYPE_CHECKING:
    from textual.app import App

_ON_LETTERS = ("bold", "dim", "italic", "blink", "conceal", "reverse")
_ON_BLANKS = ("underline", "underline2", "strike", "overline")

Cell = tuple[str, Style]


def exported(app: "App[Any]") -> tuple[str, str]:
    """Return the app's screen as SVG and as plain text."""
    width, height = app.size
    console = Console(
        width=width,
        height=height,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    lines = (merged(line) for line in _lines(app))
    console.print(Segments(part for line in lines for part in (*line, Segment.line())), end="")
    text = console.export_text(styles=False, clear=False)
    return console.export_svg(title="s3audio"), text


def read(app: "App[Any]") -> str:
    """Return the app's screen as plain text alone, which takes a tenth of the time."""
    return "".join("".join(part.text for part in line) + "\n" for line in _lines(app))


def _lines(app: "App[Any]") -> Iterator[list[Segment]]:
    """Return the segments of each line, from the top."""
    screen = app.screen._compositor
    update = screen.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    for strips in update.strips:
        yield [part for strip in strips for part in strip if not part.control]


def merged(line: Iterable[Segment]) -> list[Segment]:
    """Return a line in as few segments as what is seen allows."""
    cells = [(letter, _seen(letter == " ", part.style)) for part in line for letter in part.text]
    joined = _joined(cells)
    return [
        Segment("".join(letter for letter, _ in run), style)
        for style, run in groupby(joined, key=lambda cell: cell[1])
    ]


@lru_cache(maxsize=1 << 12)
def _seen(blank: bool, style: Style | None) -> Style:
    """Return what an eye sees of a style on a letter or a blank."""
    style = style or Style()
    shown: dict[str, Any] = {name: True for name in _ON_BLANKS if getattr(style, name)}
    if style.reverse or shown or not blank:
        shown |= {name: True for name in _ON_LETTERS if getattr(style, name)}
        return Style(color=style.color, bgcolor=style.bgcolor, **shown)
    return Style(bgcolor=style.bgcolor)


def _joined(cells: list[Cell]) -> list[Cell]:
    """Let blanks between two letters of one style on one ground have that style too."""
    runs = [list(run) for _, run in groupby(cells, key=lambda cell: cell[1])]
    for before, blanks, after in zip(runs, runs[1:], runs[2:], strict=False):
        style = before[-1][1]
        plain = not blanks[0][0].strip() and blanks[0][1] == Style(bgcolor=style.bgcolor)
        if plain and style == after[0][1] and not style.reverse:
            blanks[:] = [(letter, style) for letter, _ in blanks]
    return [cell for run in runs for cell in run]
