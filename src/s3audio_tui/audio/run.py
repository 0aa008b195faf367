"""One way through a queue of sounds, from one frame on: a thread that decodes ahead of the ear."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.ring import Ring, stereo
from s3audio_tui.audio.seeking import Seekable
from s3audio_tui.audio.told import unforeseen
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import S3AudioError

_AHEAD_S = 4.0
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Track:
    """A sound that can be opened, as often as wanted, by several threads."""

    name: str
    open: Callable[[CancelToken], AbstractContextManager[Seekable]]
    """Raises `S3AudioError` or `OSError`, as do the blocks of what it gives; soon, once it is
    cancelled."""


@dataclass(frozen=True, slots=True)
class Span:
    """What of a sound is played: from a frame to before another, None is its end; `loops` again and
    again.
    """

    first: int = 0
    last: int | None = None
    loops: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether the next sound follows."""
        return not self.loops and self.last is None

    def has(self, frame: int) -> bool:
        """Whether it has this frame."""
        return self.first <= frame and (self.last is None or frame < self.last)


class Queue(Protocol):
    """The sounds, as a run asks for them."""

    def track(self, index: int) -> Track | None:
        """Return the one at `index`, None behind the last."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in the ring which frame of which sound lies; those behind it follow."""

    at: int
    index: int
    frame: int


class Run:
    """Decodes until it is left, or a sound has another rate, or one fails.

    Once `done`, `failure` says why it ended, and `index` which sound was the last, or, without a
    failure, would be the next. Where only the queue has ended, it is done until that has more.
    """

    def __init__(
        self, queue: Queue, index: int, frame: int, span: Span, *, from_s: float = 0.0
    ) -> None:
        self._from_s = from_s
        self._cancel = CancelToken()
        self._queue = queue
        self._span = span
        self._left = threading.Event()
        self.index = index
        self.marks: tuple[Mark, ...] = (Mark(0, index, frame),)
        self.lengths: dict[int, int | None] = {}
        self.sample_rate_hz = 0
        self.ring: Ring | None = None
        self.failure: S3AudioError | OSError | None = None
        self.done = False
        threading.Thread(target=self._work, name="s3audio-decode", daemon=True).start()

    def leave(self) -> None:
        """Let the thread end; whatever it waits for is waited for no more."""
        self._left.set()
        self._cancel.cancel()

    @property
    def decoding(self) -> int:
        """The last sound of which something was decoded, or is just being opened."""
        return self.marks[-1].index if self.done else self.index

    def mark(self, at: int) -> Mark:
        """Return the mark that counts at a place in the ring that may still be heard."""
        marks = self.marks
        return next((mark for mark in reversed(marks) if mark.at <= at), marks[0])

    def _work(self) -> None:
        try:
            self._decode(self.marks[0].frame)
        except (S3AudioError, OSError) as error:
            self.failure = error
        except BaseException as error:  # noqa: BLE001 - told like all others, and logged
            self.failure = unforeseen(error)
        finally:
            self.done = True

    def _decode(self, frame: int) -> None:
        while (track := self._next()) is not None:
            with track.open(self._cancel) as sound:
                if self.ring is None:
                    self.sample_rate_hz = sound.sample_rate_hz
                    frame += round(self._from_s * sound.sample_rate_hz)
                    self.lengths[self.index] = sound.frames
                    self.marks = (Mark(0, self.index, frame),)
                    self.ring = Ring(int(_AHEAD_S * sound.sample_rate_hz))
                elif sound.sample_rate_hz != self.sample_rate_hz:
                    return
                self.lengths[self.index] = sound.frames
                self._one(sound, self.ring, frame)
            if self._left.is_set():
                return
            self.index, frame = self.index + 1, 0
            if not self._span.goes_on:
                return

    def _next(self) -> Track | None:
        """Return the sound that is next, None once it is left; where none is, one may yet come."""
        while (track := self._queue.track(self.index)) is None:
            self.done = True
            if self._left.wait(_LOOK_S):
                return None
        self.done = False
        return track

    def _one(self, sound: Seekable, ring: Ring, frame: int) -> None:
        span = self._span
        while True:
            self._note(ring, frame)
            before = ring.put_frames
            for block in sound.blocks(frame):
                wanted = block if span.last is None else block[: max(0, span.last - frame)]
                frame += len(wanted)
                if not self._put(ring, stereo(wanted)):
                    return
                if frame == span.last:
                    break
            if not span.loops or (ring.put_frames == before and frame == span.first):
                return
            frame = span.first

    def _note(self, ring: Ring, frame: int) -> None:
        """Mark the place; what was heard long ago is forgotten."""
        marks, at = self.marks, ring.put_frames
        old = at - 2 * int(_AHEAD_S * self.sample_rate_hz)
        while len(marks) > 1 and marks[1].at < old:
            marks = marks[1:]
        self.marks = (*marks, Mark(at, self.index, frame))

    def _put(self, ring: Ring, block: Samples) -> bool:
        """Put it all, as there is room; return whether anybody still wants it."""
        while not self._left.is_set():
            block = block[ring.put(block) :]
            if not len(block):
                return True
            self._left.wait(_LOOK_S)
        return False
