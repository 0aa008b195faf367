"""The player behind the app, and the one thread that acts on it; what went wrong is told."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Literal

import msgspec

from s3audio_tui.errors import DeviceError, S3AudioError
from s3audio_tui.tui.pools import DaemonPool

if TYPE_CHECKING:
    from s3audio_tui.audio.output import Output
    from s3audio_tui.audio.player import Player
    from s3audio_tui.audio.run import Track
    from s3audio_tui.audio.told import Event, Now
    from s3audio_tui.tui.play_queue import Entry
    from s3audio_tui.tui.sound_out import CardOrNowhere

_CLOSE_S = 1.0
"""A device that hangs does not hold up the end of the app for longer."""

OnLoop = Callable[[Callable[[], None]], object]
Act = Callable[["Player"], None]


class Trouble(msgspec.Struct, frozen=True):
    """What went wrong. It plays on silently, or without the file `key`; or it waits, or ends."""

    kind: Literal["silent", "failed", "halted", "ended"]
    error: S3AudioError | OSError
    key: str = ""

    @property
    def reason(self) -> str:
        """Why."""
        return self.error.message if isinstance(self.error, S3AudioError) else str(self.error)


class SoundThread:
    """Acts on the player in turn. It waits for the device while that is opened, nobody else does.

    The player is made with the first act that needs one.
    """

    def __init__(
        self,
        pool: DaemonPool,
        on_loop: OnLoop,
        output: "Output | None",
        look: Callable[[], None],
        tell: Callable[[Trouble], None],
    ) -> None:
        """Take one thread, a way to the loop, a device instead of the card, and who is told."""
        self._pool, self._on_loop, self._output = pool, on_loop, output
        self._look, self._tell = look, tell
        self._player: Player | None = None
        self._out: CardOrNowhere | None = None
        self._doing = 0
        self._index = 0
        """Which of its tracks the player is known to play."""
        self.volume = 1.0
        """What a player that is yet to be made begins with."""

    def now(self) -> "Now | None":
        """Return what is heard, None while something else is just being done."""
        return self._player.now() if self._player is not None and not self._doing else None

    def tracks(self, index: int) -> "list[Track]":
        """Return what has played since the last look, up to the one at `index`, that plays now."""
        if self._player is None:
            return []
        first, self._index = min(self._index + 1, index), index
        return [*filter(None, map(self._player.track, range(first, index + 1)))]

    def play(
        self,
        entries: "list[Entry]",
        index: int,
        play: "Callable[[Player, list[Track]], None]",
    ) -> None:
        """Play something else: let `play` begin it with the tracks of these, at `index`."""
        self._index = index

        def begin() -> None:
            player, out = self._begun()
            if out.is_silent:
                player.stop()  # a card may be there now
            out.begin()
            play(player, [track_of(entry) for entry in entries])

        self._do(begin)

    def follow(self, entries: "list[Entry]") -> None:
        """Let these come behind what plays."""
        index = self._index
        self.act(lambda player: player.follow(index, [track_of(entry) for entry in entries]))

    def act(self, act: Act) -> None:
        """Do something with the player, if there is one."""
        self._do(lambda: act(self._player) if self._player is not None else None)

    def reopen(self) -> None:
        """Open the device anew: it is another one now."""

        def again() -> None:
            if self._player is not None and self._out is not None:
                self._out.begin()
                self._player.reopen()

        self._do(again)

    def close(self) -> None:
        """Give the device back, and tell no more. Waits for that, but not for long."""
        self._on_loop = lambda call: None
        if self._player is not None or self._pool.pending:
            with suppress(TimeoutError):
                self._pool.submit(self._close).result(_CLOSE_S)

    def _do(self, call: Callable[[], None]) -> None:
        self._doing += 1
        future = self._pool.submit(call)
        future.add_done_callback(lambda done: self._on_loop(partial(self._did, done)))

    def _did(self, future: "Future[None]") -> None:
        self._doing -= 1
        error = future.exception()
        if error is not None:
            self._tell(Trouble("ended", _told(error)))
        self._look()

    # On the thread

    def _begun(self) -> "tuple[Player, CardOrNowhere]":
        if self._player is None or self._out is None:
            from s3audio_tui.audio.player import Player
            from s3audio_tui.tui.sound_out import CardOrNowhere

            self._out = CardOrNowhere(self._output, self._fell_silent)
            self._player = Player(self._out, self._heard_of, volume=self.volume)
        return self._player, self._out

    def _close(self) -> None:
        if self._player is not None:
            self._player.close()

    # What the player tells, in other threads

    def _heard_of(self, event: "Event") -> None:
        from s3audio_tui.audio.told import Failed, Halted

        if isinstance(event, (Failed, Halted)):
            kind: Literal["failed", "halted"] = "failed" if isinstance(event, Failed) else "halted"
            self._on_loop(partial(self._tell, Trouble(kind, event.error, event.name)))
        self._on_loop(self._look)

    def _fell_silent(self, error: DeviceError) -> None:
        self._on_loop(partial(self._tell, Trouble("silent", error)))


def track_of(entry: "Entry") -> "Track":
    """Return what the player opens: always the same for an entry, so that it knows it again."""
    from s3audio_tui.library import playing
    from s3audio_tui.library.sources import ObjectSource

    if entry.track is None:
        library = entry.library
        entry.track = playing.track_of(ObjectSource(library, entry.row), library.decoders)
    return entry.track


def _told(error: BaseException) -> S3AudioError | OSError:
    from s3audio_tui.audio.told import unforeseen

    return error if isinstance(error, (S3AudioError, OSError)) else unforeseen(error)
