"""The main screen as one listens: what plays, and the line that says so."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.play_words import heard_text
from s3audio_tui.tui.screens.arranging import ArrangingScreen
from s3audio_tui.tui.widgets.status_line import Said, StatusLine

if TYPE_CHECKING:
    from s3audio_tui.tui.play_side import Heard


class PlayingScreen(ArrangingScreen):
    """What makes no file another one, but heard."""

    _ears: "Callable[[], None] | None" = None
    _state: tuple[str, str] = ("", "")

    def on_mount(self) -> None:
        """Say what plays."""
        self._ears = self.playing.follow(self._hear)
        self.playing.say = self._say_trouble

    def on_unmount(self) -> None:
        """Say it no more."""
        if self._ears is not None and not self.playing.closed:
            self._ears()

    def _hear(self, heard: "Heard | None") -> None:
        for line in self.query(StatusLine):  # at the end of the app it may be gone already
            line.heard = heard_text(heard)
        state = (heard.row.key, heard.state) if heard is not None else ("", "")
        if state != self._state:
            self._state = state
            self.update_keys()

    def _say_trouble(self, error: S3AudioError | OSError, goes_on: bool) -> None:
        sentence = error.message if isinstance(error, S3AudioError) else str(error)
        remedy = error.remedy if isinstance(error, S3AudioError) else ""
        if goes_on:
            self.say(Said(f"It plays silently: {sentence}", remedy, "note"))
        else:
            self.say(Said(sentence, remedy, "wrong"))

    def can_play(self, item: object) -> bool:
        """Return whether a row of the list is a sound."""
        return isinstance(item, Row) and bool(item.format)

    def play(self, row: Row) -> None:
        """Play a file; the one that plays is paused, or goes on."""
        if self.playing.plays(row):
            self.playing.pause()
        else:
            self.status.hush()
            self.playing.play(self.library, row)

    def do_play_pause(self) -> None:
        """Pause what plays, or go on."""
        self.playing.pause()

    def do_play_stop(self) -> None:
        """Play nothing any more."""
        self.playing.stop()

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        heard, item = self.playing.heard, self.files.item
        if command.id == "open" and isinstance(item, Row):
            paused = heard is not None and self.playing.plays(item) and heard.state != "paused"
            return replace(command, label="pause" if paused else "play", sentence="Play the file")
        if command.id == "play_pause" and heard is not None and heard.state == "paused":
            return replace(command, label="go on")
        return self.transfer_side.worded(command)
