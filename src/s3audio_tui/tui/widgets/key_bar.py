"""The footer: the keys that do something now, as many as fit."""

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from s3audio_tui.tui.commands import Command

_GAP = 3


class KeyBar(Widget):
    """One line of keys and words; a click runs the command under the mouse."""

    commands: reactive[tuple[Command, ...]] = reactive(())

    @dataclass
    class Clicked(Message):
        """A command was clicked."""

        command_id: str

    def shown(self) -> list[Command]:
        """Return the commands that fit, in order; the highest ranks go first."""
        kept = [command for command in self.commands if command.rank]
        while kept and sum(_cells(command) + _GAP for command in kept) - _GAP + 2 > self.size.width:
            worst = max(kept, key=lambda command: command.rank)
            kept.remove(worst)
        return kept

    def render(self) -> Content:
        """Return the line."""
        parts: list[tuple[str, str]] = [(" ", "")]
        for command in self.shown():
            parts += [(command.shown, "$accent"), (f" {command.label}", "$dim"), (" " * _GAP, "")]
        return Content.assemble(*parts[:-1])

    def on_click(self, event: events.Click) -> None:
        """Run what is under the mouse."""
        at = 1
        for command in self.shown():
            if at <= event.x < at + _cells(command):
                self.post_message(self.Clicked(command.id))
                return
            at += _cells(command) + _GAP


def _cells(command: Command) -> int:
    return len(command.shown) + 1 + len(command.label)
