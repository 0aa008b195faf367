"""The main screen as one listens: what plays, and the line that says so."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import on

from s3audio_tui.catalog.rows import Row
from s3audio_tui.library.remembered import Remembered
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.play_queue import Listing
from s3audio_tui.tui.play_words import heard_text, idle_text, trouble_said, volume_text
from s3audio_tui.tui.screens.arranging import ArrangingScreen
from s3audio_tui.tui.widgets.file_list import FileList
from s3audio_tui.tui.widgets.status_line import Said, StatusLine
from s3audio_tui.tui.widgets.waveform_room import WaveformRoom

if TYPE_CHECKING:
    from s3audio_tui.tui.play_side import Heard
    from s3audio_tui.tui.sound_thread import Trouble

LISTENING = frozenset(
    {
        *("play_pause", "play_stop", "play_next", "play_previous"),
        *("seek_back", "seek_on"),
    }
)
"""Commands that need something that plays."""

_SEEK_S = 5.0
_VOLUME_STEP = 0.1
_QUEUE_RANK = 7
"""Where it stands in the footer once somebody has queued something."""


class PlayingScreen(ArrangingScreen):
    """What makes no file another one, but heard."""

    _ears: "Callable[[], None] | None" = None
    _state: tuple[object, ...] = (None, False, False)

    def on_mount(self) -> None:
        """Say what plays."""
        self._ears = self.playing.follow(self._hear)
        self.playing.say = self._say_trouble
        self.playing.neighbours.here = self._here_listed

    def on_unmount(self) -> None:
        """Say it no more."""
        if self._ears is not None and not self.playing.closed:
            self._ears()

    def _hear(self, heard: "Heard | None") -> None:
        for line in self.query(StatusLine):  # at the end of the app it may be gone already
            line.heard = heard_text(heard)
        for room in self.query(WaveformRoom):
            room.hear(heard)
        part = 0.0
        if heard is not None and heard.duration_s:
            part = min(heard.at_s / heard.duration_s, 1.0)
        for files in self.query(FileList):
            files.show_played(heard.row if heard is not None else None, part)
        state = (
            heard and (heard.row.key, heard.state),
            bool(self.playing.queue.coming),
            bool(self.playing.queue.queued),
        )
        if state != self._state:
            self._state = state
            self.update_keys()

    def _here_listed(self) -> Listing:
        return Listing(self.library, self.place)

    @on(FileList.Counted)
    def follow_list(self) -> None:
        """What comes next may be another file in the list as it is now."""
        if self.playing.queue.current is not None:
            self.playing.changed()

    def _say_trouble(self, trouble: "Trouble") -> None:
        key = next((c.shown for c in self.commands("library") if c.id == "play_pause"), ".")
        goes_on = bool(self.playing.queue.coming) or self.playing.neighbours.looking
        self.say(trouble_said(trouble, key, goes_on=goes_on))

    def can_play(self, item: object) -> bool:
        """Return whether a row of the list is a sound."""
        return isinstance(item, Row) and bool(item.format)

    def play(self, row: Row) -> None:
        """Play a file; the one that plays is paused, or goes on."""
        if self.playing.plays(row):
            self.do_play_pause()
        else:
            self.status.hush()
            self.playing.play(self.library, row)

    def can_listen(self, name: str) -> bool:
        """Return whether a command of `LISTENING` makes sense now."""
        playing = self.playing
        match name:
            case "play_next":
                return playing.heard is not None and bool(playing.queue.coming)
            case "play_pause":
                return playing.heard is not None or bool(playing.queue.queued)
        return playing.heard is not None

    def _do(self, command: Command) -> None:
        """Run a command; a key that can do nothing says why."""
        if command.id in LISTENING and not self.can_listen(command.id):
            self.say(Said(idle_text(command.id, self.playing.heard), tone="note"))
        elif command.id == "waveform" and not self.possible(command):
            some = self.files.item is not None or self.folders_panel.has_focus
            what = "A folder has no waveform" if some else "There is no file here"
            self.say(Said(what, tone="note"))
        else:
            super()._do(command)

    def do_play_pause(self) -> None:
        """Pause what plays, or go on; or play what is queued."""
        self.status.hush()  # why it was paused may not be true any more
        self.playing.pause()

    def do_play_next(self) -> None:
        """Play what comes next."""
        self.playing.next()

    def do_play_previous(self) -> None:
        """Go to the start of what plays, or to what was before."""
        self.playing.previous()

    def do_seek_back(self) -> None:
        """Go back 5 s."""
        self.playing.seek_by(-_SEEK_S)

    def do_seek_on(self) -> None:
        """Go on 5 s."""
        self.playing.seek_by(_SEEK_S)

    def do_quieter(self) -> None:
        """Turn it down."""
        self._turn(-_VOLUME_STEP)

    def do_louder(self) -> None:
        """Turn it up."""
        self._turn(_VOLUME_STEP)

    def _turn(self, by: float) -> None:
        playing = self.playing
        playing.turn(round(playing.volume + by, 2))
        if playing.heard is None:
            self.say(Said(volume_text(playing.volume), tone="note"))

        def change(now: Remembered) -> Remembered:
            return replace(now, volume=playing.volume)

        self.remember_soon(change)

    def do_play_stop(self) -> None:
        """Stop playing."""
        self.playing.stop()

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        heard, item = self.playing.heard, self.files.item
        if command.id == "open" and isinstance(item, Row):
            paused = heard is not None and self.playing.plays(item) and heard.state != "paused"
            return replace(command, label="pause" if paused else "play", sentence="Play the file")
        if command.id == "queue" and self.playing.queue.queued:
            return replace(command, rank=_QUEUE_RANK)
        if command.id == "play_pause" and heard is None:
            return replace(command, label="play queue", sentence="Play what is queued")
        if command.id == "play_pause" and heard is not None and heard.state == "paused":
            return replace(command, label="go on")
        return self.transfer_side.worded(command)
