"""The queue: what plays, what comes because somebody queued it, and what of the list comes then."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle, clip_start, left
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.play_queue import Entry
from s3audio_tui.tui.play_side import Heard, PlaySide
from s3audio_tui.tui.play_words import SIGNS, times_text
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList, Piece
from s3audio_tui.units import duration_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIME = 13
_WHERE = 50
_NOTHING = "Nothing plays, and nothing is queued."
_HOW = "enter plays a file, A queues what is marked, and what is listed follows by itself."


class QueueList(LineList):
    """One line each: what plays, what was queued, what the list has then."""

    def __init__(self) -> None:
        super().__init__(id="queue-list")
        self.entries: Sequence[Entry] = ()
        self.current: Entry | None = None
        self.heard: Heard | None = None
        self.gone: set[Entry] = set()
        """Those that are not there any more: they will be passed over."""

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return a line: the name, its folder, how long it lasts."""
        entry, mark = self.entries[line], "▌" if line == self.cursor else " "
        sign, time, style = self._told(entry)
        folder, _, name = entry.row.key.rpartition("/")
        room = max(width - _TIME - 4, 10)
        names = min(room, max(room * 3 // 5, room - 30))
        shown = left(clip_middle(safe(name), names - 1, tail=12), names)
        where = "is gone" if entry in self.gone else safe(folder)
        return [
            (mark, "accent"),
            (f"{sign} ", "accent" if entry is self.current else "faint"),
            (shown, "faint" if entry in self.gone else style),
            (left(clip_start(where, room - names), room - names), "dim"),
            (f"{time:>{_TIME}} ", "dim"),
        ]

    def _told(self, entry: Entry) -> tuple[str, str, str]:
        if entry is self.current:
            heard = self.heard
            return (
                (SIGNS[heard.state], times_text(heard), "strong") if heard else ("", "", "strong")
            )
        length = entry.row.duration_s
        time = duration_text(length) if length is not None else ""
        return ("+", time, "text") if entry.by_hand else (" ", time, "dim")


class QueueScreen(KeyedDialog[None]):
    """Follows what plays; what was queued can be moved and taken out."""

    WHERE = "queue"
    CSS_PATH: ClassVar = ["send.tcss", "queue.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("queue")]

    def __init__(self, playing: PlaySide, pool: DaemonPool) -> None:
        """Take what plays, and threads that read the catalog."""
        super().__init__()
        self._playing, self._pool = playing, pool
        self._list = QueueList()
        self._shown: list[Entry] = []

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="dialog", id="queue"):
            yield Static("Queue", classes="dialog-title", markup=False)
            yield self._list
            yield Static(classes="dialog-text", id="queue-said", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show what there is, and what changes."""
        self._list.focus()
        self._relist([], None)
        self._end = self._playing.follow(self._hear)

    def on_unmount(self) -> None:
        """Look no more."""
        if not self._playing.closed:
            self._end()

    def _hear(self, heard: Heard | None) -> None:
        if self.left:
            return
        queue = self._playing.queue
        entries = [*filter(None, [queue.current]), *queue.coming]
        self._list.heard = heard
        if entries != self._shown or queue.current is not self._list.current:
            self._relist(entries, queue.current)
        else:
            self._list.refresh()
            self.update_keys()

    def _relist(self, entries: list[Entry], current: Entry | None) -> None:
        """Show other lines; the cursor stays on its file."""
        before = self._chosen
        self._shown, self._list.entries, self._list.current = entries, entries, current
        at = entries.index(before) if before in entries else self._list.cursor
        self._list.styles.height = max(len(entries), 1)
        self._list.display = bool(entries)
        self._list.relist(len(entries), at)
        for said in self.query("#queue-said").results(Static):  # it may be gone already
            said.update(self._said(entries))
        self.update_keys()
        self.run_worker(later(self._look_for_gone, entries), group="gone", exclusive=True)

    async def _look_for_gone(self, entries: list[Entry]) -> None:
        try:
            self._list.gone = await self._pool.run(partial(_gone, entries))
        except S3AudioError:
            return  # the list itself says what is wrong
        self._list.refresh()

    def _said(self, entries: list[Entry]) -> str:
        if not entries:
            return f"{_NOTHING}\n{_HOW}"
        listed = self._playing.queue.listed
        if not listed or listed[0].listing is None:
            return "Then it ends."
        place = listed[0].listing.place
        if place.searching:
            return f"What is dim was found with / {clip_middle(safe(place.search.strip()), _WHERE)}"
        where = f"in {place.prefix.rstrip('/')}" if place.prefix else "in the library"
        return f"What is dim comes next {clip_middle(safe(where), _WHERE)}"

    @property
    def _chosen(self) -> Entry | None:
        at = self._list.cursor
        return self._shown[at] if at < len(self._shown) else None

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        chosen, queue = self._chosen, self._playing.queue
        if command.needs == "marks":
            return chosen is not None and chosen in queue.queued
        match command.id:
            case "jump":
                return chosen is not None and chosen is not queue.current
            case "clear":
                return bool(queue.queued)
            case "pause":
                return queue.current is not None or bool(queue.queued)
        return True

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        heard = self._playing.heard
        if command.id == "pause" and heard is None:
            return replace(command, label="play", sentence="Play what is queued")
        if command.id == "pause" and heard is not None and heard.state == "paused":
            return replace(command, label="go on", sentence="Go on")
        return command

    @on(LineList.Moved)
    def show_keys(self) -> None:
        """The keys in the footer go with the chosen line."""
        self.update_keys()

    @on(LineList.Opened)
    def do_jump(self) -> None:
        """Play the chosen one now."""
        chosen = self._chosen
        if chosen is not None and chosen is not self._playing.queue.current:
            self._playing.jump(chosen)

    def do_remove(self) -> None:
        """Take the chosen one out."""
        if self._chosen is not None:
            self._playing.queue.remove(self._chosen)
            self._playing.changed()

    def do_earlier(self) -> None:
        """Let the chosen one come earlier."""
        self._move(-1)

    def do_later(self) -> None:
        """Let the chosen one come later."""
        self._move(1)

    def _move(self, by: int) -> None:
        if self._chosen is not None:
            self._playing.queue.move(self._chosen, by)
            self._playing.changed()

    def do_clear(self) -> None:
        """Take out all that was queued."""
        self._playing.queue.clear()
        self._playing.changed()

    def do_pause(self) -> None:
        """Pause what plays, or go on."""
        self._playing.pause()

    def do_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _gone(entries: list[Entry]) -> set[Entry]:
    from s3audio_tui.library.listening import gone

    found: set[Entry] = set()
    for library in {id(entry.library): entry.library for entry in entries}.values():
        own = [entry for entry in entries if entry.library is library]
        keys = gone(library, [entry.row for entry in own])
        found |= {entry for entry in own if entry.row.key in keys}
    return found
