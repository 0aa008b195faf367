"""Every command, once: its keys, its word in the footer, its line in help and palette."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

Where = Literal["library", "trash"]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does.

    `keys` are Textual's names for keys, `shown` is how the first is written. `rank` orders the
    footer: where it is too narrow the highest go first; 0 stays out of it.
    """

    id: str
    keys: str
    shown: str
    label: str
    sentence: str
    group: str
    rank: int = 0

    def binding(self) -> Binding:
        """Return the binding that runs this command."""
        return Binding(self.keys, f"do('{self.id}')", self.label, show=False, id=self.id)


_FIND, _CHANGE, _MOVE, _APP = "Find", "Change", "Send and fetch", "App"

LIBRARY: tuple[Command, ...] = (
    Command("search", "slash", "/", "search", "Search names as you type", _FIND, 1),
    Command("mark", "space", "space", "mark", "Mark the row, or unmark it", _CHANGE, 7),
    Command("open", "enter,right,l", "enter", "open", "Open the folder", _FIND, 8),
    Command("up", "backspace,left,h", "⌫", "up", "Go up to the folder above", _FIND, 9),
    Command("rename", "r", "r", "rename", "Rename the file or the folder", _CHANGE, 4),
    Command("delete", "d,delete", "d", "delete", "Delete: into the trash", _CHANGE, 5),
    Command("upload", "u", "u", "upload", "Upload files or folders; or paste paths", _MOVE, 5),
    Command("download", "g", "g", "get", "Download into a folder", _MOVE, 6),
    Command("trash", "t", "t", "trash", "See the trash, and restore from it", _CHANGE, 10),
    Command("undo", "z", "z", "undo", "Take back the last rename or delete", _CHANGE, 10),
    Command("redo", "Z", "Z", "redo", "Do again what was taken back", _CHANGE, 15),
    Command("sort", "o", "o", "sort", "Sort by the next column", _FIND, 13),
    Command("reverse", "O", "O", "reverse", "Reverse the order", _FIND, 16),
    Command("refresh", "R,f5", "R", "refresh", "Ask the store what is there now", _FIND, 14),
    Command("transfers", "tab", "tab", "transfers", "Go to the transfers, or back", _MOVE, 9),
    Command("cancel", "x", "x", "cancel", "Cancel the chosen transfer, or the last", _MOVE, 3),
    Command("clear", "c", "c", "clear", "Clear the transfers that have ended", _MOVE, 5),
    Command("escape", "escape", "esc", "clear", "Leave the search, unmark all rows", _FIND),
    Command("help", "question_mark", "?", "help", "Show the keys of this screen", _APP, 2),
    Command("palette", "colon,ctrl+p", ":", "commands", "Find a command by name", _APP, 9),
    Command("theme", "f2", "f2", "theme", "Change between dark and light", _APP),
    Command("quit", "q,ctrl+q,ctrl+c", "q", "quit", "Quit", _APP, 1),
    *(Command(f"sort_{n}", str(n), str(n), "", f"Sort by column {n}", "") for n in range(1, 8)),
)

TRASH: tuple[Command, ...] = (
    Command("restore", "enter,r", "enter", "restore", "Put it back where it was", _CHANGE, 1),
    Command("mark", "space", "space", "mark", "Mark the row, or unmark it", _CHANGE, 4),
    Command("empty", "E", "E", "empty", "Delete all of it for good", _CHANGE, 3),
    Command("refresh", "R,f5", "R", "refresh", "Ask the store what is there now", _FIND, 6),
    Command("help", "question_mark", "?", "help", "Show the keys of this screen", _APP, 5),
    Command("palette", "colon,ctrl+p", ":", "commands", "Find a command by name", _APP),
    Command("back", "escape,backspace,left,h,q,t", "esc", "back", "Go back", _APP, 2),
)

SEARCH: tuple[Command, ...] = (
    Command("kept", "", "enter", "to the list", "Keep the search, and go to the list", _FIND, 1),
    Command("scope", "", "tab", "where to look", "Look everywhere, or only here", _FIND, 3),
    Command("left", "", "esc", "leave", "Leave the search", _FIND, 2),
)
"""What the footer says while one types; the field itself has the keys."""

COMMANDS: dict[Where, tuple[Command, ...]] = {"library": LIBRARY, "trash": TRASH}


def bindings(where: Where) -> list[Binding]:
    """Return the bindings of a screen's commands."""
    return [command.binding() for command in COMMANDS[where]]


def in_footer(commands: Iterable[Command]) -> list[Command]:
    """Return those of `commands` that the footer may show, in the order of the screen."""
    return [command for command in commands if command.rank]
