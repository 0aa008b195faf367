"""A waveform in eighths of a cell, mirrored at the centre; or in one row, standing on it.

What a cell shows is looked up by how many of its eighths are full of the envelope, and how many of
the RMS inside: nine times nine cells are all that there are.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.drawing import glyphs as g
from s3audio_tui.drawing.cells import Cells, Role
from s3audio_tui.drawing.glyphs import Glyphs

Floats = NDArray[np.float32]
_Fullness = NDArray[np.int16]


class _Kinds(NamedTuple):
    """All cells, by 9 times the eighths of the envelope and those of the RMS."""

    codes: NDArray[np.uint32]
    fore: NDArray[np.uint8]
    back: NDArray[np.uint8]


def in_eighths(up: Floats, down: Floats, inner: Floats, height: int, glyphs: Glyphs) -> Cells:
    """Return the cells of columns, one a cell; levels are from 0 to 1."""
    codes = np.empty((height, len(up)), np.uint32)
    fore, back = np.empty(codes.shape, np.uint8), np.empty(codes.shape, np.uint8)
    cells, (half, odd) = Cells(codes, fore, back), divmod(height, 2)
    if height == 1:
        _draw(cells, slice(None), _fullness(np.maximum(up, down), inner, 1, 0), _rising(glyphs))
        return cells
    above, below = _fullness(up, inner, half, odd), _fullness(down, inner, half, odd)
    _draw(cells, slice(0, half), above[::-1], _rising(glyphs))
    _draw(cells, slice(half + odd, None), below, _hanging(glyphs))
    if odd:
        middle = Cells(codes[half], fore[half], back[half])
        _middle(np.maximum(up, down), inner, middle, height, glyphs)
    return cells


def _draw(cells: Cells, rows: slice, full: _Fullness, kinds: _Kinds) -> None:
    cells.codes[rows] = kinds.codes[full]
    cells.fore[rows] = kinds.fore[full]
    cells.back[rows] = kinds.back[full]


def _fullness(outer: Floats, inner: Floats, rows: int, odd: int) -> _Fullness:
    """Return the kinds of cells of rows, from the centre outward."""
    eighths = np.float32((rows + odd / 2) * 8)
    before = (8 * np.arange(rows, dtype=np.int16) + np.int16(4 * odd))[:, np.newaxis]
    both = np.rint(np.stack([outer, np.minimum(inner, outer)]) * eighths).astype(np.int16)
    kinds: _Fullness = np.clip(both[0] - before, 0, 8)
    kinds *= 9
    kinds += np.clip(both[1] - before, 0, 8)
    return kinds


_OUTER, _INNER = np.divmod(np.arange(81), 9)
_BOTH = (_OUTER == 8) & (_INNER > 0) & (_INNER < 8)
"""Where the RMS ends within a cell that the envelope fills."""
_LEVEL = np.where(_BOTH, _INNER, _OUTER)


def _fill(outer: NDArray[np.int64], inner: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the role of cells that have room for one: the one that has more of it."""
    most = inner * 2 >= np.maximum(outer, 1)
    return np.where(most, Role.RMS, np.where(outer > 0, Role.PEAK, Role.BACK)).astype(np.uint8)


@lru_cache
def _rising(glyphs: Glyphs) -> _Kinds:
    """Return the cells above the centre."""
    if glyphs is not Glyphs.EIGHTHS:
        return _plain(g.EIGHTHS, glyphs)
    fore = np.where(_BOTH, Role.RMS, _fill(_OUTER, _INNER))
    back = np.where(_BOTH, Role.PEAK, Role.BACK)
    return _Kinds(g.EIGHTHS[_LEVEL], fore.astype(np.uint8), back.astype(np.uint8))


@lru_cache
def _hanging(glyphs: Glyphs) -> _Kinds:
    """Return those below it: blocks that stand below are what is not filled."""
    if glyphs is not Glyphs.EIGHTHS:
        return _plain(g.HANGING, glyphs)
    partly, fill = (_OUTER > 0) & (_OUTER < 8), _fill(_OUTER, _INNER)
    codes = g.EIGHTHS[np.where(_BOTH | partly, 8 - _LEVEL, _LEVEL)]
    fore = np.where(_BOTH, Role.PEAK, np.where(partly, Role.BACK, fill))
    back = np.where(_BOTH, Role.RMS, np.where(partly, fill, Role.BACK))
    return _Kinds(codes, fore.astype(np.uint8), back.astype(np.uint8))


def _plain(partly: NDArray[np.uint32], glyphs: Glyphs) -> _Kinds:
    """Return what needs no colours: the envelope is lighter than the RMS."""
    if glyphs is Glyphs.ASCII:
        codes = np.where(_INNER >= 4, ord("#"), np.where(_OUTER >= 4, ord(":"), g.SPACE))
    else:
        codes = np.where((_OUTER == 8) & (_INNER < 4), g.SHADE, partly[_OUTER])
    none = np.full(81, Role.BACK, np.uint8)
    return _Kinds(codes.astype(np.uint32), _fill(_OUTER, _INNER), none)


def _middle(outer: Floats, inner: Floats, row: Cells, height: int, glyphs: Glyphs) -> None:
    """Draw the row through which the centre goes: a line that becomes a block.

    An RMS too small for a block is a line in the envelope's, so that the centre is never dark.
    """
    eighths = np.rint(outer * (4 * height)).astype(np.int64)
    rms = np.rint(np.minimum(inner, outer) * (4 * height)).astype(np.int64)
    row.back[:] = Role.BACK
    fill = _fill(np.minimum(eighths, 8), np.minimum(rms, 8))
    row.fore[:] = np.where(eighths, fill, Role.LINE)
    if glyphs is Glyphs.ASCII:
        row.codes[:] = np.where(rms >= 4, ord("#"), np.where(eighths >= 4, ord(":"), ord("-")))
        return
    thick = np.where(eighths >= 2, ord("━"), ord("─"))
    row.codes[:] = np.where(eighths >= 4, g.BLOCK, thick)
    if glyphs is Glyphs.EIGHTHS:
        both = (eighths >= 4) & (fill == Role.PEAK) & (inner > 0)
        row.codes[both] = np.where(rms[both] >= 2, ord("━"), ord("─"))
        row.fore[both], row.back[both] = Role.RMS, Role.PEAK
