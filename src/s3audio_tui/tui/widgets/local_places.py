"""Folders to go to at once, on one line: a digit or a click chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle

_MOST = 9
_GAP = 3
_NAME = 22


class Places(Widget):
    """As many places as fit; the one that is open stands out."""

    here: reactive[Path | None] = reactive(None)

    @dataclass
    class Chosen(Message):
        """A place was clicked; its number counts from 1."""

        number: int

    def __init__(self, places: Sequence[Path], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places = places[:_MOST]
        home = Path.home()
        names = ["home" if path == home else safe(path.name) or "/" for path in self._places]
        self._names = [clip_middle(name, _NAME) for name in names]

    def _shown(self) -> list[tuple[int, str]]:
        shown, at = list[tuple[int, str]](), 0
        for number, name in enumerate(self._names, 1):
            at += cell_len(name) + 2
            if at > self.size.width:
                break
            shown.append((number, name))
            at += _GAP
        return shown

    def render(self) -> Content:
        """Return the line."""
        parts: list[tuple[str, str]] = []
        for number, name in self._shown():
            here = self._places[number - 1] == self.here
            style = "$foreground bold" if here else "$dim"
            parts += [(f"{number} ", "$accent"), (name, style), (" " * _GAP, "")]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Choose what is under the mouse."""
        at = 0
        for number, name in self._shown():
            at += cell_len(name) + 2
            if event.x < at:
                self.post_message(self.Chosen(number))
                return
            at += _GAP
