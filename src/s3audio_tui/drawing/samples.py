"""Single samples: a line through them, and a point for each where they stand apart.

The line is in braille, two by four dots a cell; in ASCII a cell is a dot.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.drawing import glyphs as g
from s3audio_tui.drawing.cells import Cells, Role
from s3audio_tui.drawing.glyphs import Glyphs
from s3audio_tui.drawing.levels import FULL, scaled
from s3audio_tui.drawing.picture import LOUDEST, Look, lanes_of, stacked

if TYPE_CHECKING:
    from s3audio_tui.audio.peaks import Peaks

Floats = NDArray[np.float32]

_APART = 3
"""Samples so many cells apart have a point each; nearer ones would be points and no line."""

_BRAILLE = 0x2800
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint32)
"""Of the dots of a cell, rows from above, columns from the left."""


def samples(peaks: "Peaks", begin: int, end: int, *, at: int = 0) -> Floats:
    """Return the frames from `begin` to `end` of columns of one frame, as far as they are known.

    The shape is (frames, channels); 1 is full scale. The first column is frame `at`.
    """
    part = slice(max(begin - at, 0), max(end - at, 0))
    high, low = peaks.high[part].astype(np.float32), peaks.low[part].astype(np.float32)
    return np.where(high > 0, high / np.float32(FULL - 1), low / np.float32(FULL))


def lines(found: Floats, span: int, width: int, height: int, look: Look) -> Cells:
    """Return the cells of samples, of which `span` are as wide as the picture.

    One more of them lets the line go on to the right edge.
    """
    channels = found.shape[1]
    lanes = lanes_of(channels, height, look)
    if len(lanes) == 1 and channels > 1:  # the one that goes farthest
        farthest = np.abs(found).argmax(1)[:, np.newaxis]
        found = np.take_along_axis(found, farthest, 1)

    def draw(channel: int, rows: int) -> Cells:
        return _lane(found[:, channel], span, width, rows, look)

    return draw(0, height) if len(lanes) == 1 else stacked(lanes, width, height, draw)


def _lane(found: Floats, span: int, width: int, height: int, look: Look) -> Cells:
    """Draw one channel: the centre, the line, the points."""
    ascii_only = look.glyphs is Glyphs.ASCII
    codes = np.full((height, width), g.SPACE, np.uint32)
    cells = Cells(codes, np.full(codes.shape, Role.LINE, np.uint8), np.zeros_like(codes, np.uint8))
    _draw_centre(cells, ascii_only=ascii_only)
    if len(found) == 0:
        return cells
    at = -(-np.arange(len(found)) * width // span)
    way = np.sign(found) * scaled(np.abs(found) * np.float32(look.gain), decibels=look.decibels)
    across, down = (1, 1) if ascii_only else (2, 4)
    dots = _dots(at * across, way, (height * down, width * across))
    line = _patterns(dots, across, down)
    codes[line > 0] = ord(".") if ascii_only else _BRAILLE + line[line > 0]
    cells.fore[line > 0] = Role.PEAK
    if span * _APART <= width:
        seen = at < width
        columns, rows = at[seen], _row(way[seen], height * down) // down
        codes[rows, columns] = ord("o") if ascii_only else ord("●")
        clipped = np.abs(found[seen]) >= LOUDEST
        cells.fore[rows, columns] = np.where(clipped, Role.CLIP, Role.RMS)
    return cells


def _draw_centre(cells: Cells, *, ascii_only: bool) -> None:
    height = len(cells.codes)
    through = height % 2
    if ascii_only:
        code = ord("-" if through else "_")
    else:
        code = ord("─") if through else int(g.EIGHTHS[1])
    cells.codes[height // 2 if through else height // 2 - 1] = code


def _row(way: Floats, rows: int) -> NDArray[np.int64]:
    """Return the rows of levels from 1, the uppermost, to -1."""
    return np.rint((1 - way) / 2 * (rows - 1)).astype(np.int64)


def _dots(at: NDArray[np.int64], way: Floats, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the dots of a line through points: without a gap, also where it is steep."""
    rows, width = shape
    known = width if at[-1] >= width else int(at[-1]) + 1
    place = np.arange(known + 1)
    height = _row(np.interp(place, at, way).astype(np.float32), rows)
    here, there = height[:-1], height[1:]
    first = np.where(there < here, there + 1, here)
    last = np.where(there > here, there - 1, here)
    number = np.arange(rows)[:, np.newaxis]
    dots = np.zeros(shape, np.bool_)
    dots[:, :known] = (number >= first) & (number <= last)
    return dots


def _patterns(dots: NDArray[np.bool_], across: int, down: int) -> NDArray[np.uint32]:
    """Return the bits of each cell; where a cell is a dot, whether it is drawn."""
    found = np.zeros((dots.shape[0] // down, dots.shape[1] // across), np.uint32)
    for row in range(down):
        for column in range(across):
            found |= dots[row::down, column::across] * _BITS[row, column]
    return found
