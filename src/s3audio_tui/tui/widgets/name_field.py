"""A field for one name: what is pasted is one line, and does nothing to the terminal."""

from textual import events
from textual.widgets import Input

from s3audio_tui.text import safe


class NameField(Input):
    """An `Input` that takes the first line of what is pasted, made safe."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        line = next(iter(event.text.strip().splitlines()), "")
        self.replace(safe(line), *self.selection)
