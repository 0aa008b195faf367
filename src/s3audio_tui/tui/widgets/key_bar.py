"""The footer: the keys that do something now, as many as fit."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from s3audio_tui.tui.command import Command

_GAPS = (3, 2)
"""Cells between two keys; fewer where that leaves room for more keys."""


class KeyBar(Widget):
    """One line of keys and words; a click runs the command under the mouse."""

    commands: reactive[tuple[Command, ...]] = reactive(())

    class Clicked(Message):
        """A command was clicked."""

        def __init__(self, command_id: str) -> None:
            super().__init__()
            self.command_id = command_id

    def shown(self) -> tuple[list[Command], int]:
        """Return the commands that fit, in order, and the gap; the highest ranks go first."""
        kept = [command for command in self.commands if command.rank]
        while kept:
            for gap in _GAPS:
                if sum(_cells(each, gap) for each in kept) + 2 - gap <= self.size.width:
                    return kept, gap
            kept.remove(max(kept, key=lambda command: command.rank))
        return kept, 0

    def render(self) -> Content:
        """Return the line."""
        parts: list[tuple[str, str]] = [(" ", "")]
        commands, gap = self.shown()
        for command in commands:
            behind = "" if command.label == "" else " " * gap
            parts += [(command.shown, "$accent"), (f" {command.label}", "$dim"), (behind, "")]
        return Content.assemble(*parts[:-1])

    def on_click(self, event: events.Click) -> None:
        """Run what is under the mouse."""
        at = 1
        commands, gap = self.shown()
        for command in commands:
            if at <= event.x < at + _cells(command, 0):
                self.post_message(self.Clicked(command.id))
                return
            at += _cells(command, gap)


def _cells(command: Command, gap: int) -> int:
    """Return the cells up to the next; a key without words shares those of the next one."""
    return len(command.shown) + 1 + len(command.label) + (gap if command.label else 0)
