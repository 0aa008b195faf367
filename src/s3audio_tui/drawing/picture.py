"""A waveform as cells: a character each, and what its two colours stand for.

The envelope goes up and down from a centre line, so that silence is seen. Inside it is the RMS: of
loud music it alone shows a structure, because the envelope fills all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.drawing import glyphs as g
from s3audio_tui.drawing.cells import Cells, Role
from s3audio_tui.drawing.dots import in_halves, in_octants
from s3audio_tui.drawing.eighths import in_eighths
from s3audio_tui.drawing.glyphs import Glyphs
from s3audio_tui.drawing.levels import Levels, scaled

STEREO_ROWS = 12
"""From so many rows on each channel has its own half."""

_MOST_LANES = 8
LOUDEST = 32_767 / 32_768
"""What reaches this is at full scale."""


@dataclass(frozen=True, slots=True)
class Look:
    """How it shall look."""

    glyphs: Glyphs = Glyphs.EIGHTHS
    decibels: bool = False
    gain: float = 1.0
    """So many times as high as it is; what goes beyond the edge is cut."""
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
    if len(lanes) == 1:
        return _lane(found.mixed(), 0, height, look)

    def draw(channel: int, rows: int) -> Cells:
        return _lane(found, channel, rows, look)

    return stacked(lanes, len(found.up) // columns_a_cell(look), height, draw)


def stacked(
    lanes: list[range], width: int, height: int, draw: Callable[[int, int], Cells]
) -> Cells:
    """Return channels, one above the other; `draw` gets a channel's number and its height."""
    shape = (height, width)
    cells = Cells(
        np.full(shape, g.SPACE, np.uint32),
        np.full(shape, Role.BACK, np.uint8),
        np.full(shape, Role.BACK, np.uint8),
    )
    for channel, rows in enumerate(lanes):
        lane = draw(channel, len(rows))
        at = np.s_[rows.start : rows.stop]
        cells.codes[at], cells.fore[at], cells.back[at] = lane.codes, lane.fore, lane.back
    return cells


def lanes_of(channels: int, height: int, look: Look) -> list[range]:
    """Return the rows of each channel; of one for all where they share the height.

    All are equally high, so that one can compare them, with something between them.
    """
    apart = look.stereo and 1 < channels <= _MOST_LANES
    if not apart or height < STEREO_ROWS * channels // 2:
        return [range(height)]
    rows = (height - channels + 1) // channels
    starts = [(height - rows) * channel // (channels - 1) for channel in range(channels)]
    return [range(start, start + rows) for start in starts]


def _lane(found: Levels, channel: int, height: int, look: Look) -> Cells:
    gain = np.float32(look.gain)
    up = scaled(found.up[:, channel] * gain, decibels=look.decibels)
    down = scaled(found.down[:, channel] * gain, decibels=look.decibels)
    inner = np.zeros_like(up)
    if found.rms is not None:
        inner = scaled(found.rms[:, channel] * gain, decibels=look.decibels)
    clipped = np.stack([found.up[:, channel], found.down[:, channel]]) >= LOUDEST
    if look.glyphs is Glyphs.HALVES:
        cells = in_halves(up, down, inner, height)
    elif look.glyphs is Glyphs.OCTANTS:
        cells = in_octants(up, down, inner, height)
        clipped = clipped[:, 0::2] | clipped[:, 1::2]
    else:
        cells = in_eighths(up, down, inner, height, look.glyphs)
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
    through = height % 2 and height > 1
    row = height // 2 if height % 2 else height // 2 - 1
    code = ord("─") if through else int(g.EIGHTHS[1])
    if glyphs is Glyphs.ASCII:
        code = ord("-" if through else "_")
    cells.codes[row, silent], cells.fore[row, silent] = code, Role.LINE
    cells.back[row, silent] = Role.BACK
    if not height % 2:
        cells.codes[row + 1, silent] = g.SPACE


def _mark_clipped(cells: Cells, clipped: NDArray[np.bool_], glyphs: Glyphs) -> None:
    """Mark the ends of columns that reach full scale, above and below."""
    edges = {Glyphs.ASCII: "!!", Glyphs.PLAIN: "██"}.get(glyphs, "▔▁")
    if len(cells.codes) == 1:
        clipped = clipped[:1] | clipped[1:]
    for row, columns, edge in zip((0, -1), clipped, edges, strict=False):
        if not columns.any():
            continue
        alone = cells.back[row, columns] == Role.BACK
        cells.back[row, columns] = np.where(alone, cells.fore[row, columns], Role.PEAK)
        cells.fore[row, columns] = Role.CLIP
        cells.codes[row, columns] = ord(edge)
        if glyphs in (Glyphs.ASCII, Glyphs.PLAIN):
            cells.back[row, columns] = Role.BACK
