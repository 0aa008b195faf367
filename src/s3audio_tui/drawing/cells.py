"""Cells of a picture, what their colours stand for, and what lies over them."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Role(IntEnum):
    """What a colour stands for."""

    BACK = 0
    LINE = 1
    PEAK = 2
    RMS = 3
    PLAYED_PEAK = 4
    PLAYED_RMS = 5
    DIM = 6
    """An approximate loudness."""
    CLIP = 7
    CURSOR = 8
    HEAD = 9
    SELECTED = 10
    """What lies behind a selection."""
    SELECTED_PEAK = 11
    SELECTED_RMS = 12


_PLAYED = np.arange(len(Role), dtype=np.uint8)
_PLAYED[[Role.LINE, Role.PEAK, Role.RMS, Role.DIM]] = (
    Role.PLAYED_PEAK, Role.PLAYED_PEAK, Role.PLAYED_RMS, Role.PLAYED_PEAK,
)  # fmt: skip


_SELECTED = np.arange(len(Role), dtype=np.uint8)
_SELECTED[[Role.BACK, Role.PEAK, Role.PLAYED_PEAK, Role.DIM]] = (
    Role.SELECTED, Role.SELECTED_PEAK, Role.SELECTED_PEAK, Role.SELECTED_PEAK,
)  # fmt: skip
_SELECTED[Role.RMS] = Role.SELECTED_RMS


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Arrays of shape (rows, columns): code points, and roles of the two colours."""

    codes: NDArray[np.uint32]
    fore: NDArray[np.uint8]
    back: NDArray[np.uint8]

    def text(self) -> list[str]:
        """Return the rows without their colours."""
        return [row.tobytes().decode("utf-32-le") for row in self.codes.astype("<u4")]

    def part(self, begin: int, end: int) -> "Cells":
        """Return some columns, which may be changed."""
        columns = np.s_[:, begin:end]
        return Cells(self.codes[columns].copy(), self.fore[columns].copy(),
                     self.back[columns].copy())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marks:
    """What lies over a picture, in its columns. Negative or beyond it is out of sight."""

    played: int = 0
    """Columns left of this one have been played."""
    head: int | None = None
    cursor: int | None = None
    selected: tuple[int, int] | None = None
    ascii: bool = False

    def changed(self, before: "Marks") -> tuple[int, int]:
        """Return the first column that is not marked as before, and the one after the last."""
        edges = []
        if self.played != before.played:
            edges += [self.played, before.played]
        for now, then in ((self.head, before.head), (self.cursor, before.cursor)):
            if now != then:
                edges += [at for each in (now, then) if each is not None for at in (each, each + 1)]
        if self.selected != before.selected:
            edges += [*(self.selected or ()), *(before.selected or ())]
        return (min(edges), max(edges)) if edges else (0, 0)


def mark(cells: Cells, marks: Marks, at: int = 0) -> Cells:
    """Change cells that begin with column `at`, and return them."""
    width = cells.codes.shape[1]
    played = np.s_[:, : max(marks.played - at, 0)]
    cells.fore[played], cells.back[played] = (
        _PLAYED[cells.fore[played]],
        _PLAYED[cells.back[played]],
    )
    if marks.selected is not None:
        begin, end = (max(edge - at, 0) for edge in marks.selected)
        for roles in (cells.fore, cells.back):
            roles[:, begin:end] = _SELECTED[roles[:, begin:end]]
    for column, role in ((marks.cursor, Role.CURSOR), (marks.head, Role.HEAD)):
        if column is not None and 0 <= column - at < width:
            code = "|" if marks.ascii else "┃" if role is Role.HEAD else "│"
            _draw_upright(cells, column - at, role, ord(code))
    return cells


def _draw_upright(cells: Cells, column: int, role: Role, code: int) -> None:
    """Draw a line over all rows, in front of what is there."""
    cells.codes[:, column] = code
    filled = np.isin(cells.back[:, column], (Role.BACK, Role.SELECTED), invert=True)
    cells.back[filled, column] = Role.BACK
    cells.fore[:, column] = role


def beside(left: Cells, right: Cells) -> Cells:
    """Return the columns of one picture, then those of another."""
    return Cells(
        np.concatenate([left.codes, right.codes], axis=1),
        np.concatenate([left.fore, right.fore], axis=1),
        np.concatenate([left.back, right.back], axis=1),
    )
