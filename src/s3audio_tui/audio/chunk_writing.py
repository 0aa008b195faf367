"""Frames into one chunk after another, and what is done beside it so that the writing never waits.

`Part` is used by the thread that writes; the `Keeper` has a thread of its own, which syncs and
closes. The next files are there before they are needed (`ready_files`).
"""

import errno
import hashlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec

from s3audio_tui.audio.attempt import attempt
from s3audio_tui.audio.ready_files import AHEAD, ReadyFiles
from s3audio_tui.audio.recorded import (
    ChunkBroken,
    ChunkClosed,
    ChunkOpened,
    Overflowed,
    Recorded,
    Stopped,
    StoppedBy,
)
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import WavFile
from s3audio_tui.errors import LimitError, S3AudioError

SYNC_S = 0.5
"""What was written is on the disk after so long, whatever becomes of the machine."""

_READ_BYTES = 1 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

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


class Part:
    """Writes frames into one chunk after another."""

    def __init__(
        self,
        form: SampleFormat,
        place: Place,
        chunk_frames: int,
        begin: Begin,
        tell: Tell,
        keeper: "Keeper",
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
        self._closing_s = 0.0

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

    def prepare(self) -> None:
        """Have its first files ready, soon."""
        for ahead in range(AHEAD):
            self._wish(self._index + ahead)

    def end(self, by: StoppedBy | None = None, error: S3AudioError | None = None) -> None:
        """Close what is open; tell it when all is on the disk."""
        if self._file is not None:
            self._closed(self._file)
        self._keeper.discard()
        lost_frames = self.lost_bytes // self._form.frame_bytes
        self._keeper.tell(Stopped(self.frame, error, lost_frames, by))

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
        file = self._file = self._keeper.ready.opened(self._place(self._index), self._form)
        self._keeper.file = file
        self._wish(self._index + AHEAD)
        self._first = self.frame
        frames = self.frame - self._begin.first_frame
        time_of_it = started_at + timedelta(seconds=frames / self._form.rate_hz)
        self._tell(ChunkOpened(self._index, self.frame, file.path, time_of_it))
        if self._index > self._begin.index:
            took = self._closing_s + time.perf_counter() - began
            self.longest_change_s = max(self.longest_change_s, took)
        return file

    def _wish(self, index: int) -> None:
        self._keeper.ready.wish(self._place(index), self._form)

    def _closed(self, file: WavFile) -> None:
        began = time.perf_counter()
        self._file = self._keeper.file = None
        self._keeper.close(file, self._index, self._first)
        self._index += 1
        self._closing_s = time.perf_counter() - began


class Keeper:
    """Syncs the open chunk every so often; closes those that are full, and reads them once more."""

    def __init__(self, tell: Tell) -> None:
        self.file: WavFile | None = None
        self._tell = tell
        self.ready = ReadyFiles()
        self._wanted: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._work, name="s3audio-keeper", daemon=True)
        self.thread.start()

    def discard(self) -> None:
        """Remove the files that are ready, and are not needed."""
        self._wanted.put(self.ready.discard)

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
        due = time.monotonic() + SYNC_S
        while True:
            wanted: Callable[[], None] | None = self._sync
            try:
                wanted = self._wanted.get(timeout=max(0.0, due - time.monotonic()))
            except Empty:
                due = time.monotonic() + SYNC_S
            if wanted is None:
                self.ready.end()
                return
            attempt(wanted, "a file was not seen to")

    def _sync(self) -> None:
        file = self.file
        if file is not None:
            try:
                file.sync()
            except (OSError, ValueError):
                return  # closing it says what is wrong

    def _close(self, file: WavFile, index: int, first_frame: int) -> None:
        close = partial(self._close_and_sum, file, index, first_frame)
        failure = attempt(close, f"chunk {index + 1} could not be closed; its file stays")
        if failure is not None:
            self._tell(ChunkBroken(index, first_frame, file.path, failure))

    def _close_and_sum(self, file: WavFile, index: int, first_frame: int) -> None:
        try:
            file.close()
            size_bytes, sha256 = _summed(file.path)
        except OSError as error:
            self._tell(ChunkBroken(index, first_frame, file.path, _unsafe(error, index)))
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


def _unsafe(error: OSError, index: int) -> S3AudioError:
    """Return what is said of a chunk that may not be on the disk as a whole."""
    return _kind(error)(
        f"chunk {index + 1} may not be whole on the disk: {error.strerror}; its file stays",
        "see to the disk; `s3audio rec recover` sends what can be read of it",
    )


def _kind(error: OSError) -> type[S3AudioError]:
    return LimitError if error.errno in _NO_ROOM else S3AudioError


def unwritable(error: OSError) -> S3AudioError:
    """Return what is said where a chunk cannot be written."""
    return _kind(error)(
        f"the recording cannot be written on: {error.strerror}; what was written is safe",
        "make room on the disk, and go on",
    )
