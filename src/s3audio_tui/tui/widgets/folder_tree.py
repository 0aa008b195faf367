"""The tree of folders at the left: those that are open, drawn line by line."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from s3audio_tui.catalog.rows import Folder
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip
from s3audio_tui.tui.pools import DaemonPool

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library


@dataclass(frozen=True, slots=True)
class Branch:
    """One line: a folder, how deep it lies, and whether its folders are shown."""

    path: str
    name: str
    depth: int
    is_open: bool


class FolderTree(ScrollView, can_focus=True, inherit_bindings=False):
    """The folders of the library. The one that is listed is marked; enter goes to another."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "folder-tree--text",
        "folder-tree--dim",
        "folder-tree--here",
        "folder-tree--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("enter,space", "choose", "go there", show=False),
        Binding("right,l", "open(True)", "show what is in it", show=False),
        Binding("left,h", "open(False)", "hide what is in it", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """A folder was chosen, to be listed."""

        path: str

    def __init__(self, library: "Library", pool: DaemonPool, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._library = library
        self._pool = pool
        self._lines: list[Branch] = []
        self._open: set[str] = {""}
        self._here = ""
        self._cursor = 0

    async def show(self, prefix: str) -> None:
        """Mark the folder that is listed, and show it with all above it."""
        self._here = prefix
        parts = prefix.split("/")[:-1]
        self._open |= {"/".join(parts[:i]) + "/" if i else "" for i in range(len(parts))}
        self._lines = await self._pool.run(partial(_branches, self._library, set(self._open)))
        self.virtual_size = Size(0, len(self._lines))
        self._cursor = next((i for i, b in enumerate(self._lines) if b.path == prefix), 0)
        self.refresh()

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self._cursor = max(0, min(self._cursor + lines, len(self._lines) - 1))
        self.refresh()

    def action_choose(self) -> None:
        """List the folder under the cursor."""
        if self._lines:
            self.post_message(self.Chosen(self._lines[self._cursor].path))

    def action_open(self, is_open: bool) -> None:
        """Show or hide what is in the folder under the cursor."""
        if self._lines:
            path = self._lines[self._cursor].path
            (self._open.add if is_open else self._open.discard)(path)
            self.run_worker(self.show(self._here), exclusive=True)

    def on_click(self, event: events.Click) -> None:
        """List the folder that was clicked."""
        line = event.y + self.scroll_offset.y
        if line < len(self._lines):
            self._cursor = line
            self.action_choose()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        line, width = y + self.scroll_offset.y, self.size.width
        text = self.get_component_rich_style("folder-tree--text")
        if line >= len(self._lines):
            return Strip([Segment(" " * width, text)], width)
        branch = self._lines[line]
        sign = "▾ " if branch.is_open else "▸ "
        words = clip(" " + "  " * branch.depth + sign + safe(branch.name), width)
        style = text
        if branch.path == self._here:
            style = self.get_component_rich_style("folder-tree--here")
        if line == self._cursor and self.has_focus:
            style += self.get_component_rich_style("folder-tree--cursor")
        return Strip([Segment(words, style)]).adjust_cell_length(width, style)


def _branches(library: "Library", opened: set[str]) -> list[Branch]:
    found = [Branch("", library.label, 0, "" in opened)]

    def add(parent: str, depth: int) -> None:
        folders: list[Folder] = library.catalog.folders(parent)
        for folder in folders:
            found.append(Branch(folder.path, folder.name, depth, folder.path in opened))
            if folder.path in opened:
                add(folder.path, depth + 1)

    if "" in opened:
        add("", 1)
    return found
