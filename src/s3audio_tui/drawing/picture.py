"""A waveform as cells: a character each, and what its two colours stand for.

The envelope goes up and down from a centre line, so that silence is seen. Inside it is the RMS: of
loud music it alone shows a structure, because the envelope fills all.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.drawing import glyphs as g
from s3audio_tui.drawing.cells import Cells, Role
from s3audio_tui.drawing.dots import in_halves, in_octants
from s3audio_tui.drawing.glyphs import Glyphs
from s3audio_tui.drawing.levels import Levels, scaled

STEREO_ROWS = 12
"""From so many rows on each channel has its own half."""

_MOST_LANES = 8
_LOUDEST = 32_767 / 32_768


@dataclass(frozen=True, slots=True)
class Look:
    """How it shall look."""

    glyphs: Glyphs = Glyphs.EIGHTHS
    decibels: bool = False
    stereo: bool = True
    """Whether channels stand apart where there is room."""
    exact: bool = True
    """Else it is a first look, of which only the loudness can be trusted: that alone, dim."""


def columns_a_cell(look: Look) -> int:
    """Return how many columns of levels stand in a cell."""
    return 2 if look.glyphs is Glyphs.OCTANTS else 1


def picture(found: Levels, height: int, look: Look) -> Cells:
    """Return the cells of a waveform, `height` rows."""
    if not look.exact and found.rms is not None:
        found = replace(found, up=found.rms, down=found.rms, rms=None)
    lanes = lanes_of(found.channels, height, look)
    if lanes == 1:
        return _lane(found.mixed(), 0, height, look)
    parts, at = [], 0
    for lane in range(lanes):
        until = height * (lane + 1) // lanes
        parts.append(_lane(found, lane, until - at, look))
        at = until
    return Cells(
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.fore for part in parts]),
        np.concatenate([part.back for part in parts]),
    )


def lanes_of(channels: int, height: int, look: Look) -> int:
    """Return how many channels stand apart; 1 if they share all of the height."""
    apart = look.stereo and 1 < channels <= _MOST_LANES
    return channels if apart and height >= STEREO_ROWS * channels // 2 else 1


def _lane(found: Levels, channel: int, height: int, look: Look) -> Cells:
    up = scaled(found.up[:, channel], decibels=look.decibels)
    down = scaled(found.down[:, channel], decibels=look.decibels)
    inner = np.zeros_like(up)
    if found.rms is not None:
        inner = scaled(found.rms[:, channel], decibels=look.decibels)
    clipped = np.stack([found.up[:, channel], found.down[:, channel]]) >= _LOUDEST
    if look.glyphs is Glyphs.HALVES:
        cells = in_halves(up, down, inner, height)
    elif look.glyphs is Glyphs.OCTANTS:
        cells = in_octants(up, down, inner, height)
        clipped = clipped[:, 0::2] | clipped[:, 1::2]
    else:
        cells = _in_eighths(up, down, inner, height, look.glyphs)
    silent = (cells.codes == g.SPACE).all(0)
    _draw_centre(cells, silent, look.glyphs)
    if look.exact:
        _mark_clipped(cells, clipped, look.glyphs)
        return cells
    for roles in (cells.fore, cells.back):
        roles[(roles == Role.PEAK) | (roles == Role.RMS)] = Role.DIM
    return cells


def _draw_centre(cells: Cells, silent: NDArray[np.bool_], glyphs: Glyphs) -> None:
    """Draw a line where nothing else is: through an odd row, or below the upper half."""
    height = len(cells.codes)
    row = height // 2 if height % 2 else height // 2 - 1
    code = ord("─") if height % 2 else int(g.EIGHTHS[1])
    if glyphs is Glyphs.ASCII:
        code = ord("-" if height % 2 else "_")
    cells.codes[row, silent], cells.fore[row, silent] = code, Role.LINE
    cells.back[row, silent] = Role.BACK
    if not height % 2:
        cells.codes[row + 1, silent] = g.SPACE


def _mark_clipped(cells: Cells, clipped: NDArray[np.bool_], glyphs: Glyphs) -> None:
    """Mark the ends of columns that reach full scale, above and below."""
    edges = {Glyphs.ASCII: "!!", Glyphs.PLAIN: "██"}.get(glyphs, "▔▁")
    for row, columns, edge in zip((0, -1), clipped, edges, strict=True):
        alone = cells.back[row, columns] == Role.BACK
        cells.back[row, columns] = np.where(alone, cells.fore[row, columns], Role.PEAK)
        cells.fore[row, columns] = Role.CLIP
        cells.codes[row, columns] = ord(edge)
        if glyphs in (Glyphs.ASCII, Glyphs.PLAIN):
            cells.back[row, columns] = Role.BACK


Floats = NDArray[np.float32]


def _in_eighths(up: Floats, down: Floats, inner: Floats, height: int, glyphs: Glyphs) -> Cells:
    half, odd = divmod(height, 2)
    above = _half(up, inner, half, odd)
    below = _half(down, inner, half, odd)
    codes = np.full((height, len(up)), g.SPACE, np.uint32)
    fore, back = (np.full(codes.shape, Role.BACK, np.uint8) for _ in range(2))
    if glyphs is Glyphs.EIGHTHS:
        _rise(above, codes[:half][::-1], fore[:half][::-1], back[:half][::-1])
        _hang(below, codes[half + odd :], fore[half + odd :], back[half + odd :])
    else:
        _plain(above, codes[:half][::-1], fore[:half][::-1], g.EIGHTHS, glyphs)
        _plain(below, codes[half + odd :], fore[half + odd :], g.HANGING, glyphs)
    if odd:
        _middle(np.maximum(up, down), inner, codes[half], fore[half], height, glyphs)
    return Cells(codes, fore, back)


_Half = tuple[NDArray[np.int64], NDArray[np.int64]]


def _half(outer: Floats, inner: Floats, rows: int, odd: int) -> _Half:
    """Return the eighths of each cell from the centre outward, of the envelope and of the RMS."""
    room = rows + odd / 2
    before = (8 * np.arange(rows) + 4 * odd)[:, np.newaxis]
    eighths = [
        np.clip(np.rint(level * (room * 8)).astype(np.int64) - before, 0, 8)
        for level in (outer, np.minimum(inner, outer))
    ]
    return eighths[0], eighths[1]


def _fill(outer: NDArray[np.int64], inner: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the role of cells that have room for one: the one that has more of it."""
    most = inner * 2 >= np.maximum(outer, 1)
    return np.where(most, Role.RMS, np.where(outer > 0, Role.PEAK, Role.BACK)).astype(np.uint8)


