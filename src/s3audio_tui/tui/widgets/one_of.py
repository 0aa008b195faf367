"""One of a few choices, on a line: an arrow or a click chooses."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_GAP = 3


class OneOf(Widget, can_focus=True):
    """Shows all choices, the chosen one filled. `chosen` is its number, from 0."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "choose(-1)", "before", show=False),
        Binding("right,l,space", "choose(1)", "next", show=False),
    ]

    chosen: reactive[int] = reactive(0)

    @dataclass
    class Changed(Message):
        """Another one is chosen."""

        widget: "OneOf"

    def __init__(self, *words: str, chosen: int = 0, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = words
        self.set_reactive(OneOf.chosen, chosen)

    def render(self) -> Content:
        """Return the line."""
        parts: list[tuple[str, str]] = []
        for number, word in enumerate(self._words):
            here = number == self.chosen
            mark, style = ("● ", "$accent") if here else ("○ ", "$faint")
            strong = "$foreground bold" if self.has_focus else "$foreground"
            parts += [(mark, style), (word, strong if here else "$dim"), (" " * _GAP, "")]
        return Content.assemble(*parts)

    def watch_chosen(self) -> None:
        """Tell of the other choice."""
        self.post_message(self.Changed(self))

    def watch_has_focus(self, has_focus: bool) -> None:
        """Draw the focus."""
        super().watch_has_focus(has_focus)
        self.refresh()

    def action_choose(self, by: int) -> None:
        """Choose the next one, or the one before; the ends meet."""
        self.chosen = (self.chosen + by) % len(self._words)

    def on_click(self, event: events.Click) -> None:
        """Choose what is under the mouse."""
        at = 0
        for number, word in enumerate(self._words):
            at += len(word) + 2
            if event.x < at:
                self.chosen = number
                return
            at += _GAP
