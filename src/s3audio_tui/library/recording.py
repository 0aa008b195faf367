"""A take from its first frame to its last, for both faces: recorded, written down, handed on.

What the recorder tells is written down before anything else is done with it, in a thread of its
own, so that neither a slow disk nor a slow network holds up the sound.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Literal

from s3audio_tui.audio.chunk_writing import Begin
from s3audio_tui.audio.input import Input
from s3audio_tui.audio.meter import Meter
from s3audio_tui.audio.recorded import (
    ChunkBroken,
    ChunkClosed,
    ChunkOpened,
    Marked,
    Overflowed,
    Recorded,
    Stopped,
)
from s3audio_tui.audio.recorder import Recorder
from s3audio_tui.errors import DeviceError, S3AudioError
from s3audio_tui.library.chunk_packing import Packer
from s3audio_tui.library.disk_room import DiskRoom, Room, nearly_full
from s3audio_tui.library.recording_plan import Plan, long_enough
from s3audio_tui.library.spool import Sender, Spool, TakeFolder
from s3audio_tui.library.takes import (
    Closed,
    Ended,
    EndedBy,
    Line,
    Marker,
    Named,
    Opened,
    Overflow,
    PartBegun,
    PartEnded,
)

_LOOK_S = 0.5
_ROOM_EVERY_S = 1.0

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
        """Raises `DeviceError` where the device does not open."""
        self.plan = plan
        self.folder: TakeFolder | None = None
        self.state: State = "listening"
        self.trouble: S3AudioError | None = None
        """Why it is `broken`, or where it stopped by itself, why."""
        self._packer = Packer() if sender is None and plan.packs else None
        self._sender = sender or self._packer
        self._spool, self._input, self._clock = spool, input_, clock
        self._tell = tell
        self._lock = threading.RLock()
        self._heard: SimpleQueue[Recorded | None] = SimpleQueue()
        self._why: EndedBy = "stop"
        self._quiet = threading.Condition(self._lock)
        self._at_work = False
        self._warned = False
        self._next_frame = 0
        self._looked_at = 0.0
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
            if self.state == "broken":
                self._listen_again()
            folder = self.folder or self._begun()
            self._go_on(folder)
            self.state, self.trouble = "recording", None

    def pause(self) -> None:
        """Record nothing until it goes on; what was recorded is closed, and goes up."""
        self._end("pause", "paused")

    def mark(self, word: str, frame: int | None = None) -> None:
        """Mark a place: the one that is recorded now, or that of a frame, also after its end."""
        if frame is None:
            self._recorder.mark(word)
        elif self.folder is not None:
            self._say(self.folder, Marker(frame, word))

    def rename(self, name: str) -> None:
        """Call the take by another name."""
        if self.folder is not None:
            self._say(self.folder, Named(name))

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
            before, self.state = self.state, state
            folder = self.folder
        if state == "stopped" and before != "recording" and folder is not None:
            self._say(folder, self._ended(folder))

    def _listen_again(self) -> None:
        self._recorder.close(5.0)
        self._recorder = Recorder(self._input, self.plan.form, self._heard.put)

    def _begun(self) -> TakeFolder:
        begun = self.plan.begun(self._clock(), self._input.name)
        self.folder = self._spool.begin(begun)
        self._tell(self, begun)
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
        self._at_work = True
        first = max(take.frames, self._next_frame)  # a chunk may not have been closed
        begin = Begin(take.next_index, first, now, most)
        self._say(folder, PartBegun(first, now, self._input.name))
        self._recorder.record(folder.chunk_path, self.plan.chunk_s, begin)

    # In the thread that writes down

    def _work(self) -> None:
        while True:
            with suppress(Empty):
                event = self._heard.get(timeout=_LOOK_S)
                if event is None:
                    return
                if self.folder is not None:
                    self._hear(self.folder, event)
                elif isinstance(event, Stopped) and event.error is not None:
                    self.state, self.trouble = "broken", event.error
                    self._tell(self, event.error)
            self._look_at_room()

    def _hear(self, folder: TakeFolder, event: Recorded) -> None:
        match event:
            case ChunkOpened(index, first_frame, path, started_at):
                self._say(folder, Opened(index, first_frame, started_at, path.name))
            case ChunkClosed(index, _, frames, path, sha256, size_bytes):
                self._say(folder, Closed(index, frames, size_bytes, sha256, path.name))
                if self._sender is not None:
                    self._sender.send(folder, index)
            case ChunkBroken():  # it stays as it is: whoever finds the take mends it
                self._tell(self, event.error)
            case Overflowed(frame):
                self._say(folder, Overflow(frame))
            case Marked(frame, word):
                self._say(folder, Marker(frame, word))
            case Stopped():
                self._stopped(folder, event)

    def _stopped(self, folder: TakeFolder, stopped: Stopped) -> None:
        with self._lock:
            self._next_frame = max(self._next_frame, stopped.frame)
            by, reason = self._why, ""
            if stopped.error is not None:
                by = "device" if isinstance(stopped.error, DeviceError) else "disk"
                reason = stopped.error.message
                self.trouble = stopped.error
                if self.state != "stopped":
                    self.state = "broken"
            elif self.state == "recording" and self.plan.most_s is not None:
                by, self.state = "length", "stopped"
        self._say(folder, PartEnded(stopped.frame, by, reason, stopped.lost_frames))
        if self.state == "stopped":
            self._say(folder, self._ended(folder))
        if stopped.error is not None:
            self._tell(self, stopped.error)
        with self._lock:
            self._at_work, self._why = False, "stop"
            self._quiet.notify_all()

    def _ended(self, folder: TakeFolder) -> Ended:
        return Ended(max(self._clock(), folder.take.recorded_until))

    def _say(self, folder: TakeFolder, line: Line) -> None:
        try:
            folder.say(line)
        except S3AudioError as error:
            folder.owe(line)
            self._tell(self, error)
        else:
            self._tell(self, line)

    def _records(self) -> bool:
        return self.state == "recording"

    def _look_at_room(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < _ROOM_EVERY_S:
            return
        self._looked_at = now
        with suppress(OSError):
            self.room = self._disk.room()
        if not self._records():
            return
        if not self.room.left_s:
            with self._lock:
                if not self._records():
                    return
                self._why = "disk"
                self.trouble = nearly_full()
                self._recorder.stop()
                self.state = "broken"
            self._tell(self, self.trouble)
        elif self.room.low and not self._warned:
            self._warned = True
            self._tell(self, self.room)
