"""A waveform in dots: two of them a cell, or eight."""

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.drawing import glyphs as g
from s3audio_tui.drawing.cells import Cells, Role

Floats = NDArray[np.float32]

_ONES = np.array([bits.bit_count() for bits in range(256)])


def in_halves(up: Floats, down: Floats, inner: Floats, height: int) -> Cells:
    """Return the cells of columns, of two dots each."""
    dots = _raster(up, down, inner, height, height)
    top, bottom = dots[0::2], dots[1::2]
    same, empty = top == bottom, (top == Role.BACK) & (bottom == Role.BACK)
    below = (top == Role.BACK) & ~empty
    codes = np.where(below, g.LOWER, np.where(same, g.BLOCK, g.UPPER))
    codes = np.where(empty, g.SPACE, codes).astype(np.uint32)
    back = np.where(same | below, Role.BACK, bottom).astype(np.uint8)
    return Cells(codes, np.where(below, bottom, top).astype(np.uint8), back)


def _raster(up: Floats, down: Floats, inner: Floats, above: int, below: int) -> NDArray[np.uint8]:
    """Return the roles of dots, so many rows of them above and below the centre."""
    out = np.full((above + below, len(up)), Role.BACK, np.uint8)
    for rows, outer in ((out[:above][::-1], up), (out[above:], down)):
        at = np.arange(len(rows))[:, np.newaxis]
        rows[at < np.rint(outer * len(rows))] = Role.PEAK
        rows[at < np.rint(np.minimum(inner, outer) * len(rows))] = Role.RMS
    return out


def in_octants(up: Floats, down: Floats, inner: Floats, height: int) -> Cells:
    """Return the cells of columns, two columns a cell."""
    dots = _raster(up, down, inner, height * 2, height * 2)
    outer = _patterns(dots != Role.BACK)
    loud = _patterns(dots == Role.RMS)
    both = (outer == 255) & (loud > 0) & (loud < 255)
    most = _ONES[loud] * 2 >= _ONES[outer]
    fill = np.where(outer == 0, Role.BACK, np.where(most, Role.RMS, Role.PEAK))
    return Cells(
        g.OCTANTS[np.where(both, loud, outer)],
        np.where(both, Role.RMS, fill).astype(np.uint8),
        np.where(both, Role.PEAK, Role.BACK).astype(np.uint8),
    )


def _patterns(dots: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the bits of each cell, of four rows of two dots: from the left, from above."""
    ones = dots.view(np.uint8)
    found = np.zeros((len(dots) // 4, dots.shape[1] // 2), np.uint8)
    for bit in range(8):
        found |= ones[bit // 2 :: 4, bit % 2 :: 2] << bit
    return found
