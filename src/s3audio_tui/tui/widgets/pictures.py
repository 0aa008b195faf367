"""The waveforms that stand in a column of the file list: as cells, and how much was played."""

from collections.abc import Callable

from s3audio_tui.catalog.rows import Row
from s3audio_tui.drawing.glance import drawn

Version = tuple[str, str]

_STEPS = 40
"""A part that was played is told in so many: the cells that a column has at most."""


class Pictures:
    """Draws what is known of a sound; nothing where nothing is."""

    def __init__(self) -> None:
        self.known: Callable[[Row], bytes] = lambda row: b""
        """Gives what is known of a row."""
        self.plain = False
        """Whether the terminal has nothing but ASCII."""
        self._played: tuple[Version, int] = (("", ""), 0)

    def cells(self, row: Row, width: int) -> tuple[str, str]:
        """Return a row's waveform: what was played, and the rest."""
        data = self.known(row)
        if not data:
            return "", " " * width
        text, (version, steps) = drawn(data, width, plain=self.plain), self._played
        at = round(steps * width / _STEPS) if version == (row.key, row.etag) else 0
        return text[:at], text[at:]

    def play(self, version: Version, part: float) -> set[Version]:
        """Take how much was played of what; return whose pictures change by it."""
        before, self._played = self._played, (version, round(part * _STEPS))
        return {before[0], version} - {("", "")} if before != self._played else set()
