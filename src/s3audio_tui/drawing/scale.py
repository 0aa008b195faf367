"""Which levels stand beside a waveform, and in which of its rows."""

import math

from s3audio_tui.drawing.levels import FLOOR_DB

_STEP_DB = 6
"""Half as high in a picture that is not of decibels; heights are powers of two."""
_PARTS_DB = (24, 12, 36, 6, 18, 30, 42)
"""Between the edge and the centre of a picture of decibels: first those that matter most."""
_APART = 2


def scale(height: int, *, decibels: bool, gain: float) -> dict[int, float]:
    """Return levels in dBFS by rows, counted from above; the same above the centre and below it.

    In the middle is silence, minus infinity; of decibels the least that is drawn.
    """
    top = -float(_STEP_DB * round(math.log2(gain)))
    middle = height // 2 if height % 2 else height // 2 - 1
    if height < 1:
        return {}
    found = {middle: top - FLOOR_DB if decibels else -math.inf}
    if decibels:
        marks = [(top - part, 1 - part / FLOOR_DB) for part in (0, *_PARTS_DB)]
    else:
        marks = [(top - _STEP_DB * halves, 0.5**halves) for halves in range(4)]
    for level, share in marks:
        row = int((1 - share) * height / 2)
        rows = (row, height - 1 - row)
        if all(abs(each - taken) >= _APART for each in rows for taken in found):
            found.update(dict.fromkeys(rows, level))
    return found


def level_mark(level: float, *, ascii_only: bool) -> str:
    """Return a level as it is written beside a picture."""
    if level == -math.inf:
        return "-inf" if ascii_only else "−∞"
    text = f"{level:.0f}"
    return text.replace("-0", "0") if ascii_only else text.replace("-0", "0").replace("-", "−")