def _rise(
    half: _Half, codes: NDArray[np.uint32], fore: NDArray[np.uint8], back: NDArray[np.uint8]
) -> None:
    outer, inner = half
    both = (outer == 8) & (inner > 0) & (inner < 8)
    codes[:] = g.EIGHTHS[np.where(both, inner, outer)]
    fore[:] = np.where(both, Role.RMS, _fill(outer, inner))
    back[:] = np.where(both, Role.PEAK, Role.BACK)


def _hang(
    half: _Half, codes: NDArray[np.uint32], fore: NDArray[np.uint8], back: NDArray[np.uint8]
) -> None:
    """As `_rise`, from above: blocks that stand below are what is not filled."""
    outer, inner = half
    both = (outer == 8) & (inner > 0) & (inner < 8)
    partial = (outer > 0) & (outer < 8)
    level = np.where(both, inner, outer)
    codes[:] = g.EIGHTHS[np.where(both | partial, 8 - level, level)]
    fill = _fill(outer, inner)
    fore[:] = np.where(both, Role.PEAK, np.where(partial, Role.BACK, fill))
    back[:] = np.where(both, Role.RMS, np.where(partial, fill, Role.BACK))


def _plain(
    half: _Half,
    codes: NDArray[np.uint32],
    fore: NDArray[np.uint8],
    partly: NDArray[np.uint32],
    glyphs: Glyphs,
) -> None:
    """What needs no colours: the envelope is lighter than the RMS."""
    outer, inner = half
    fore[:] = _fill(outer, inner)
    if glyphs is Glyphs.ASCII:
        codes[:] = np.where(inner >= 4, ord("#"), np.where(outer >= 4, ord(":"), g.SPACE))
    else:
        codes[:] = np.where((outer == 8) & (inner < 4), g.SHADE, partly[outer])


def _middle(
    outer: Floats,
    inner: Floats,
    codes: NDArray[np.uint32],
    fore: NDArray[np.uint8],
    height: int,
    glyphs: Glyphs,
) -> None:
    """The row through which the centre goes: a line that becomes a block."""
    eighths = np.rint(outer * (4 * height)).astype(np.int64)
    rms = np.rint(np.minimum(inner, outer) * (4 * height)).astype(np.int64)
    fore[:] = np.where(eighths, _fill(np.minimum(eighths, 8), np.minimum(rms, 8)), Role.LINE)
    if glyphs is Glyphs.ASCII:
        codes[:] = np.where(rms >= 4, ord("#"), np.where(eighths >= 4, ord(":"), ord("-")))
        return
    thick = np.where(eighths >= 2, ord("━"), ord("─"))
    codes[:] = np.where(eighths >= 4, g.BLOCK, thick)
