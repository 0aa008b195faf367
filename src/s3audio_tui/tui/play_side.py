"""What plays while one looks around: one sound at a time, by a player behind the screen.

The player and what decodes are loaded when the first sound is played.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec

from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import DeviceError, S3AudioError
from s3audio_tui.tui.pools import DaemonPool

if TYPE_CHECKING:
    from textual.timer import Timer

    from s3audio_tui.audio.output import Fill, Output, Stream
    from s3audio_tui.audio.player import Player
    from s3audio_tui.audio.told import Event, State
    from s3audio_tui.library.opening import Library

_LOOK_S = 0.2
_CLOSE_S = 1.0
"""A device that hangs does not hold up the end of the app for longer."""

Frames = tuple[int, int | None]
"""From a frame to before another one; None is the end."""


class Heard(msgspec.Struct, frozen=True):
    """What is heard now. `silent` is whether no device plays it."""

    row: Row
    state: "State"
    at_s: float = 0.0
    duration_s: float | None = None
    loops: bool = False
    silent: bool = False


Tell = Callable[[Heard | None], None]
Say = Callable[[S3AudioError | OSError, bool], None]
"""Says what went wrong; and whether it plays on all the same, silently."""

OnLoop = Callable[[Callable[[], None]], object]


class Every(Protocol):
    """Makes a timer that runs again and again."""

    def __call__(self, interval: float, callback: Callable[[], None]) -> "Timer":
        """Run `callback` every so many seconds."""


class PlaySide:
    """Plays, and tells all who follow it a few times a second where it is.

    All methods but `close` return at once; they are called on the loop. A thread of its own has
    the player, which waits for the device while that is opened.
    """

    def __init__(
        self, pool: DaemonPool, on_loop: OnLoop, every: Every, output: "Output | None" = None
    ) -> None:
        """Take one thread, a way back to the loop, timers, and a device instead of the card."""
        self._pool, self._on_loop, self._every, self._output = pool, on_loop, every, output
        self._player: Player | None = None
        self._row: Row | None = None
        self._latest: Row | None = None
        self._loops = self._silent = False
        self.trouble = ""
        """What went wrong with the last one that played; nothing where nothing did."""
        self._timer: Timer | None = None
        self._tells: list[Tell] = []
        self.say: Say = lambda error, on: None
        self.heard: Heard | None = None
        self.closed = False

    def follow(self, tell: Tell) -> Callable[[], None]:
        """Tell what is heard now, and from now on; return what ends that."""
        self._tells.append(tell)
        tell(self.heard)
        return partial(self._tells.remove, tell)

    def plays(self, row: Row) -> bool:
        """Return whether this is what plays, or is paused."""
        return self._row is not None and _version(row) == _version(self._row)

    def played(self, row: Row) -> bool:
        """Return whether this is what plays, or what has played last."""
        return self._latest is not None and _version(row) == _version(self._latest)

    # What a person does

    def play(
        self,
        library: "Library",
        row: Row,
        frame: int = 0,
        part: Frames | None = None,
        *,
        loops: bool = False,
    ) -> None:
        """Play a file from a frame on; or just a part of it, once or again and again."""
        self._row = self._latest = row
        self._loops, self._silent, self.trouble = loops, False, ""
        self._pool.submit(partial(self._play, library, row, frame, part, loops))
        if self._timer is None:
            self._timer = self._every(_LOOK_S, self._look)
        self._tell(Heard(row, "buffering", loops=loops))

    def pause(self) -> None:
        """Pause, or go on."""
        if self.heard is not None:
            if not self._silent:
                self.trouble = ""
            self._act("resume" if self.heard.state == "paused" else "pause")

    def seek(self, frame: int) -> None:
        """Go on at a frame."""
        self._act("seek", frame)

    def seek_by(self, seconds: float) -> None:
        """Go so far on, or back."""
        self._act("seek_by", seconds)

    def select(self, part: Frames, *, loops: bool) -> None:
        """Play just a part from now on."""
        self._loops = loops
        self._pool.submit(partial(self._select, part, loops))

    def stop(self) -> None:
        """Play nothing any more."""
        self._row = None
        self._act("stop")
        self._end()

    def close(self) -> None:
        """Give the device back. Waits for that, but not for long."""
        self._tells.clear()
        self._row, self.closed = None, True
        if self._player is not None or self._pool.pending:
            with suppress(TimeoutError):
                self._pool.submit(self._close).result(_CLOSE_S)

    # On the player's thread

    def _play(
        self, library: "Library", row: Row, frame: int, part: Frames | None, loops: bool
    ) -> None:
        from s3audio_tui.audio.run import Span
        from s3audio_tui.library.playing import track_of
        from s3audio_tui.library.sources import ObjectSource

        track = track_of(ObjectSource(library, row), library.decoders)
        self._begun().play([track], frame=frame, span=Span(*part or (0, None), loops))

    def _begun(self) -> "Player":
        if self._player is None:
            from s3audio_tui.audio.player import Player

            self._player = Player(_OrNowhere(self._output, self._fell_silent), self._heard_of)
        return self._player

    def _select(self, part: Frames, loops: bool) -> None:
        from s3audio_tui.audio.run import Span

        if self._player is not None:
            self._player.select(Span(*part, loops))

    def _act(self, name: str, *values: float) -> None:
        def act() -> None:
            if self._player is not None:
                getattr(self._player, name)(*values)
            self._on_loop(self._look)

        self._pool.submit(act)

    def _close(self) -> None:
        if self._player is not None:
            self._player.close()

    # What the player tells, in other threads

    def _heard_of(self, event: "Event") -> None:
        from s3audio_tui.audio.told import Failed, Halted

        if isinstance(event, (Failed, Halted)):
            self._on_loop(partial(self._say, event.error))
        self._on_loop(self._look)

    def _fell_silent(self, error: DeviceError) -> None:
        self._on_loop(partial(self._say, error, silent=True))

    # On the loop again

    def _say(self, error: S3AudioError | OSError, *, silent: bool = False) -> None:
        self._silent = self._silent or silent
        self.trouble = error.message if isinstance(error, S3AudioError) else str(error)
        self.say(error, silent)

    def _look(self) -> None:
        """See where it is; what has ended is not played any more."""
        player, row = self._player, self._row
        if player is None or row is None:
            return
        now = player.now()
        if now.name:
            self._tell(Heard(row, now.state, now.at_s, now.duration_s, self._loops, self._silent))
        elif not self._pool.pending:
            self._row = None
            self._end()

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._tell(None)

    def _tell(self, heard: Heard | None) -> None:
        self.heard = heard
        for tell in [*self._tells]:
            tell(heard)


class _OrNowhere:
    """The sound card; without one it plays silently, at the same pace, and tells why."""

    def __init__(self, output: "Output | None", tell: Callable[[DeviceError], None]) -> None:
        from s3audio_tui.audio.output import SoundCard

        self._output = output or SoundCard()
        self._tell = tell

    def open(self, sample_rate_hz: int, fill: "Fill", gone: Callable[[], None]) -> "Stream":
        """As `Output.open`; never raises."""
        from s3audio_tui.audio.output import Nowhere

        try:
            return self._output.open(sample_rate_hz, fill, gone)
        except DeviceError as error:
            self._tell(error)
            return Nowhere().open(sample_rate_hz, fill, gone)


def _version(row: Row) -> tuple[str, str]:
    return row.key, row.etag
