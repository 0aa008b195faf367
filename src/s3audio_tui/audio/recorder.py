"""Records one part of a take: from a device into chunks, cut at exact frames, none lost.

Three threads: the device's own only hands bytes over; one writes them into files, cuts, and looks
how loud it is; one sees to it that what is written is on the disk, and reads closed chunks for
their checksum.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec

from s3audio_tui.audio.input import Input, InputStream
from s3audio_tui.audio.meter import Meter
from s3audio_tui.audio.pcm import Layout, to_16_bit
from s3audio_tui.audio.recorded import (
    ChunkBroken,
    ChunkClosed,
    ChunkOpened,
    Marked,
    Overflowed,
    Recorded,
    Stopped,
)
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import MOST_BYTES, WavFile
from s3audio_tui.errors import DeviceError, S3AudioError, UsageError

SYNC_S = 0.5
"""What was written is on the disk after so long, whatever becomes of the machine."""

_LOOK_S = 0.1
_READ_BYTES = 1 << 20

Place = Callable[[int], Path]
"""Where the chunk with an index is written."""

Tell = Callable[[Recorded], None]


class Begin(msgspec.Struct, frozen=True):
    """Where a part of a take begins; `most_frames` is where it ends at the latest."""

    index: int = 0
    first_frame: int = 0
    started_at: datetime | None = None
    """The time of its first frame, UTC; None for the moment in which it comes."""
    most_frames: int | None = None


class Recorder:
    """Listens as soon as it is made, so that a person sees the level; `record` begins a part.

    `tell` is called in the recorder's threads, and may not wait. Safe in any thread.
    """

    def __init__(self, input_: Input, form: SampleFormat, tell: Tell) -> None:
        """Raises `DeviceError` where the device does not open."""
        self.form = form
        self.meter = Meter(form)
        self.longest_change_s = 0.0
        """How long the longest change from one file to the next took."""
        self._tell = tell
        self._came: SimpleQueue[tuple[bytes, bool] | Callable[[], None]] = SimpleQueue()
        self._over = threading.Event()
        self._part: _Part | None = None
        self._keeper = _Keeper(tell)
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
        """Write what comes from now on."""
        frames = round(chunk_s * self.form.rate_hz)
        if not 0 < frames * self.form.frame_bytes <= MOST_BYTES:
            raise UsageError(f"a chunk of {chunk_s:g} s is too long", "choose 1 s to 10 min")
        part = _Part(self.form, place, frames, begin or Begin(), self._tell, self._keeper)
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
        self._came.put(lambda: self._ends(error))

    # In the writer's thread

    def _write(self) -> None:
        while not self._over.is_set():
            try:
                came = self._came.get(timeout=_LOOK_S)
            except Empty:
                continue
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
                self._ends(_unwritable(error), lost_bytes=part.lost_bytes)
            else:
                self.longest_change_s = max(self.longest_change_s, part.longest_change_s)
                if not more:
                    self._ends()
        self.meter.add(to_16_bit(data, self._layout))

    def _starts(self, part: "_Part") -> None:
        if self._part is None:
            self._part = part

    def _marks(self, word: str) -> None:
        if self._part is not None:
            self._tell(Marked(self._part.frame, word))

    def _ends(self, error: S3AudioError | None = None, lost_bytes: int = 0) -> None:
        part, self._part = self._part, None
        if part is not None:
            part.end(error, lost_bytes // self.form.frame_bytes)
        elif error is not None:
            self._tell(Stopped(0, error))

    def _closes(self) -> None:
        self._ends()
        self._over.set()
        self._keeper.end()


class _Part:
    """Writes frames into one chunk after another."""

    def __init__(
        self,
        form: SampleFormat,
        place: Place,
        chunk_frames: int,
        begin: Begin,
        tell: Tell,
        keeper: "_Keeper",
    ) -> None:
        self.frame = begin.first_frame
        self.longest_change_s = 0.0
        self.lost_bytes = 0
        self._form, self._place, self._tell = form, place, tell
        self._chunk_frames, self._begin = chunk_frames, begin
        self._index = begin.index
        self._file: WavFile | None = None
        self._started_at = begin.started_at
        self._first = begin.first_frame
        self._keeper = keeper

    def put(self, data: bytes, *, overflowed: bool) -> bool:
        """Write what came; return whether more may come.

        Raises `OSError`; `lost_bytes` could not be written then.
        """
        if overflowed:
            self._tell(Overflowed(self.frame))
        started_at = self._started_at or _before(len(data) / self._form.second_bytes)
        self._started_at = started_at
        left = memoryview(data)
        while left and not self._is_full:
            self.lost_bytes = len(left)
            file = self._file or self._opened(started_at)
            left = left[self._write(file, left) :]
            if not self._room(file):
                self._closed(file)
        self.lost_bytes = 0
        return not self._is_full

    def end(self, error: S3AudioError | None, lost_frames: int) -> None:
        """Close what is open; tell it when all is on the disk."""
        if self._file is not None:
            self._closed(self._file)
        self._keeper.tell(Stopped(self.frame, error, lost_frames))

    @property
    def _is_full(self) -> bool:
        most = self._begin.most_frames
        return most is not None and self.frame >= most

    def _write(self, file: WavFile, data: memoryview) -> int:
        """Write what the chunk takes; return how many bytes."""
        before = file.data_bytes
        try:
            file.write(data[: self._room(file) * self._form.frame_bytes])
        finally:
            written = file.data_bytes - before
            self.frame += written // self._form.frame_bytes
            self.lost_bytes -= written
        return written

    def _room(self, file: WavFile) -> int:
        most = self._begin.most_frames
        left = self._chunk_frames - file.frames
        return left if most is None else min(left, most - self.frame)

    def _opened(self, started_at: datetime) -> WavFile:
        began = time.perf_counter()
        file = self._file = WavFile(self._place(self._index), self._form)
        self._keeper.file = file
        self._first = self.frame
        frames = self.frame - self._begin.first_frame
        time_of_it = started_at + timedelta(seconds=frames / self._form.rate_hz)
        self._tell(ChunkOpened(self._index, self.frame, file.path, time_of_it))
        self.longest_change_s = max(self.longest_change_s, time.perf_counter() - began)
        return file

    def _closed(self, file: WavFile) -> None:
        self._file = self._keeper.file = None
        self._keeper.close(file, self._index, self._first)
        self._index += 1


class _Keeper:
    """Syncs the open chunk every so often; closes those that are full, and reads them once more."""

    def __init__(self, tell: Tell) -> None:
        self.file: WavFile | None = None
        self._tell = tell
        self._wanted: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._work, name="s3audio-keeper", daemon=True)
        self.thread.start()

    def close(self, file: WavFile, index: int, first_frame: int) -> None:
        """Close it soon, and tell it."""
        self._wanted.put(lambda: self._close(file, index, first_frame))

    def tell(self, event: Recorded) -> None:
        """Tell it behind all chunks that are to be closed."""
        self._wanted.put(lambda: self._tell(event))

    def end(self) -> None:
        """End, when all that is wanted is done."""
        self._wanted.put(None)

    def _work(self) -> None:
        while True:
            try:
                wanted = self._wanted.get(timeout=SYNC_S)
            except Empty:
                self._sync()
                continue
            if wanted is None:
                return
            wanted()

    def _sync(self) -> None:
        file = self.file
        if file is not None:
            try:
                file.sync()
            except (OSError, ValueError):
                return  # closing it says what is wrong

    def _close(self, file: WavFile, index: int, first_frame: int) -> None:
        try:
            file.close()
            size_bytes, sha256 = _summed(file.path)
        except OSError as error:
            self._tell(ChunkBroken(index, first_frame, file.path, _unwritable(error)))
        else:
            closed = ChunkClosed(index, first_frame, file.frames, file.path, sha256, size_bytes)
            self._tell(closed)


def _before(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


def _summed(path: Path) -> tuple[int, str]:
    total, size_bytes = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            total.update(block)
            size_bytes += len(block)
    return size_bytes, total.hexdigest()


def _unwritable(error: OSError) -> S3AudioError:
    return S3AudioError(
        f"the recording cannot be written on: {error.strerror}; what was written is safe",
        "make room on the disk, and go on",
    )
