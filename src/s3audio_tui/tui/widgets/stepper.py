"""One of some values that have an order: the arrows go to the next one, or the one before."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Stepper(Widget, can_focus=True):
    """Shows a title and the chosen value between two arrows; those that lead nowhere are faint."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,minus", "step(-1)", "before", show=False),
        Binding("up,k", "app.focus_previous", "field before", show=False),
        Binding("down,j", "app.focus_next", "next field", show=False),
        Binding("right,l,plus,space", "step(1)", "next", show=False),
    ]

    values: reactive[tuple[int, ...]] = reactive(())
    chosen: reactive[int] = reactive(0)
    """One of the values."""

    @dataclass
    class Changed(Message):
        """A person has chosen another one."""

        widget: "Stepper"

    def __init__(self, title: str, words: dict[int, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title, self._words = title, words

    def put(self, values: tuple[int, ...], chosen: int) -> None:
        """Show other values, one of which is chosen."""
        self.values, self.chosen = values, chosen

    def render(self) -> Content:
        """Return the line."""
        at = self._at
        word = self._words.get(self.chosen, str(self.chosen))
        strong = "$foreground bold" if self.has_focus else "$foreground"
        before = "$accent" if at > 0 else "$faint"
        behind = "$accent" if at < len(self.values) - 1 else "$faint"
        bar = ("▌ ", "$accent") if self.has_focus else ("  ", "")
        return Content.assemble(
            bar, (f"{self._title:<10}", "$dim"), ("‹ ", before), (f"{word}", strong), (" ›", behind)
        )

    def watch_has_focus(self, has_focus: bool) -> None:
        """Draw the focus."""
        super().watch_has_focus(has_focus)
        self.refresh()

    def action_step(self, by: int) -> None:
        """Choose the next one, or the one before."""
        at = self._at + by
        if 0 <= at < len(self.values):
            self.chosen = self.values[at]
            self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """Go on, or left of the value back."""
        self.action_step(-1 if event.x < 14 else 1)

    @property
    def _at(self) -> int:
        return self.values.index(self.chosen) if self.chosen in self.values else -1
