"""What is recorded behind the screen: one take at a time; those before it go up behind it.

The recorder, and what computes, is loaded when somebody first listens.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.remembered import Remembered
from s3audio_tui.tui.microphones import Inputs, Microphones
from s3audio_tui.tui.needles import Needle, Needles
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.rec_places import Places
from s3audio_tui.tui.rec_rest import OnLoop, Rests, tried
from s3audio_tui.tui.rec_thread import RecThread
from s3audio_tui.tui.rec_whole import Whole
from s3audio_tui.tui.widgets.status_line import Said

if TYPE_CHECKING:
    from textual.timer import Timer

    from s3audio_tui.audio.input_devices import InputDevice
    from s3audio_tui.audio.meter import Meter
    from s3audio_tui.audio.sample_format import SampleFormat
    from s3audio_tui.library.chunk_sending import ChunkSending
    from s3audio_tui.library.disk_room import Room
    from s3audio_tui.library.left_takes import LeftTake
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.recording import Recording
    from s3audio_tui.library.spool import TakeFolder
    from s3audio_tui.library.takes import Line
    from s3audio_tui.library.transfers import TransferQueue
    from s3audio_tui.tui.play_ears import Every
    from s3audio_tui.tui.session import Session

State = Literal["off", "listening", "recording", "paused", "broken", "stopped"]

_LOOK_S = 0.25
_CLOSE_S = 5.0


class RecSide:
    """Records; tells all who follow it, a few times a second while there is something.

    What may wait for a device or the disk is a coroutine, and done in one thread in turn; what
    goes wrong then is its `trouble`.
    """

    def __init__(
        self,
        session: "Session",
        pools: Pools,
        queue: "TransferQueue",
        on_loop: OnLoop,
        every: "Every",
        inputs: Inputs | None = None,
        kept: Remembered | None = None,
    ) -> None:
        """Take ways to the loop and to timers, other inputs than microphones, what was chosen."""
        self._pool, self._on_loop, self._every = pools.recording, on_loop, every
        self.inputs = inputs or Microphones()
        self.thread = RecThread(session, queue, self.inputs, self._told)
        self.thread.kept = kept = kept or Remembered()
        self.thread.device = self.thread.device or kept.input_device
        self.failed: S3AudioError | None = None
        """Why what was wanted last could not be done."""
        self.left: list[LeftTake] = []
        """Takes that other runs of the program have left behind."""
        self.listed: set[str] = set()
        """Those that a person has seen listed."""
        self.rests = Rests(pools.store, on_loop, lambda said: self.say(said))
        self.places = Places()
        self.whole = Whole(queue, on_loop, lambda said: self.say(said), self._watch)
        self.say: Callable[[Said], None] = lambda said: None
        self.alarm: Callable[[str], None] = lambda sentence: None
        """Tells a person who may look elsewhere."""
        self.watched = False
        """Whether the recorder is on the screen, and says all by itself."""
        self.clock = time.monotonic
        self.closed = False
        self._follow: list[Callable[[], None]] = []
        self._timer: Timer | None = None
        self._meter: Meter | None = None
        self._needles = Needles(0)
        self._counted = ("", 0)

    # What is seen of it

    @property
    def recording(self) -> "Recording | None":
        """What records, or listens."""
        return self.thread.recording

    @property
    def sending(self) -> "ChunkSending | None":
        """What sends the chunks of the take."""
        return self.thread.sending

    @property
    def state(self) -> State:
        """How it stands."""
        if self.recording is not None:
            return self.recording.state
        return "stopped" if self.thread.ended is not None else "off"

    @property
    def is_on(self) -> bool:
        """Whether a take has begun, and has not ended."""
        return self.folder is not None and self.state in ("recording", "paused", "broken")

    @property
    def folder(self) -> "TakeFolder | None":
        """The take that is recorded, or has just ended."""
        return self.recording.folder if self.recording is not None else self.thread.ended

    @property
    def at_s(self) -> float:
        """How long the take is."""
        folder, recording = self.folder, self.recording
        if folder is None:
            return 0.0
        frames = folder.take.frames if recording is None else recording.frame
        if self._counted[0] != folder.take.id:
            self._counted = (folder.take.id, 0)
        # between its last frame and its being closed a chunk is not counted
        self._counted = (folder.take.id, max(frames, self._counted[1]))
        return self._counted[1] / folder.take.form.rate_hz

    @property
    def trouble(self) -> S3AudioError | None:
        """What keeps it from recording."""
        recording = self.recording
        return self.failed or (recording.trouble if recording is not None else None)

    @property
    def in_s3(self) -> int:
        """How many chunks have come to S3 by now, of the takes that are not finished."""
        folders = [rest.folder for rest in self.rests.each]
        if self.is_on and self.folder is not None:
            folders.append(self.folder)
        return sum(each.state == "in_s3" for folder in folders for each in folder.take.chunks)

    @property
    def on_their_way(self) -> int:
        """How many chunks of takes that have ended are not in S3."""
        return sum(rest.waiting for rest in self.rests.each)

    @property
    def can_retry(self) -> bool:
        """Whether something was refused, or waits for a person."""
        folder = self.folder
        chunks = folder.take.chunks if folder is not None else ()
        refused = any(each.state == "failed" and each.frames for each in chunks)
        return refused or any(rest.is_stuck for rest in self.rests.each)

    async def devices(self) -> "list[InputDevice]":
        """Return what can record now. Raises `DeviceError`."""
        return await self._pool.run(self.inputs.devices)

    def level(self) -> tuple[Needle, ...]:
        """Return how loud it is now, a needle a channel; none while nothing is listened to."""
        recording = self.recording
        if recording is None:
            return ()
        if recording.meter is not self._meter:
            self._meter, self._needles = recording.meter, Needles(recording.plan.form.channels)
        self._needles.move(recording.meter.taken(), self.clock())
        return self._needles.seen

    def forget_clips(self) -> None:
        """Put out the clip lights."""
        self._needles.forget()

    def follow(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Call `tell` now, and whenever something may be new; return what ends that."""
        self._follow.append(tell)
        tell()
        return partial(self._follow.remove, tell)

    # What a person does

    async def listen(self, library: "Library") -> None:
        """Show how loud it is; nothing is recorded yet."""
        await self._act(partial(self.thread.listen, library))

    async def record(self, library: "Library") -> None:
        """Begin a take, or go on with it."""
        await self._act(partial(self.thread.record, library))

    async def pause(self) -> None:
        """Record nothing until it goes on."""
        await self._act(self.thread.pause)

    async def mark(self, word: str, frame: int) -> None:
        """Mark a place with a word."""
        await self._act(partial(self.thread.mark, word, frame))

    async def stop(self, name: str = "") -> None:
        """End the take under a name; what is on the disk goes up."""
        await self._act(partial(self.thread.stop, name))

    async def use(self, library: "Library", device: str, form: "SampleFormat") -> None:
        """Listen to another device, or in another way."""
        await self._act(partial(self.thread.use, library, device, form))

    async def hush(self) -> None:
        """Listen no more, unless a take has begun."""
        await self._act(self.thread.hush)

    def retry(self) -> None:
        """Send again what was refused."""
        self.rests.retry()
        folder, sending = self.folder, self.sending
        if folder is not None and sending is not None and not self.closed:
            self._pool.submit(partial(sending.send_all, folder))

    async def look_for_left(self, library: "Library") -> None:
        """Find takes that were left behind."""
        self.left = await self._pool.run(partial(self.thread.left, library))
        self.tell()

    async def finish_left(self, library: "Library") -> dict[str, S3AudioError]:
        """Make them whole, and send what S3 lacks; return why some could not be, by their ids."""
        found, failed = await self._pool.run(partial(self.thread.recovered, library))
        for folder, sending in found:
            self.rests.add(folder, sending)
        stay = failed.keys() - {folder.take.id for folder, _ in found}
        self.left = [each for each in self.left if not each.wants_care or each.take.id in stay]
        self._watch()
        return failed

    def close(self) -> None:
        """End all, with all written. Waits for that, but not for long."""
        self.closed = True
        self._follow.clear()
        recording = self.recording
        if recording is not None:
            recording.close(_CLOSE_S)
            if recording.folder is not None:
                recording.folder.close()
        self._hand_over()
        self.rests.close()

    # On the loop

    async def _act(self, act: Callable[[], object]) -> None:
        self.failed = await self._pool.run(partial(tried, act))
        self._watch()

    def _watch(self) -> None:
        """Look, and go on with it as long as there is something to look at."""
        if self.closed:
            return
        if self._timer is None:
            self._timer = self._every(_LOOK_S, self._look)
        self._look()

    def _look(self) -> None:
        recording = self.recording
        if recording is not None and recording.state == "stopped" and not self._pool.pending:
            self._pool.submit(partial(self.thread.stop, ""))  # it is as long as it may be
        self._hand_over()
        self.rests.look()
        busy = recording is not None or self.rests.each or self.whole.at_work
        if self._timer is not None and not busy:
            self._timer.stop()
            self._timer = None
        self.tell()

    def _hand_over(self) -> None:
        """See to it that takes that have ended are finished."""
        while self.thread.over:
            self.rests.add(*self.thread.over.popleft())

    def tell(self) -> None:
        """Tell all who follow it that something may be new."""
        for tell in [*self._follow]:
            tell()

    def _told(self, _: "Recording", what: "Line | S3AudioError | Room") -> None:
        """Pass on what the recording says, in a thread of its own."""
        from s3audio_tui.library.disk_room import Room

        if isinstance(what, (S3AudioError, Room)) and not self.closed:
            self._on_loop(partial(self._complain, what))

    def _complain(self, what: "S3AudioError | Room") -> None:
        from s3audio_tui.tui.rec_words import complaint

        said = complaint(what)
        if not self.watched:
            self.say(said)
        if self.is_on:
            self.alarm(said.sentence)
        self.tell()
