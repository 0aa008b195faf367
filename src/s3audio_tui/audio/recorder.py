"""Records one part of a take: from a device into chunks, cut at exact frames, none lost.

Three threads: the device's own only hands bytes over; one writes them into files, cuts, and looks
how loud it is; one sees to it that what is written is on the disk, and reads closed chunks for
their checksum.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue

from s3audio_tui.audio.attempt import attempt
from s3audio_tui.audio.chunk_writing import Begin, Keeper, Part, Place, Tell, unwritable
from s3audio_tui.audio.input import Input, InputStream
from s3audio_tui.audio.meter import Meter
from s3audio_tui.audio.pcm import Layout, to_16_bit
from s3audio_tui.audio.recorded import DeviceGone, Marked, Silent, StoppedBy
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import MOST_BYTES
from s3audio_tui.errors import DeviceError, S3AudioError, UsageError

SILENCE_S = 20.0
"""So long nothing but zeros, and it is told: a microphone that is muted, or was taken away where
the system goes on with another input, sounds like that."""

_LOOK_S = 0.1


class Recorder:
    """Listens as soon as it is made, so that a person sees the level; `record` begins a part.

    `tell` is called in the recorder's threads, and may not wait. Safe in any thread.
    """

    def __init__(
        self, input_: Input, form: SampleFormat, tell: Tell, meter: Meter | None = None
    ) -> None:
        """Raises `DeviceError` where the device does not open.

        `meter` is that of a recorder that is closed, where this one goes on with what that did.
        """
        self.form = form
        self.meter = meter or Meter(form)
        self.longest_change_s = 0.0
        """How long the longest change from one file to the next took."""
        self._tell = tell
        self._came: SimpleQueue[tuple[bytes, bool] | Callable[[], None]] = SimpleQueue()
        self._over = threading.Event()
        self._dead: S3AudioError | None = None
        self._shows_level = True
        self._silent_bytes = 0
        self._part: Part | None = None
        self._keeper = Keeper(tell)
        self._layout = Layout(
            0, 0, form.channels, form.rate_hz, "<i2" if form.bits == 16 else "i3<"
        )
        self._writer = threading.Thread(target=self._write, name="s3audio-recorder", daemon=True)
        self._writer.start()
        try:
            self._stream: InputStream = input_.open(form, self._take, self._gone)
        except BaseException:
            self._closes()
            raise

    # What a person does

    def record(self, place: Place, chunk_s: float, begin: Begin | None = None) -> None:
        """Write what comes from now on; `Stopped` is told at once where the device has gone.

        Raises `UsageError` as `chunk_frames`.
        """
        frames = chunk_frames(self.form, chunk_s)
        part = Part(self.form, place, frames, begin or Begin(), self._tell, self._keeper)
        self._came.put(lambda: self._starts(part))

    def mark(self, word: str) -> None:
        """Mark the place that is recorded now."""
        self._came.put(lambda: self._marks(word))

    def stop(self) -> None:
        """End the part; go on listening. `Stopped` is told when all is on the disk."""
        self._came.put(self._ends)

    def close(self, timeout_s: float = 30.0) -> bool:
        """End the part and the listening; return whether all was written by then."""
        self._stream.close()
        self._came.put(self._closes)
        until = time.monotonic() + timeout_s
        self._writer.join(timeout_s)
        self._keeper.thread.join(max(0.0, until - time.monotonic()))
        return not self._writer.is_alive() and not self._keeper.thread.is_alive()

    @property
    def is_dead(self) -> bool:
        """Whether the device has gone: nothing comes any more, another one is to be made."""
        return self._dead is not None

    @property
    def frame(self) -> int | None:
        """The next frame of the take; None while nothing is recorded."""
        part = self._part
        return None if part is None else part.frame

    @property
    def behind_s(self) -> float:
        """How much has come and is not written yet, in seconds, more or less."""
        from s3audio_tui.audio.input import BLOCK_S

        return self._came.qsize() * BLOCK_S

    # In the device's thread

    def _take(self, data: bytes, overflowed: bool) -> None:
        self._came.put((data, overflowed))

    def _gone(self) -> None:
        error = DeviceError(
            "the microphone has gone; what was recorded is safe", "connect it again, and go on"
        )
        self._came.put(lambda: self._dies(error))

    # In the writer's thread

    def _write(self) -> None:
        while not self._over.is_set():
            failure = attempt(self._next, "the recording ended; what was written is safe")
            if failure is not None:
                self._ends("failure", failure)

    def _next(self) -> None:
        try:
            came = self._came.get(timeout=_LOOK_S)
        except Empty:
            return
        if isinstance(came, tuple):
            self._put(*came)
        else:
            came()

    def _put(self, data: bytes, overflowed: bool) -> None:
        part = self._part
        if part is not None:
            try:
                more = part.put(data, overflowed=overflowed)
            except OSError as error:
                self._ends("disk", unwritable(error))
            else:
                self.longest_change_s = max(self.longest_change_s, part.longest_change_s)
                self._hear_silence(data, part.frame)
                if not more:
                    self._ends()
        if self._shows_level:  # without it the sound is recorded nevertheless
            measure = partial(self._measure, data)
            self._shows_level = attempt(measure, "the level is not shown any more") is None

    def _hear_silence(self, data: bytes, frame: int) -> None:
        if data.lstrip(b"\0"):
            self._silent_bytes = 0
            return
        before, most = self._silent_bytes, SILENCE_S * self.form.second_bytes
        self._silent_bytes += len(data)
        if before < most <= self._silent_bytes:
            self._tell(Silent(frame))

    def _measure(self, data: bytes) -> None:
        self.meter.add(to_16_bit(data, self._layout))

    def _starts(self, part: Part) -> None:
        if self._dead is not None:
            part.end("device", self._dead)
        elif self._part is None:
            self._part, self._silent_bytes = part, 0
            part.prepare()

    def _marks(self, word: str) -> None:
        if self._part is not None:
            self._tell(Marked(self._part.frame, word))

    def _dies(self, error: DeviceError) -> None:
        if self._dead is not None or self._over.is_set():
            return
        self._dead = error
        if self._part is not None:
            self._ends("device", error)
        else:
            self._tell(DeviceGone(error))

    def _ends(self, by: StoppedBy | None = None, error: S3AudioError | None = None) -> None:
        part, self._part = self._part, None
        if part is not None:
            part.end(by, error)

    def _closes(self) -> None:
        self._over.set()
        try:
            self._ends()
        finally:
            self._keeper.end()


def chunk_frames(form: SampleFormat, chunk_s: float) -> int:
    """Return how many frames a chunk has. Raises `UsageError` where no file takes so many."""
    frames = round(chunk_s * form.rate_hz)
    if not 0 < frames * form.frame_bytes <= MOST_BYTES:
        raise UsageError(f"a chunk of {chunk_s:g} s is too long", "choose 1 s to 10 min")
    return frames
