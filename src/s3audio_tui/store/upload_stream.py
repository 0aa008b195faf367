"""A stream of unknown length brought to S3: in parts that grow, of which few are held at once."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import LimitError, S3AudioError
from s3audio_tui.store.client import Store
from s3audio_tui.store.local import FilePart
from s3audio_tui.store.target import PutOptions, Target, Uploaded
from s3audio_tui.store.transfer import (
    MAX_PART_BYTES,
    MAX_PARTS,
    MIB,
    MIN_PART_BYTES,
    Count,
    Crew,
    Progress,
    RateLimit,
)
from s3audio_tui.store.upload_parts import Parts, begun

Read = Callable[[int], bytes]
"""Returns up to so many bytes, as soon as there are any; none at the end of the stream."""

Keep = Callable[[str | None], None]

_WORKERS = 3
_IN_MEMORY_BYTES = 8 * MIB
"""The first parts. Larger ones let a stream take more than 120 MB of memory in all."""
_SAME_SIZE_PARTS = 32
_BLOCK_BYTES = MIB
_LARGE = 1 << 40
"""Taken for the size of a stream: others go first."""


def part_bytes_for(number: int) -> int:
    """Return the size of part `number` of a stream, from 1 on.

    8 MiB at first, twice as much after every 32 parts: three of them are less than a fifth of what
    has passed. 10,000 parts hold 47.5 TiB; only parts of 5 GiB from the first on would hold more.
    """
    doubled = min((number - 1) // _SAME_SIZE_PARTS, 16)
    return min(_IN_MEMORY_BYTES << doubled, MAX_PART_BYTES)


def upload_stream(
    store: Store,
    read: Read,
    key: str,
    options: PutOptions,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    limit: RateLimit | None = None,
    keep: Keep = lambda upload_id: None,
) -> Uploaded:
    """Upload what `read` yields; a short stream with one request.

    `keep` is called with the id of an upload in parts before the first one leaves, and must have
    written it down when it returns; then with None, once none are left but those of the object.

    At most three parts are held, larger ones than 8 MiB in temporary files. A stream cannot be
    gone on with: after any error no part stays in S3. Raises as `upload` does, and `LimitError`
    for a stream without end. A `read` that waits does not hold up a cancel.
    """
    token = cancel or CancelToken()
    sending = _Sending(Target(store, key, options), token, limit, Count(progress), keep)
    return sending.run(read)


class _Rooms:
    """Memory for parts, used again and again: what is freed does not always leave the process."""

    def __init__(self) -> None:
        self._free: list[bytearray] = []

    def take(self, size_bytes: int) -> bytearray:
        """Return room for at least so many bytes."""
        room = self._free.pop() if self._free else bytearray()
        return room if len(room) >= size_bytes else bytearray(size_bytes)

    def give(self, room: bytearray) -> None:
        """Take it back."""
        self._free.append(room)


class _Memory:
    """A part in memory."""

    def __init__(self, rooms: _Rooms, room: bytearray, size_bytes: int) -> None:
        self._rooms = rooms
        self._room = room
        self.size_bytes = size_bytes

    def read_into(self, view: memoryview, at: int) -> None:
        """Fill `view` from `at` on."""
        view[:] = memoryview(self._room)[at : at + len(view)]

    def close(self) -> None:
        """Give the memory back."""
        self._rooms.give(self._room)


class _Spooled:
    """A part in a file without a name, which goes when it is closed."""

    def __init__(self, file: BinaryIO, size_bytes: int) -> None:
        self._file = file
        self._part = FilePart(file.fileno(), 0, size_bytes)
        self.size_bytes = size_bytes

    def read_into(self, view: memoryview, at: int) -> None:
        """Fill `view` from `at` on."""
        self._part.read_into(view, at)

    def close(self) -> None:
        """Give the room on the disk back."""
        self._file.close()


_Held = _Memory | _Spooled


@dataclass(frozen=True)
class _Reading:
    """A stream, read part by part: by any thread, one at a time."""

    read: Read
    check: Callable[[], None]
    rooms: _Rooms = field(default_factory=_Rooms)

    def part(self, size_bytes: int) -> _Held:
        """Return the next part: of fewer bytes only at the end."""
        if size_bytes <= _IN_MEMORY_BYTES:
            room, at = self.rooms.take(size_bytes), 0
            for piece in self._pieces(size_bytes):
                room[at : at + len(piece)] = piece
                at += len(piece)
            return _Memory(self.rooms, room, at)
        try:
            file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
            for piece in self._pieces(size_bytes):
                file.write(piece)
            file.flush()
            return _Spooled(file, file.tell())
        except OSError as error:
            raise S3AudioError(
                f"no part of the stream can be held in {tempfile.gettempdir()} ({error.strerror})",
                "make room there, or name another folder by TMPDIR",
            ) from error

    def _pieces(self, size_bytes: int) -> Iterator[bytes]:
        while size_bytes > 0:
            self.check()
            piece = self.read(min(size_bytes, _BLOCK_BYTES))
            if not piece:
                return
            size_bytes -= len(piece)
            yield piece

    def rest(self, first: _Held) -> Iterator[tuple[int, _Held]]:
        """Yield all parts with their numbers."""
        held, number = first, 1
        while held.size_bytes or number == 1:
            yield number, held
            if held.size_bytes < part_bytes_for(number):
                return
            number += 1
            held = self.part(part_bytes_for(number) if number <= MAX_PARTS else 1)
            if held.size_bytes and number > MAX_PARTS:
                raise LimitError("the stream is longer than S3 takes", "split it")


@dataclass
class _Sending:
    """One stream on its way up."""

    target: Target
    cancel: CancelToken
    limit: RateLimit | None
    count: Count
    keep: Keep

    def on_sent(self, size_bytes: int) -> None:
        """Count what leaves, and keep to the rate."""
        if size_bytes > 0:
            self.cancel.check()
            if self.limit is not None:
                self.limit.take(size_bytes, self.cancel.check)
        self.count.add(size_bytes)

    def run(self, read: Read) -> Uploaded:
        """Read the first part, and see whether it is all."""
        reading, found = _Reading(read, self.cancel.check), list[_Held]()
        Crew(
            lambda size_bytes: found.append(reading.part(size_bytes)),
            [part_bytes_for(1)],
            workers=1,
            cancel=self.cancel,
        ).run()
        (first,) = found
        if first.size_bytes < MIN_PART_BYTES:
            return self.target.put(first, self.on_sent, self.cancel.check)
        self.target.refuse_taken()
        guard = self.target.guard
        parts = Parts(self.target, begun(self.target, guard), guard, _LARGE)
        return self._in_parts(parts, reading.rest(first))

    def _in_parts(self, parts: Parts, pieces: Iterator[tuple[int, _Held]]) -> Uploaded:
        def send(task: tuple[int, _Held]) -> None:
            number, held = task
            with closing(held):
                parts.send(number, held, self.on_sent, crew.check)

        crew, gone = Crew(send, pieces, workers=_WORKERS, cancel=self.cancel), threading.Event()
        try:
            self.keep(parts.multipart.upload_id)
            crew.run()
            self.cancel.check()
            made = parts.complete()
        except BaseException as error:
            parts.multipart.abandon(crew, error, gone.set)
            if gone.is_set():
                self.keep(None)
            raise
        self.keep(None)
        return made
