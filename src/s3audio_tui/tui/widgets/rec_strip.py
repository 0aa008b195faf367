"""A line on the main screen while something is recorded, on its way, or left behind."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class RecStrip(Widget):
    """Hidden where there is nothing to say; a click opens what it speaks of."""

    line: reactive[Content | None] = reactive(None)

    class Clicked(Message):
        """It was clicked."""

    @property
    def room(self) -> int:
        """Cells of the line."""
        return max(self.screen.size.width - 2, 1)

    def watch_line(self, line: Content | None) -> None:
        """Be there, or not."""
        self.display = line is not None

    def render(self) -> Content:
        """Return the line."""
        return self.line or Content("")

    def on_click(self, event: events.Click) -> None:
        """Tell of it."""
        event.stop()
        self.post_message(self.Clicked())
