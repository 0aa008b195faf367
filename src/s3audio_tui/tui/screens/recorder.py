"""The recorder: how long, how loud, the last minute, and where each chunk is. It can be left."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content, Span
from textual.widgets import Digits, Static

from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import Remembered
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.compositor import NearCompositor
from s3audio_tui.tui.later import later
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.rec_words import clock_text, disk_of, head_of, network_of, notice_of
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.widgets.chunk_row import ChunkRow
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.last_minute import LastMinute
from s3audio_tui.tui.widgets.level_meter import LevelMeter

Keep = Callable[[Callable[[Remembered], Remembered]], None]

_LOOK_S = 1 / 8
_LAST_RANK = 10
"""The first to leave a narrow footer."""
_TURN = {"recording": "pause", "paused": "go on", "broken": "go on", "stopped": "new take"}


class RecorderScreen(KeyedDialog[str]):
    """Listens when it is opened; what it records goes on when it is left.

    Gives the folder or the file of a take that shall be shown.
    """

    CSS_PATH = "recorder.tcss"
    WHERE: ClassVar[Where] = "recorder"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (26, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("recorder")]

    def __init__(self, side: RecSide, library: Library, remember: Keep) -> None:
        """Take what records, where it goes, and what remembers how."""
        super().__init__()
        self._compositor = NearCompositor()
        self._side, self._library, self._remember = side, library, remember
        self._state: tuple[object, ...] = ()
        self._said: dict[Static, tuple[str, Sequence[Span]]] = {}
        self._end: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Lay it out from the most important down."""
        yield Static(id="rec-head", markup=False)
        yield Digits("0:00:00.0", id="rec-time")
        yield LevelMeter(id="rec-level")
        yield LastMinute(id="rec-minute")
        yield Static(id="rec-notice", markup=False)
        with Vertical(id="rec-foot"):
            yield ChunkRow(id="rec-chunks")
            yield Static(id="rec-network", markup=False)
            yield Static(id="rec-disk", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Listen, and look often enough for the eye."""
        self._head = self.query_one("#rec-head", Static)
        self._time = self.query_one("#rec-time", Digits)
        self._level = self.query_one(LevelMeter)
        self._minute = self.query_one(LastMinute)
        self._chunks = self.query_one(ChunkRow)
        self._network = self.query_one("#rec-network", Static)
        self._disk = self.query_one("#rec-disk", Static)
        self._notice = self.query_one("#rec-notice", Static)
        self._end, self._side.watched = self._side.follow(self._show), True
        self.set_interval(_LOOK_S, self.look)
        if self._side.state == "off":
            self._act(lambda: self._side.listen(self._library))

    def on_unmount(self) -> None:
        """Look no more; a microphone that records nothing is let go."""
        self._side.watched = False
        if not self._side.closed:
            self._end()
            self._side.tell()

    def look(self) -> None:
        """Show how loud and how long it is."""
        side = self._side
        self._level.show(side.level())
        text = clock_text(side.at_s)
        if side.state in ("listening", "recording"):
            text = text.partition(".")[0]  # drawn once a second
        if text != self._time.value:
            self._time.update(text)
        recording = side.recording
        dim = side.state != "recording"
        if recording is not None:
            side.places.see(recording)
            self._minute.listen(recording.meter, side.places.of(recording), dim=dim)

    def _show(self) -> None:
        """Show all that changes seldom."""
        if self.left or not self.is_mounted:
            return
        side, folder = self._side, self._side.folder
        width = self._head.content_size.width
        self._say(self._head, head_of(side, width))
        self._say(self._network, network_of(side, side.clock()))
        self._say(self._disk, disk_of(side))
        self._say(self._notice, notice_of(side))
        chunks = folder.take.chunks if folder is not None else ()
        self._chunks.show(chunks, cut_off=side.sending is not None and bool(side.sending.trouble))
        can_join, at_work = self._can_join, side.whole.at_work
        can_listen = side.recording is not None
        state = (side.state, can_listen, self._is_deaf, side.can_retry, can_join, at_work)
        if state != self._state:
            self._state = state
            self.set_classes([each for each in self.classes if not each.startswith("-is-")])
            self.add_class(f"-is-{side.state}")
            self.update_keys()

    def _say(self, line: Static, content: Content) -> None:
        """Write it, if it is another text than before: each time all is laid out anew."""
        now = (content.plain, content.spans)
        if now != self._said.get(line):
            self._said[line] = now
            line.update(content)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the words."""
        self.call_after_refresh(self._show)

    # Keys

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        side = self._side
        match command.id:
            case "mark":
                return side.state in ("recording", "paused")
            case "stop":
                return side.is_on
            case "setup":
                return not side.is_on
            case "clips":
                return side.recording is not None
            case "retry":
                return side.can_retry
            case "join":
                return self._can_join
        return True

    @property
    def _can_join(self) -> bool:
        ended = self._side.thread.ended
        return ended is not None and self._side.whole.can_turn(self._library, ended.take)

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        if command.id == "join" and self._side.whole.at_work:
            return replace(command, label="stop that")
        if command.id == "turn":
            usual = "try again" if self._is_deaf else "record"
            return replace(command, label=_TURN.get(self._side.state, usual))
        if command.id == "takes" and self._side.is_on:
            return replace(command, rank=_LAST_RANK)
        if command.id == "leave" and self._side.is_on:
            runs = self._side.state == "recording"
            return replace(command, label="leave it running" if runs else "leave it")
        return command

    @property
    def _is_deaf(self) -> bool:
        """Whether there is nothing to listen to."""
        return self._side.state == "off" and self._side.failed is not None

    def do_turn(self) -> None:
        """Record, pause, or go on; without a microphone look for one again."""
        side = self._side
        if side.state == "recording":
            self._act(side.pause)
        elif self._is_deaf:
            self._act(lambda: side.listen(self._library))
        else:
            self._act(lambda: side.record(self._library))

    def do_mark(self) -> None:
        """Ask for the word of a marker; it is where the key was pressed."""
        recording = self._side.recording
        folder = self._side.folder
        if recording is None or folder is None:
            return
        frame = recording.frame
        at = clock_text(frame / folder.take.form.rate_hz)
        number = len(folder.take.markers) + 1

        def mark(word: str | None) -> None:
            if word is not None:
                self._act(lambda: self._side.mark(word.strip() or f"marker {number}", frame))

        hint = "it goes on recording meanwhile" if self._side.state == "recording" else ""
        self.app.push_screen(Prompt(f"Mark {at}", verb="mark", hint=hint), mark)

    def do_stop(self) -> None:
        """Ask for the take's name, and end it."""
        from s3audio_tui.tui.screens.rec_stop import StopDialog

        def stop(name: str | None) -> None:
            if name is not None:
                self._act(lambda: self._side.stop(name))

        self.app.push_screen(StopDialog(self._side), stop)

    def do_setup(self) -> None:
        """Choose what records, and how."""
        from s3audio_tui.tui.screens.rec_setup import SetupDialog

        def remember(has_chosen: bool | None) -> None:
            if has_chosen:
                self._remember(self._side.thread.chosen)

        self.app.push_screen(SetupDialog(self._side, self._library), remember)

    def do_takes(self) -> None:
        """Find a take again."""
        from s3audio_tui.tui.screens.rec_takes import TakesDialog

        def show(folder: str | None) -> None:
            if folder is not None:
                self._leave(folder)

        self.app.push_screen(TakesDialog(self._side, self._library), show)

    def do_clips(self) -> None:
        """Put out the clip lights, and look for the highest peak anew."""
        self._side.forget_clips()

    def do_retry(self) -> None:
        """Send again what was refused."""
        self._side.retry()

    def do_join(self) -> None:
        """Put the take together as one file; where that is under way, stop it."""
        if self._side.thread.ended is not None:
            self._side.whole.turn(self._library, self._side.thread.ended.take)

    def do_leave(self) -> None:
        """Go back; what is recorded goes on."""
        self._leave(None)

    def _leave(self, folder: str | None) -> None:
        if not self._side.is_on:
            self.app.run_worker(later(self._side.hush))
        self.dismiss(folder)

    def _act(self, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.app.run_worker(later(_awaited, act), group="recorder")


async def _awaited(act: Callable[[], Coroutine[Any, Any, None]]) -> None:
    await act()
