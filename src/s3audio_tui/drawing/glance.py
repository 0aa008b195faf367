"""A waveform as a word: the loudness of a sound from its start to its end, in one row of cells.

What is kept of a sound is so little that a list may have thousands. NumPy is loaded only to make
it, not to draw it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3audio_tui.audio.peaks import Peaks

PARTS = 80
"""The values of a glance: a byte for each of so many parts of the sound."""

_STEP_DB = 0.375
"""What a byte counts: 255 is full scale, 0 is silence."""
_POWERS = (0.0, *(10 ** (_STEP_DB * (value - 255) / 10) for value in range(1, 256)))

_FAINT = 1e-4
"""The power, 40 dB below full scale, up to which a sound is drawn as if it were so loud: noise that
nobody hears shall look like it."""

_BLOCKS = "▁▂▃▄▅▆▇"
"""Not the whole block: those of two lines would be one."""
_PLAIN = "_.-:=*#"
_PLAIN_TERMS = ("dumb", "linux")
_FULL = 32_768.0


def glance(peaks: "Peaks") -> bytes:
    """Return what a list keeps of a sound; nothing of one without samples."""
    import numpy as np

    if not len(peaks) or not peaks.frames:
        return b""
    if peaks.rms is not None:
        power = (peaks.rms.astype(np.float64) ** 2).mean(1)
    else:  # of what other programs made only the extremes are known: as of a sine
        height = peaks.high.astype(np.float64) - peaks.low
        power = (height**2 / 8).mean(1)
    edges = np.arange(PARTS) * len(power) // PARTS
    lengths = np.maximum(np.diff(np.append(edges, len(power))), 1)
    level = np.add.reduceat(power, edges) / lengths / _FULL**2
    values = np.rint(255 + 10 * np.log10(np.maximum(level, 1e-20)) / _STEP_DB)
    return np.where(level > 0, np.clip(values, 1, 255), 0).astype(np.uint8).tobytes()


@lru_cache(maxsize=2048)
def drawn(data: bytes, width: int, *, plain: bool = False) -> str:
    """Return a glance in so many cells, up to its own loudest one: mastered music has a form too.

    Silence is a line. `plain` needs nothing but ASCII.
    """
    if len(data) != PARTS or width <= 0:
        return " " * max(width, 0)
    powers = [_POWERS[value] for value in data]
    cells = [_mean(powers, i * PARTS // width, (i + 1) * PARTS // width) for i in range(width)]
    whole, marks = max(*cells, _FAINT), _PLAIN if plain else _BLOCKS
    return "".join(marks[round((len(marks) - 1) * (cell / whole) ** 0.5)] for cell in cells)


def _mean(powers: list[float], begin: int, end: int) -> float:
    return sum(powers[begin : max(end, begin + 1)]) / max(end - begin, 1)


def needs_plain(environ: Mapping[str, str], encoding: str | None) -> bool:
    """Return whether a terminal is not known to draw more than ASCII."""
    term = environ.get("TERM", "")
    return "utf" not in (encoding or "").lower() or term in _PLAIN_TERMS or term.startswith("vt")
