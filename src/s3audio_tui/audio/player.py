"""Plays a queue of sounds: pause, seek, volume, selections, loops; without a gap where rates agree.

Three threads: one decodes ahead (`run`), the sound card's own takes what is ready (`feed`), and one
looks on, opens and closes the device, and tells what has happened.
"""

import threading
from collections.abc import Callable, Sequence

from s3audio_tui.audio.feed import START_S, Feed
from s3audio_tui.audio.output import Output, Stream
from s3audio_tui.audio.run import Run, Span, Track
from s3audio_tui.audio.told import Changed, Ended, Event, Failed, Halted, Now, State, unforeseen
from s3audio_tui.errors import (
    CredentialsError,
    DeviceError,
    S3AudioError,
    UnreachableError,
)

_LOOK_S = 0.02
_PAD_S = 0.05
"""Silence behind the end: some sound servers cut off what is last."""

_HALTING = (UnreachableError, CredentialsError, OSError)
"""What would end the next sound too; all else is that one sound's."""

Place = tuple[int, int]


class Player:
    """Plays through `output`. What happens is told in a thread of its own. Safe in any thread."""

    def __init__(
        self, output: Output, tell: Callable[[Event], None], *, volume: float = 1.0
    ) -> None:
        self._output = output
        self._tell = tell
        self._feed = Feed(volume)
        self._lock = threading.RLock()
        self._tracks: list[Track] = []
        self._span = Span()
        self._place: Place = (0, 0)
        self._stream: Stream | None = None
        self._gone = threading.Event()
        self._closed = threading.Event()
        self._awake = threading.Event()
        self._told: tuple[object, ...] = ()
        self._watcher = threading.Thread(target=self._watch, name="s3audio-player", daemon=True)
        self._watcher.start()

    # What a person does

    def play(
        self,
        tracks: Sequence[Track],
        *,
        index: int = 0,
        frame: int = 0,
        from_s: float = 0.0,
        span: Span | None = None,
    ) -> None:
        """Play these from a frame, or a time, of one on; with a span only that much of it."""
        with self._lock:
            self._tracks = list(tracks)
            self._begin(index, frame, span or Span(), from_s=from_s)

    def follow(self, index: int, tracks: Sequence[Track]) -> None:
        """Let these come behind the one at `index`, unless a later one is heard already.

        What was decoded ahead of another one is forgotten, and that costs a moment of silence.
        """
        with self._lock:
            heard, frame = self._heard()
            if heard > index or self.track(index) is None:
                return
            before, self._tracks = self._tracks, [*self._tracks[: index + 1], *tracks]
            run = self._feed.run
            if run is None:
                return
            begun = before[index + 1 : run.decoding + 1]
            if any(self.track(index + 1 + i) is not track for i, track in enumerate(begun)):
                paused = self._feed.paused
                self._begin(heard, frame, self._span)
                self._feed.paused = paused

    def pause(self) -> None:
        """Fall silent, and stay where it is."""
        self._feed.paused = True
        self._awake.set()

    def resume(self) -> None:
        """Go on; with a device that has gone, or a network, by trying it anew."""
        with self._lock:
            if self._feed.paused and self._feed.run is None and self._tracks:
                self._begin(*self._place, self._span)
            self._feed.paused = False
            self._awake.set()

    def seek(self, frame: int) -> None:
        """Go to a frame of the sound that is heard; a pause stays one."""
        with self._lock:
            index, _ = self._heard()
            if self.track(index) is not None:
                paused = self._feed.paused
                self._begin(index, max(0, frame), self._span if self._span.has(frame) else Span())
                self._feed.paused = paused

    def seek_by(self, seconds: float) -> None:
        """Go so far on, or back."""
        with self._lock:
            now = self.now()
            if now.sample_rate_hz:
                wanted = now.frame + round(seconds * now.sample_rate_hz)
                last = wanted if now.frames is None else max(0, now.frames - 1)
                self.seek(min(max(0, wanted), last))

    def select(self, span: Span) -> None:
        """Play only this much of the sound that is heard from now on, or all of it again."""
        with self._lock:
            index, frame = self._heard()
            paused = self._feed.paused
            if self._feed.run is not None:
                self._begin(index, frame if span.has(frame) else span.first, span)
            self._span, self._feed.paused = span, paused

    def skip(self, count: int = 1) -> None:
        """Go to the next sound of the queue, or `count` on; back with a negative one."""
        with self._lock:
            index = self._heard()[0] + count
            if self.track(index) is not None:
                self._begin(index, 0, Span())

    def set_volume(self, volume: float) -> None:
        """Set it from 0 to 1."""
        self._feed.volume = min(1.0, max(0.0, volume))
        self._awake.set()

    def reopen(self) -> None:
        """Open the device anew, because it is another one now, and go on where it is."""
        with self._lock:
            if self._feed.run is not None:
                place, paused = self._heard(), self._feed.paused
                self._leave()
                self._begin(*place, self._span)
                self._feed.paused = paused

    def stop(self) -> None:
        """Fall silent, give the device back, and forget the queue."""
        with self._lock:
            self._leave()
            self._tracks, self._place, self._feed.paused = [], (0, 0), False
            self._awake.set()

    def close(self) -> None:
        """End all threads; nothing is told any more."""
        self._closed.set()
        self._awake.set()
        if threading.current_thread() is not self._watcher:
            self._watcher.join(1.0)
        self.stop()

    def now(self) -> Now:
        """Return what is heard now. Does not wait."""
        run = self._feed.run
        index, frame = self._heard()
        track = self.track(index)
        if track is None:
            return Now(volume=self._feed.volume)
        frames = run.lengths.get(index) if run else None
        rate_hz = run.sample_rate_hz if run else self._feed.sample_rate_hz
        return Now(self._state(), index, track.name, frame, frames, rate_hz, self._feed.volume)

    def track(self, index: int) -> Track | None:
        """As `Queue.track`."""
        tracks = self._tracks
        return tracks[index] if 0 <= index < len(tracks) else None

    def _heard(self) -> Place:
        mark = self._feed.heard()
        return self._place if mark is None else (mark.index, mark.frame)

    def _state(self) -> State:
        if self._feed.paused:
            return "paused"
        if self._feed.run is None:
            return "stopped"
        return "buffering" if self._feed.waits else "playing"

    # With the lock

    def _begin(self, index: int, frame: int, span: Span, *, from_s: float = 0.0) -> None:
        if self._feed.run is not None:
            self._feed.run.leave()
        self._span, self._place = span, (index, frame)
        self._feed.paused = False
        self._feed.take_from(Run(self, index, frame, span, from_s=from_s))
        self._awake.set()

    def _leave(self, *, soon: bool = True) -> None:
        run = self._feed.run
        self._feed.take_from(None)
        if run is not None:
            run.leave()
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(soon=soon)

    # The thread that looks on

    def _watch(self) -> None:
        while self._awake.wait() and not self._closed.is_set():
            self._awake.clear()
            try:
                self._look_and_tell()
            except BaseException as error:  # noqa: BLE001 - told, where else nobody would hear it
                with self._lock:
                    halted = self._halt(unforeseen(error))
                self._tell(halted)
            if self._feed.run is not None:
                self._closed.wait(_LOOK_S)
                self._awake.set()

    def _look_and_tell(self) -> None:
        with self._lock:
            events = self._look()
        now = self.now()
        seen = (now.state, now.index, now.name, now.volume, now.frames)
        if seen != self._told:
            self._told = seen
            events.insert(0, Changed(now))
        for event in events:
            self._tell(event)

    def _look(self) -> list[Event]:
        if self._gone.is_set():
            self._gone.clear()
            gone = DeviceError("the sound device has gone", "connect it again, and go on")
            return [self._halt(gone)]
        run = self._feed.run
        if run is None or self._feed.paused:
            return []
        if run.ring is None:
            return self._next(run) if run.done else []
        if self._stream is None or self._feed.sample_rate_hz != run.sample_rate_hz:
            enough = run.ring.ready >= START_S * run.sample_rate_hz
            return self._open(run) if run.done or enough else []
        heard = run.done and not run.ring.ready and self._feed.is_silent_for(_PAD_S)
        return self._next(run) if heard else []

    def _open(self, run: Run) -> list[Event]:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
        self._feed.opens(run.sample_rate_hz)
        try:
            self._stream = self._output.open(run.sample_rate_hz, self._feed.fill, self._gone.set)
        except DeviceError as error:
            return [self._halt(error)]
        self._feed.latency_s = self._stream.latency_s
        return []

    def _halt(self, error: S3AudioError | OSError) -> Halted:
        """Pause where it is, so that it can be resumed once the reason is gone."""
        self._place = place = self._heard()
        self._leave()
        self._feed.paused = True
        track = self.track(place[0])
        return Halted(error, track.name if track else "")

    def _next(self, run: Run) -> list[Event]:
        """Go on behind a run that was heard to its end."""
        failure, index = run.failure, run.index
        events: list[Event] = []
        if failure is not None:
            if isinstance(failure, _HALTING):
                return [self._halt(failure)]
            failed = self.track(index)
            events.append(Failed(failure, failed.name if failed else ""))
            index += 1
        if self._span.goes_on and self.track(index) is not None:
            self._begin(index, 0, Span())
            return events
        self._leave(soon=False)
        self._tracks, self._place = [], (0, 0)
        return [*events, Ended()]
