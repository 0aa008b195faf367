"""A link as a QR code, for the camera of a telephone."""

from collections.abc import Sequence
from itertools import zip_longest

import segno

_HALVES = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""The block that paints the light ones of two modules, one above the other; 1 is dark."""


def qr_code(text: str) -> list[str]:
    """Return the lines of a QR code, two modules high each, as a light picture on dark ground.

    It has the border that a camera needs, and as little redundancy as there is, to stay small.
    """
    rows = _modules(text, border=2)
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=[0] * len(rows[0]))
    return [
        "".join(_HALVES[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs
    ]


def small_qr_code(text: str) -> list[str]:
    """Return the same in characters of two by three modules, which not every font has.

    It takes two thirds of the lines and half of the columns, and is a little too narrow; cameras
    read that.
    """
    rows = _modules(text, border=1)
    width = len(rows[0]) + len(rows[0]) % 2
    padded = [row + [0] * (width - len(row)) for row in rows]
    padded += [[0] * width] * (-len(padded) % 3)
    return [
        "".join(_sextant(padded[y : y + 3], x) for x in range(0, width, 2))
        for y in range(0, len(padded), 3)
    ]


def _modules(text: str, border: int) -> list[list[int]]:
    """Return 1 for the dark ones; cameras want some light around the code, and can do with 1."""
    code = segno.make_qr(text, error="l")
    return [list(row) for row in code.matrix_iter(border=border)]


def _sextant(rows: Sequence[Sequence[int]], x: int) -> str:
    """Return the character that paints the light ones of two by three modules."""
    light = [not row[x + i] for row in rows for i in range(2)]
    pattern = sum(1 << bit for bit, on in enumerate(light) if on)
    blocks = {0: " ", 0b010101: "▌", 0b101010: "▐", 0b111111: "█"}
    if pattern in blocks:
        return blocks[pattern]
    return chr(0x1FB00 + pattern - 1 - (pattern > 0b010101) - (pattern > 0b101010))
