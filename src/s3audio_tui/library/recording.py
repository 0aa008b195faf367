"""A take from its first frame to its last, for both faces: recorded, written down, handed on.

What the recorder tells is written down before anything else is done with it, in a thread of its
own, so that neither a slow disk nor a slow network holds up the sound.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import Literal

from s3audio_tui.audio.attempt import attempt
from s3audio_tui.audio.chunk_writing import Begin
from s3audio_tui.audio.input import Input
from s3audio_tui.audio.meter import Meter
from s3audio_tui.audio.recorded import DeviceGone, Recorded, Stopped
from s3audio_tui.audio.recorder import Recorder, chunk_frames
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.chunk_packing import Packer
from s3audio_tui.library.clock_watch import ClockWatch, was_set
from s3audio_tui.library.disk_room import DiskRoom, Room, nearly_full
from s3audio_tui.library.recording_notes import Notes
from s3audio_tui.library.recording_plan import Plan, long_enough
from s3audio_tui.library.spool import Sender, Spool, TakeFolder
from s3audio_tui.library.takes import (
    Ended,
    EndedBy,
    Line,
    Marker,
    Named,
    PartBegun,
    PartEnded,
)

_LOOK_S = 0.5

State = Literal["listening", "recording", "paused", "broken", "stopped"]
"""`broken`: the device has gone, or the disk was full; it can go on when that is mended."""


Tell = Callable[["Recording", Line | S3AudioError | Room], None]
"""Hears each line as it is written down; what has gone wrong; and that room gets low, once."""


class Recording:
    """Listens as soon as it is made; the take begins with `start`. Safe in any thread.

    `tell` is called in a thread of its own. No method but `close` waits for more than the disk.
    """

    def __init__(
        self,
        spool: Spool,
        input_: Input,
        plan: Plan,
        tell: Tell,
        sender: Sender | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises `DeviceError` where the device does not open, `UsageError` as `chunk_frames`."""
        chunk_frames(plan.form, plan.chunk_s)
        self.plan = plan
        self.folder: TakeFolder | None = None
        self.state: State = "listening"
        self.trouble: S3AudioError | None = None
        """Why it is `broken`, or where it stopped by itself, why."""
        self._packer = Packer() if sender is None and plan.packs else None
        self._spool, self._input, self._clock = spool, input_, clock
        self._tell = partial(tell, self)
        self._notes = Notes(self._tell, sender or self._packer)
        self._lock = threading.RLock()
        self._heard: SimpleQueue[Recorded | None] = SimpleQueue()
        self._why: EndedBy = "stop"
        self._quiet = threading.Condition(self._lock)
        self._at_work = False
        self._warned = self._over = False
        self._next_frame = 0
        self._clock_watch = ClockWatch(clock)
        self._disk = DiskRoom(spool, plan.form)
        self.room = self._disk.room()
        self._recorder = Recorder(input_, plan.form, self._heard.put)
        self._teller = threading.Thread(target=self._work, name="s3audio-take", daemon=True)
        self._teller.start()

    # What a person does

    def start(self) -> None:
        """Begin the take, or go on after a pause, or with a device that is back.

        Raises `DeviceError`; `LimitError` where the disk has no room, or the take is long enough.
        """
        with self._lock:
            if self.state in ("recording", "stopped"):
                return
            self._wait_quiet()
            self.room = self._disk.checked()
            if self.state == "broken" or self._recorder.is_dead:
                self._listen_again()
            folder = self.folder or self._begun()
            self._go_on(folder)
            self.state, self.trouble, self._notes.broken = "recording", None, None

    def pause(self) -> None:
        """Record nothing until it goes on; what was recorded is closed, and goes up."""
        self._end("pause", "paused")

    def mark(self, word: str, frame: int | None = None) -> None:
        """Mark a place: the one that is recorded now, or that of a frame, also after its end."""
        if frame is None:
            self._recorder.mark(word)
        elif self.folder is not None:
            self._notes.say(self.folder, Marker(frame, word))

    def rename(self, name: str) -> None:
        """Call the take by another name."""
        if self.folder is not None:
            self._notes.say(self.folder, Named(name))

    def stop(self) -> None:
        """End the take; what is on the disk goes up."""
        self._end("stop", "stopped")

    def close(self, timeout_s: float = 30.0) -> bool:
        """End all of it; return whether all was written. The folder stays open."""
        self.stop()
        written = self._recorder.close(timeout_s)
        self._heard.put(None)
        self._teller.join(timeout_s)
        if self._packer is not None:
            written = self._packer.close(timeout_s) and written
        return written and not self._teller.is_alive()

    # What is seen of it

    @property
    def meter(self) -> Meter:
        """How loud it is."""
        return self._recorder.meter

    @property
    def input_name(self) -> str:
        """What the device is called that it listens to."""
        return self._input.name

    @property
    def frame(self) -> int:
        """The frames of the take until now, of which the last may not be written yet."""
        at = self._recorder.frame
        return at if at is not None else self.folder.take.frames if self.folder is not None else 0

    @property
    def behind_s(self) -> float:
        """How much has come that the disk has not taken yet."""
        return self._recorder.behind_s

    def wait_quiet(self, timeout_s: float) -> bool:
        """Wait until nothing is recorded, and all of it is written down; return whether it is."""
        with self._lock:
            return self._quiet.wait_for(lambda: not self._at_work, timeout_s)

    # With the lock

    def _wait_quiet(self) -> None:
        if not self._quiet.wait_for(lambda: not self._at_work, 10.0):
            raise S3AudioError("what was recorded is still being written", "wait a moment")

    def _end(self, why: EndedBy, state: State) -> None:
        with self._lock:
            if self.state == "stopped":
                return
            if self.state == "recording":
                self._why = why
                self._recorder.stop()
            self.state = state
            folder = None if self._at_work else self.folder  # else its part says so when it ends
        if state == "stopped" and folder is not None:
            self._notes.say(folder, self._ended(folder))

    def _listen_again(self) -> None:
        self._recorder.close(5.0)
        meter = self._recorder.meter
        self._recorder = Recorder(self._input, self.plan.form, self._heard.put, meter)

    def _begun(self) -> TakeFolder:
        begun = self.plan.begun(self._clock(), self._input.name)
        self.folder = self._spool.begin(begun)
        self._tell(begun)
        return self.folder

    def _go_on(self, folder: TakeFolder) -> None:
        """Begin a part; its time is never before the end of the one before, whatever the clock."""
        take = folder.take
        now = max(self._clock(), take.recorded_until)
        most = None
        if self.plan.most_s is not None:
            most = round(self.plan.most_s * take.form.rate_hz)
            if take.frames >= most:
                raise long_enough(self.plan.most_s)
        first = max(take.frames, self._next_frame)  # a chunk may not have been closed
        begin = Begin(take.next_index, first, now, most)
        self._notes.say(folder, PartBegun(first, now, self._input.name))
        self._recorder.record(folder.chunk_path, self.plan.chunk_s, begin)
        self._at_work = True

    # In the thread that writes down

    def _work(self) -> None:
        while not self._over:
            failure = attempt(self._look, "not all about the recording is written down; it goes on")
            if failure is not None:
                self.trouble = self.trouble or failure
                attempt(partial(self._tell, failure), "it was not said either")

    def _look(self) -> None:
        with suppress(Empty):
            self._hear(self._heard.get(timeout=_LOOK_S))
        self._look_at_room()
        self._look_at_clock()

    def _hear(self, event: Recorded | None) -> None:
        folder = self.folder
        if event is None:
            self._over = True
        elif isinstance(event, DeviceGone):
            self._device_gone(event.error)
        elif folder is not None and isinstance(event, Stopped):
            self._stopped(folder, event)
        elif folder is not None:
            self._notes.hear(folder, event)
            self.trouble = self.trouble or self._notes.broken

    def _device_gone(self, error: S3AudioError) -> None:
        with self._lock:
            if self._at_work or not self._recorder.is_dead or self.state == "stopped":
                return  # the end of the part says so; or it was another recorder's device
            self.state, self.trouble = "broken", error
        self._tell(error)

    def _stopped(self, folder: TakeFolder, stopped: Stopped) -> None:
        try:
            self._end_part(folder, stopped)
        finally:
            with self._lock:
                self._at_work, self._why = False, "stop"
                self._quiet.notify_all()
                if self.state == "stopped":
                    self._notes.say(folder, self._ended(folder))

    def _end_part(self, folder: TakeFolder, stopped: Stopped) -> None:
        with self._lock:
            self._next_frame = max(self._next_frame, stopped.frame)
            by: EndedBy = stopped.by or self._why
            if stopped.error is not None:
                self.trouble = stopped.error
                if self.state != "stopped":
                    self.state = "broken"
            elif self.state == "recording" and self.plan.most_s is not None:
                by, self.state = "length", "stopped"
        reason = stopped.error.message if stopped.error is not None else ""
        self._notes.say(folder, PartEnded(stopped.frame, by, reason, stopped.lost_frames))
        if stopped.error is not None:
            self._tell(stopped.error)

    def _ended(self, folder: TakeFolder) -> Ended:
        return Ended(max(self._clock(), folder.take.recorded_until))

    def _records(self) -> bool:
        return self.state == "recording"

    def _look_at_clock(self) -> None:
        by = self._clock_watch.jumped()
        if by is not None and self._records():
            self._tell(was_set(by))

    def _look_at_room(self) -> None:
        room = self._disk.looked()
        self.room = room or self.room
        if room is None or not self._records():
            return
        if not room.left_s:
            with self._lock:
                if not self._records():
                    return
                self._why = "disk"
                self.trouble = nearly_full()
                self._recorder.stop()
                self.state = "broken"
            self._tell(self.trouble)
        elif room.low and not self._warned:
            self._warned = True
            self._tell(room)
