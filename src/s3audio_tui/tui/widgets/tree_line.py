"""One line of the panel of folders, as pieces of text with the names of their styles."""

from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle

if TYPE_CHECKING:
    from s3audio_tui.catalog.tree import Branch

Pieces = list[tuple[str, str]]

_DEEPEST = 8
"""Levels that are indented; a name deeper down would have no room left."""


class Spot(msgspec.Struct, frozen=True):
    """A line below the tree: a sign, a name, and a number if one is known."""

    sign: str
    name: str
    number: int | None = None


def branch_pieces(branch: "Branch", name: str, width: int, *, here: bool, cursor: bool) -> Pieces:
    """Return what the line of a folder shows; the one that is listed stands out."""
    indent = "  " * min(branch.depth, _DEEPEST)
    if branch.more:
        return [(" ", "text"), (clip_middle(f"{indent}  … {branch.more:,} more", width), "faint")]
    sign = ("▾ " if branch.is_open else "▸ ") if branch.has_folders else "  "
    number = f"{branch.files:,}" if branch.depth else ""
    start: Pieces = [("▌" if cursor else " ", "accent"), (indent + sign, "faint")]
    return start + _named(name, number, width - 1 - cell_len(indent + sign), here=here)


def spot_pieces(spot: Spot, width: int, *, cursor: bool) -> Pieces:
    """Return what a line below the tree shows."""
    number = "" if spot.number is None else f"{spot.number:,}"
    start: Pieces = [("▌" if cursor else " ", "accent"), (f"{spot.sign} ", "accent")]
    return start + _named(spot.name, number, width - 1 - cell_len(spot.sign) - 1)


def arrow_cells(branch: "Branch") -> range:
    """Return the cells of a branch's arrow, with the space behind it."""
    start = 1 + 2 * min(branch.depth, _DEEPEST)
    return range(start, start + 2)


def _named(name: str, number: str, width: int, *, here: bool = False) -> Pieces:
    text = clip_middle(safe(name), max(width - 1, 1))
    space = width - cell_len(text) - cell_len(number) - 1
    if space < 2:
        number, space = "", width - cell_len(text) - 1
    return [(text, "here" if here else "text"), (" " * max(space, 0), "text"), (number, "faint")]
