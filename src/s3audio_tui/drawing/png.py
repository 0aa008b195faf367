"""A waveform as a PNG: the envelope, the RMS inside it, and the centre line, on transparent ground.

The format is small where it has a palette (PNG 1.2, sections 3, 11.2.3 and 11.3.2).
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.drawing.levels import Levels

_COLOURS = bytes.fromhex("000000 8a8f98 4f9dde a9d3f7".replace(" ", ""))
"""Ground, centre line, peaks, RMS."""
_OPAQUE = b"\x00\xff\xff\xff"
_LINE, _PEAK, _RMS = 1, 2, 3


def png(found: Levels, height: int, *, apart: bool = False) -> bytes:
    """Return the picture: as wide as there are columns; each channel by itself where `apart`."""
    if not apart:
        return _file(_lane(found.mixed(), 0, height))
    lanes = [_lane(found, channel, height) for channel in range(found.channels)]
    return _file(np.concatenate(lanes))


def _lane(found: Levels, channel: int, height: int) -> NDArray[np.uint8]:
    up, down = found.up[:, channel], found.down[:, channel]
    rows = np.arange(height)[:, np.newaxis]
    centre = (height - 1) / 2
    cells = np.zeros((height, len(up)), np.uint8)
    cells[_within(rows, centre, up, down)] = _PEAK
    if found.rms is not None:
        loud = found.rms[:, channel]
        cells[_within(rows, centre, loud, loud)] = _RMS
    line = cells[height // 2]
    line[line == 0] = _LINE
    return cells


def _within(
    rows: NDArray[np.int64], centre: float, up: NDArray[np.float32], down: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Return which cells lie between two levels; silence has none."""
    inside: NDArray[np.bool_] = (rows >= centre - up * centre) & (rows <= centre + down * centre)
    return inside & ((up + down) > 0)


def _file(cells: NDArray[np.uint8]) -> bytes:
    height, width = cells.shape
    lines = np.concatenate([np.zeros((height, 1), np.uint8), cells], axis=1)  # filter: none
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", _COLOURS),
            _chunk(b"tRNS", _OPAQUE),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
