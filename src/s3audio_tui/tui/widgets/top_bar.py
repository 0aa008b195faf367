"""The line on top: where one is, who one is, and how much room is left."""

import msgspec
from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from s3audio_tui.text import safe
from s3audio_tui.tui.bars import Part, bar, of_text
from s3audio_tui.tui.cells import clip, clip_start

_WARN_PERCENT = 80
_BAR_CELLS = (20, 12, 6)
_LEAST_PATH = 26
_NAME, _BETWEEN = " s3audio  ", " ▸ "


class Room(msgspec.Struct, frozen=True):
    """The quota as the bar shows it."""

    used_bytes: int
    limit_bytes: int

    @property
    def percent(self) -> int:
        """How much of the quota is used, rounded down, so that 100 means full."""
        return self.used_bytes * 100 // self.limit_bytes if self.limit_bytes else 100


def room_parts(room: Room, cells: int, *, sizes: bool) -> list[Part]:
    """Return the bar, the per cent and a word from 80 % on; then the sizes, if they fit."""
    percent = room.percent
    style = "$accent"
    if percent >= 100:
        style = "$error bold"
    elif percent >= _WARN_PERCENT:
        style = "$warning"
    full, empty = bar(room.used_bytes / room.limit_bytes if room.limit_bytes else 1.0, cells)
    parts: list[Part] = []
    if cells:
        parts = [("▕", "$faint"), (full, style), (empty, "$line"), ("▏ ", "$faint")]
    parts.append((f"{percent} %", style if percent >= _WARN_PERCENT else "$foreground"))
    if percent >= 100:
        parts.append((" full", style))
    elif percent >= _WARN_PERCENT:
        parts.append((" nearly full", style))
    if sizes:
        parts.append((f"  {of_text(room.used_bytes, room.limit_bytes)}", "$dim"))
    return parts


class TopBar(Widget):
    """One line; gives up who, then cells of the bar, then sizes, as it narrows."""

    path: reactive[tuple[str, ...]] = reactive(())
    who: reactive[str] = reactive("")
    room: reactive[Room | None] = reactive(None)
    files: reactive[int | None] = reactive(None)
    busy: reactive[bool] = reactive(False)

    class Picked(Message):
        """A folder of the path was clicked: how deep it lies, the library being 0."""

        def __init__(self, depth: int) -> None:
            super().__init__()
            self.depth = depth

    _shown = ""
    """The path as far as it fits; what is cut off is at its start."""

    def render(self) -> Content:
        """Return the line for the width there is."""
        width = self.size.width
        head: list[Part] = [(_NAME, "$accent bold")]
        path = _BETWEEN.join(safe(name) for name in self.path)
        room = width - _width(head) - 3
        ends = self._ends()
        wanted = min(cell_len(path), _LEAST_PATH)
        end = next((each for each in ends if _width(each) + wanted <= room), ends[-1])
        shown = self._shown = clip_start(path, max(room - _width(end), 1))
        space = width - _width(head) - cell_len(shown) - _width(end) - 1
        return Content.assemble(
            *head, *_path_parts(shown), (" " * max(space, 1), ""), *end, (" ", "")
        )

    def on_click(self, event: events.Click) -> None:
        """Go to the folder under the mouse."""
        cells, names = event.x - cell_len(_NAME), self._shown.split(_BETWEEN)
        if not 0 <= cells < cell_len(self._shown):
            return
        for number, name in enumerate(names):
            if cells < cell_len(name):
                depth = max(len(self.path) - len(names) + number, 0)
                self.post_message(self.Picked(depth))
                return
            cells -= cell_len(name) + len(_BETWEEN)
            if cells < 0:
                return

    def _ends(self) -> list[list[Part]]:
        """Return what may stand at the right, the fullest first."""
        who: list[Part] = [(clip(safe(self.who), 40), "$dim"), ("   ", "")] if self.who else []
        files: list[Part] = []
        if self.files is not None:
            noun = "file" if self.files == 1 else "files"
            files = [("  ", ""), (f"{self.files:,}", "$foreground"), (f" {noun}", "$dim")]
        if self.room is None:
            return [[*who, *files], files, []]
        ends: list[list[Part]] = [[*who, *room_parts(self.room, 20, sizes=True), *files]]
        ends.append([*who, *room_parts(self.room, 12, sizes=True), *files])
        ends += [[*room_parts(self.room, cells, sizes=True), *files] for cells in _BAR_CELLS]
        ends += [[*room_parts(self.room, cells, sizes=False), *files] for cells in (6, 0)]
        ends.append(room_parts(self.room, 0, sizes=False))
        return ends


def _path_parts(shown: str) -> list[Part]:
    above, arrow, last = shown.rpartition(_BETWEEN)
    return [(above + arrow, "$dim"), (last, "$foreground bold")]


def _width(parts: list[Part]) -> int:
    return sum(cell_len(text) for text, _ in parts)
