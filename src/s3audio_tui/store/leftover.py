"""What a download that was cut short leaves in its `.part` file, and how the next one goes on.

Behind the room of the object's bytes lie notes: whose bytes they are, then for each piece that is
there its place and its CRC. They need no order among the writes: a note is believed only when the
bytes on the disk have that CRC. They go before the file gets its name.
"""

import hashlib
import os
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from s3audio_tui.store.checksums import Kind
from s3audio_tui.store.heads import ObjectHead
from s3audio_tui.store.pieces import Piece
from s3audio_tui.store.sink import Sink
from s3audio_tui.store.transfer import MIB

_HEAD_BYTES = 32
_NOTE = struct.Struct("<QQQ")
_NOTE_BYTES = _NOTE.size + 4


class Leftover:
    """The notes in one file. Safe in any thread."""

    def __init__(
        self, sink: Sink, head: ObjectHead, bucket: str, pieces: Sequence[Piece], kind: Kind
    ) -> None:
        self._sink = sink
        self._size_bytes = head.size_bytes
        self._at = head.size_bytes + _HEAD_BYTES
        self._pieces = pieces
        self._lock = threading.Lock()
        said = (bucket, head.key, head.etag, head.size_bytes, head.modified, kind)
        self._whose = hashlib.sha256(repr(("s3audio 1", *said)).encode()).digest()

    def take_over(self, check: Callable[[], None], came: Callable[[int], None]) -> None:
        """Take what is in the file, where it is of this object; else clear it, and begin."""
        sink, room = self._sink, memoryview(bytearray(_HEAD_BYTES))
        mine = sink.read_into(room, self._size_bytes) == len(room) and room == self._whose
        notes = list(_notes(sink.read_into, self._at)) if mine else []
        noted = dict(notes)
        self._at += _NOTE_BYTES * len(notes)
        if not mine:
            sink.clear()
        sink.make_room(self._at + 2 * _NOTE_BYTES * len(self._pieces))
        sink.write(memoryview(self._whose), self._size_bytes)
        block = memoryview(bytearray(MIB))
        for piece in self._pieces:
            crc = noted.get((piece.start, piece.end))
            if crc is not None and self._is_there(piece, crc, block, check):
                came(piece.size_bytes)

    def note(self, piece: Piece) -> None:
        """Note that a piece is there."""
        said = _NOTE.pack(piece.start, piece.end, piece.crc.value)
        data = said + zlib.crc32(said).to_bytes(4, "little")
        with self._lock:
            at, self._at = self._at, self._at + len(data)
        self._sink.write(memoryview(data), at)

    def end(self) -> None:
        """Take the notes away: the file is whole, and on the disk."""
        self._sink.cut(self._size_bytes)

    def _is_there(
        self, piece: Piece, crc: int, room: memoryview, check: Callable[[], None]
    ) -> bool:
        while not piece.done:
            check()
            size = min(len(room), piece.end - piece.at)
            if self._sink.read_into(room[:size], piece.at) < size:
                break
            piece.take(room[:size])
        if piece.done and piece.crc.value == crc:
            return True
        piece.restart()
        return False


def noted_bytes(path: Path, size_bytes: int) -> int:
    """Return how much of an object a `.part` file says that it has; nothing is compared."""
    try:
        with path.open("rb") as file:

            def read_into(view: memoryview, at: int) -> int:
                return os.preadv(file.fileno(), [view], at)

            return sum(
                end - start for (start, end), _ in _notes(read_into, size_bytes + _HEAD_BYTES)
            )
    except OSError:
        return 0


def _notes(
    read_into: Callable[[memoryview, int], int], at: int
) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield where each piece is, and its CRC; end where a note is torn."""
    room = memoryview(bytearray(_NOTE_BYTES))
    while read_into(room, at) == len(room):
        said = room[: _NOTE.size]
        if zlib.crc32(said) != int.from_bytes(room[_NOTE.size :], "little"):
            return
        start, end, crc = _NOTE.unpack(said)
        yield (start, end), crc
        at += len(room)
