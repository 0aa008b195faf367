"""A link as a QR code, for the camera of a telephone."""

from itertools import zip_longest

import segno

_HALVES = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""The block that paints the light ones of two modules, one above the other; 1 is dark."""


def qr_code(text: str) -> list[str]:
    """Return the lines of a QR code, two modules high each, as a light picture on dark ground.

    It has the border that a camera needs, and as little redundancy as there is, to stay small.
    """
    rows = [list(row) for row in segno.make_qr(text, error="l").matrix_iter(border=2)]
    blank = [1] * len(rows[0])
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=blank)
    return [
        "".join(_HALVES[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs
    ]
