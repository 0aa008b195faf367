"""The line under the list: what was done or went wrong, and how much is listed and marked."""

from typing import Literal

import msgspec
from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip
from s3audio_tui.units import size_text

_STAYS_S = 8.0
_GAP = "   "
_LEAST = 20
"""Cells of a sentence beside what is marked."""

Tone = Literal["busy", "note", "good", "wrong"]
_MARKS: dict[Tone, tuple[str, str]] = {
    "busy": ("· ", "$accent"),
    "note": ("· ", "$accent"),
    "good": ("✓ ", "$accent"),
    "wrong": ("✗ ", "$error"),
}


class Said(msgspec.Struct, frozen=True):
    """A sentence for the user, and what to do about it."""

    sentence: str
    remedy: str = ""
    tone: Tone = "good"


class StatusLine(Widget):
    """Says what happened for a while, an error until the next key; else counts."""

    counts: reactive[str] = reactive("")
    marks: reactive[str] = reactive("")
    """How much is marked: it is said whatever else is."""
    heard: reactive[str] = reactive("")
    """What plays, where nothing else is said."""
    said: reactive[Said | None] = reactive(None)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._timer: Timer | None = None

    def watch_marks(self) -> None:
        """Make room for both where a sentence stands there too."""
        self._fit()

    def watch_said(self) -> None:
        """Make room for a sentence of several lines."""
        self._fit()

    def _fit(self) -> None:
        if self.render().get_height({}, self.size.width) != self.size.height:
            self.refresh(layout=True)

    def say(self, said: Said) -> None:
        """Show a sentence, an empty one hushes; an error stays until something else is said."""
        self.said = said if said.sentence else None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if said.tone in ("note", "good"):
            self._timer = self.set_timer(_STAYS_S, self.hush)

    def hush(self) -> None:
        """Go back to the counts."""
        self.said = None

    def render(self) -> Content:
        """Return the sentence, or the counts; then what is marked."""
        gap = "   " if self.said else " · " if self.counts else ""
        marks = (f"{gap}{self.marks}" if self.marks else "", "$accent")
        if self.said is None:
            return self._counted(marks)
        mark, style = _MARKS[self.said.tone]
        wrong = self.said.tone == "wrong"
        sentence, remedy = safe(self.said.sentence), safe(self.said.remedy)
        if self.marks and not wrong:  # both on one line, so that the list stays where it is
            room = max(self.size.width - cell_len(mark + marks[0]), _LEAST)
            sentence = clip(sentence, room)
            remedy = remedy if cell_len(f"{sentence}  {remedy}") <= room else ""
        return Content.assemble(
            (mark, style),
            (sentence, "$error" if wrong else "$foreground"),
            (f"  {remedy}" if remedy else "", "$dim"),
            marks,
        )

    def _counted(self, marks: tuple[str, str]) -> Content:
        """Return the counts and what plays, on one line; the counts go first."""
        if not self.heard:
            return Content.assemble((self.counts, "$dim"), marks)
        counts = self.counts
        if cell_len(f"{counts}{marks[0]}{_GAP}{self.heard}") > self.size.width:
            counts, marks = "", (self.marks, "$accent")
        before = f"{counts}{marks[0]}"
        gap = _GAP if before else ""
        heard = clip(self.heard, max(self.size.width - cell_len(before + gap), 1))
        return Content.assemble((counts, "$dim"), marks, gap, (heard, "$foreground"))


def counts_text(count: int, total_bytes: int) -> str:
    """Return what is listed, as `9 items, 212 MB`. An empty list says in its middle that it is."""
    if not count:
        return ""
    text = f"{count:,} {'item' if count == 1 else 'items'}"
    return f"{text}, {size_text(total_bytes)}" if total_bytes else text


def marks_text(marked: int, marked_bytes: int, *, ranging: bool = False) -> str:
    """Return what is marked, as `2 marked, 41.4 MB`, and how an open range is ended."""
    if not marked:
        return ""
    text = f"{marked:,} marked, {size_text(marked_bytes)}"
    return f"{text} · v ends the range, esc takes it back" if ranging else text
