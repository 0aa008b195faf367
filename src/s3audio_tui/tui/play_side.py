"""What plays while one looks around: a queue of sounds, by a player behind the screen.

The player and what decodes are loaded when the first sound is played.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from s3audio_tui.catalog.rows import Row
from s3audio_tui.tui.play_ears import Ears, Every, Frames, Tell
from s3audio_tui.tui.play_ears import Heard as Heard
from s3audio_tui.tui.play_on import AHEAD, PlayOn
from s3audio_tui.tui.play_queue import Entry, PlayQueue
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.sound_thread import OnLoop, SoundThread, Trouble

if TYPE_CHECKING:
    from s3audio_tui.audio.output import Output
    from s3audio_tui.audio.player import Player
    from s3audio_tui.audio.run import Track
    from s3audio_tui.audio.told import Now
    from s3audio_tui.library.opening import Library

_BACK_S = 3.0
"""Who goes back later than this in a sound goes to its start."""
_VOLUME_LOOKS = 10
"""So many looks the volume is shown."""
_FAILURES = 8
"""After so many sounds in a row that cannot be played, it gives up."""


class PlaySide:
    """Plays, and tells all who follow it a few times a second where it is.

    `neighbours` finds what is beside a file in a list; its `here` is the list on the screen.

    All methods but `close` return at once; they are called on the loop. What was queued by hand
    comes first; then, unless `goes_on` is off, the list goes on behind what was played of it last.
    """

    def __init__(
        self,
        pool: DaemonPool,
        rows: DaemonPool,
        on_loop: OnLoop,
        every: Every,
        output: "Output | None" = None,
        *,
        goes_on: bool = True,
        volume: float = 1.0,
    ) -> None:
        """Take one thread, some for the catalog, a way to the loop, timers, perhaps a device."""
        self._thread = SoundThread(pool, on_loop, output, self._look, self._take_trouble)
        self._thread.volume = volume
        self._ears, self._goes_on = Ears(every, self._look), goes_on
        self.queue, self.neighbours = PlayQueue(), PlayOn(rows, on_loop)
        self._latest: Entry | None = None
        self._loops = self._silent = self._in_part = False
        self._failures = self._volume_looks = 0
        self.trouble = ""
        """What went wrong with the last one that played; nothing where nothing did."""
        self.say: Callable[[Trouble], None] = lambda trouble: None
        self.closed = False

    @property
    def heard(self) -> Heard | None:
        """What is heard now, as it was told last."""
        return self._ears.heard

    def follow(self, tell: Tell) -> Callable[[], None]:
        """Tell what is heard now, and from now on; return what ends that."""
        return self._ears.follow(tell)

    def plays(self, row: Row) -> bool:
        """Return whether this is what plays, or is paused."""
        return self.queue.current is not None and self.queue.current.is_of(row)

    def played(self, row: Row) -> bool:
        """Return whether this is what plays, or what has played last."""
        return self._latest is not None and self._latest.is_of(row)

    @property
    def volume(self) -> float:
        """From 0 to 1."""
        return self._thread.volume

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
        self._failures = 0
        self.queue.begin(Entry(library, row, self.neighbours.here()))
        self._play(frame, part, loops=loops)

    def enqueue(self, library: "Library", rows: Sequence[Row]) -> None:
        """Let these be played behind what was queued before."""
        self.queue.add([Entry(library, row, by_hand=True) for row in rows])
        self.changed()

    def start(self) -> None:
        """Play what is queued."""
        if self.queue.queued:
            self.jump(self.queue.queued[0])

    def jump(self, entry: Entry) -> None:
        """Play one that is in the queue; those before it count as heard."""
        if entry in self.queue.entries:
            self.queue.go(self.queue.entries.index(entry))
            self._play(0, None)

    def next(self) -> None:
        """Play what comes."""
        if self.queue.coming:
            self._thread.act(lambda player: player.skip(1))

    def previous(self) -> None:
        """Play what was before; later than a moment in a sound, that from its start."""
        heard, anchor = self.heard, self.queue.anchor
        if heard is not None and heard.at_s >= _BACK_S:
            self.seek(0)
        elif self.queue.index > 0:
            self._thread.act(lambda player: player.skip(-1))
        elif anchor is not None and not anchor.by_hand:
            self.neighbours.look_back(anchor, self._go_back)

    def pause(self) -> None:
        """Pause, or go on; where nothing plays, play what is queued."""
        if self.heard is None:
            self.start()
            return
        if not self._silent:
            self.trouble = ""
        goes_on = self.heard.state == "paused"
        self._thread.act(lambda player: player.resume() if goes_on else player.pause())

    def seek(self, frame: int) -> None:
        """Go on at a frame."""
        self._thread.act(lambda player: player.seek(frame))

    def seek_by(self, seconds: float) -> None:
        """Go so far on, or back."""
        self._thread.act(lambda player: player.seek_by(seconds))

    def turn(self, volume: float) -> None:
        """Make it louder or quieter, and show that for a moment."""
        self._thread.volume = volume = min(1.0, max(0.0, volume))
        self._thread.act(lambda player: player.set_volume(volume))
        self._volume_looks = _VOLUME_LOOKS

    def select(self, part: Frames, *, loops: bool) -> None:
        """Play just a part from now on."""

        def select(player: "Player") -> None:
            from s3audio_tui.audio.run import Span

            player.select(Span(*part, loops))

        self._loops, self._in_part = loops, part[1] is not None
        self._thread.act(select)
        self.changed()

    def stop(self) -> None:
        """Play nothing any more; what was queued by hand waits."""
        self._thread.act(lambda player: player.stop())
        self._end()

    def reopen(self) -> None:
        """Go on where it is, on a device that is another one now."""
        self._silent, self.trouble = False, ""
        self._thread.reopen()

    def changed(self) -> None:
        """The queue has changed, or the list: find out what comes, and have it ready."""
        anchor, plays = self.queue.anchor, self.queue.current is not None
        alone = plays and (self._loops or self._in_part)
        if anchor is not None and self._goes_on and not alone:
            self.neighbours.look(anchor, self._go_on_with)
        else:
            self._go_on_with([])

    def close(self) -> None:
        """Give the device back. Waits for that, but not for long."""
        self._ears.close()
        self.neighbours.close()
        self.closed = True
        self._thread.close()

    # On the loop

    def _play(self, frame: int, part: Frames | None, *, loops: bool = False) -> None:
        current, index = self.queue.current, self.queue.index
        if current is None:
            return
        self._latest = current
        self._loops, self._in_part = loops, part is not None and part[1] is not None
        self._silent, self.trouble = False, ""

        def play(player: "Player", tracks: "list[Track]") -> None:
            from s3audio_tui.audio.run import Span

            player.play(tracks, index=index, frame=frame, span=Span(*part or (0, None), loops))

        self._thread.play(self.queue.entries[: index + 1 + AHEAD], index, play)
        self._ears.open()
        self._ears.tell(Heard(current.row, "buffering", loops=loops, queued=len(self.queue.queued)))
        self.changed()

    def _go_on_with(self, listed: list[Entry]) -> None:
        self.queue.go_on_with(listed)
        self.neighbours.forget()
        if self.queue.current is not None:
            self._thread.follow(self.queue.coming[:AHEAD])
        heard, queued = self.heard, len(self.queue.queued)
        self._ears.tell(replace(heard, queued=queued) if heard is not None else None)

    def _go_back(self, found: list[Entry]) -> None:
        if found and self.heard is not None:
            self.queue.begin(found[0])
            self._play(0, None)
        else:
            self.seek(0)

    def _take_trouble(self, trouble: Trouble) -> None:
        self._silent = self._silent or trouble.kind == "silent"
        self.trouble = trouble.reason
        if trouble.kind == "failed":
            self._failures += 1
        self.say(trouble)
        if self._failures >= _FAILURES:
            self.stop()
        elif trouble.kind == "ended":
            self._end()

    def _look(self) -> None:
        """See where it is; what has ended is not played any more."""
        now = self._thread.now()
        if now is None or self.queue.current is None:
            return
        if not now.name:
            self._come_to_end()
            return
        tracks = self._thread.tracks(now.index)
        another = tracks and tracks[-1] is not self.queue.current.track
        if another and not self._went_on(tracks):
            return
        if now.state == "playing" and now.frame:
            self._failures = 0
        self._volume_looks = max(0, self._volume_looks - 1)
        self._ears.tell(self._heard(now))

    def _come_to_end(self) -> None:
        """All that the player had was heard, or could not be: what came too late comes now."""
        if self.neighbours.looking:
            return
        if self.queue.coming and not self._in_part:
            self.queue.go(self.queue.index + 1)
            self._play(0, None)
        else:
            self._end()

    def _went_on(self, tracks: "list[Track]") -> bool:
        """Take note that another one plays; return whether it is in the queue still."""
        if not self.queue.went_on(tracks):  # it was taken out just as it began
            self.jump(self.queue.coming[0]) if self.queue.coming else self.stop()
            return False
        self._latest = self.queue.current
        self._loops = self._in_part = False
        self.trouble = self.trouble if self._silent else ""
        self.changed()
        return True

    def _heard(self, now: "Now") -> Heard | None:
        current = self.queue.current
        if current is None:
            return None
        return Heard(
            current.row,
            now.state,
            now.at_s,
            now.duration_s,
            self._loops,
            self._silent,
            len(self.queue.queued),
            self.volume if self._volume_looks else None,
        )

    def _end(self) -> None:
        self.queue.end()
        self._ears.shut()
        self.changed()
