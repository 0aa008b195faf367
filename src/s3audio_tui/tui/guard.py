"""The last guard of the screen: what is drawn holds nothing that a terminal acts on.

Texts are made safe where they come in. What a person pastes into a field is drawn by Textual as it
is; this cleans that too, and whatever else was forgotten.
"""

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from s3audio_tui.text import safe


class Guard(LineFilter):
    """Cleans each line that is drawn. Costs a look-up for a text that was drawn before.

    It applies the other filters too: Textual would make a line anew for each of them.
    """

    def __init__(self, *others: LineFilter) -> None:
        super().__init__()
        self._others = others

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line, filtered and cleaned; every cell stays where it is."""
        for other in self._others:
            segments = other.apply(segments, background)
        return [Segment(harmless(text), style, control) for text, style, control in segments]


@lru_cache(maxsize=8)
def guard(*others: LineFilter) -> Guard:
    """Return the guard behind these filters, the same one each time: lines are kept by it."""
    return Guard(*others)


@lru_cache(maxsize=4096)
def harmless(text: str) -> str:
    """Return `text` without what a terminal acts on, in as many cells."""
    shown = safe(text)
    if shown == text or cell_len(shown) == cell_len(text):
        return shown
    return safe("".join(_in_place(char) for char in text))


def _in_place(char: str) -> str:
    shown = safe(char)
    cells = cell_len(char)
    return shown if cell_len(shown) == cells else "\ufffd" * cells
