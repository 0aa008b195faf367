"""What a request sends: bytes of a file or of memory, hashed, counted and slowed as they leave."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from s3audio_tui.courtesy import one_by_one
from s3audio_tui.store.checksums import Crc, Md5
from s3audio_tui.store.lanes import Lane

BLOCK_BYTES = 256 * 1024
"""What is read, hashed and sent at once, so that it is still in the processor's cache: one chunk of
an `aws-chunked` body."""

_PREFIX_BYTES = 10

OnSent = Callable[[int], None]
"""Told how many more bytes are about to leave; negative when they will be sent again.

It may wait, to keep to a rate, and may raise an `S3AudioError`, which ends the request.
"""


class Source(Protocol):
    """Where the bytes come from."""

    @property
    def size_bytes(self) -> int:
        """How many there are."""

    def read_into(self, view: memoryview, at: int) -> None:
        """Fill `view` with the bytes from `at` on; raise an `S3AudioError` if they are gone."""


@dataclass(frozen=True, slots=True)
class Held:
    """A few bytes in memory as a source."""

    data: bytes

    @property
    def size_bytes(self) -> int:
        """How many there are."""
        return len(self.data)

    def read_into(self, view: memoryview, at: int) -> None:
        """Fill `view` from `at` on."""
        view[:] = self.data[at : at + len(view)]


class Payload:
    """A source on its way: one attempt to send it. `md5` and `crc` are whole when it has left.

    With a CRC it goes out in chunks with the checksum behind them (`aws-chunked`, S3's "trailing
    checksums"), so that the bytes are read only once; without one as it is. The signature of what
    is `sealed` covers its bytes on any line.
    """

    def __init__(
        self,
        source: Source,
        on_sent: OnSent,
        *,
        crc: Crc | None = None,
        md5: Md5 | None = None,
        sealed: bool = False,
    ) -> None:
        self._source = source
        self._on_sent = on_sent
        self._sent_bytes = 0
        self.crc = crc
        self.md5 = md5
        self.sealed = sealed

    @property
    def size_bytes(self) -> int:
        """How many bytes the object or the part has."""
        return self._source.size_bytes

    @property
    def wire_bytes(self) -> int:
        """How many bytes will be sent, framing and all."""
        if self.crc is None:
            return self.size_bytes
        whole, rest = divmod(self.size_bytes, BLOCK_BYTES)
        framed = whole * _framed_bytes(BLOCK_BYTES) + (_framed_bytes(rest) if rest else 0)
        return framed + len(self._trailer())

    def sha256(self) -> str:
        """Return the SHA-256 of the bytes, for a signature that covers them; reads them all."""
        made, room = hashlib.sha256(), memoryview(bytearray(min(self.size_bytes, BLOCK_BYTES)))
        for at in range(0, self.size_bytes, BLOCK_BYTES):
            data = room[: min(BLOCK_BYTES, self.size_bytes - at)]
            self._source.read_into(data, at)
            made.update(data)
        return made.hexdigest()

    def take_back(self) -> None:
        """Do not count what was sent: it will be sent again, or never."""
        if self._sent_bytes:
            sent, self._sent_bytes = self._sent_bytes, 0
            self._on_sent(-sent)

    def blocks(self, lane: Lane) -> Iterator[memoryview]:
        """Yield what is sent, block by block, in the lane's own buffer."""
        room = lane.room(min(self.size_bytes, BLOCK_BYTES) + _PREFIX_BYTES + 2)
        for at in range(0, self.size_bytes, BLOCK_BYTES):
            size = min(BLOCK_BYTES, self.size_bytes - at)
            self._on_sent(size)
            self._sent_bytes += size
            data = room[_PREFIX_BYTES : _PREFIX_BYTES + size]
            self._source.read_into(data, at)
            with one_by_one():
                self._hash(data)
            yield data if self.crc is None else _framed(room, size)
        if self.crc is not None:
            yield memoryview(self._trailer())

    def _hash(self, data: memoryview) -> None:
        if self.md5 is not None:
            self.md5.update(data)
        if self.crc is not None:
            self.crc.update(data)

    def _trailer(self) -> bytes:
        """Return the end of the body; its length does not depend on the checksum's value."""
        if self.crc is None:
            return b""
        return f"0\r\nx-amz-checksum-{self.crc.kind}:{self.crc.base64}\r\n\r\n".encode()


def _framed_bytes(size: int) -> int:
    return len(f"{size:x}\r\n") + size + 2


def _framed(room: memoryview, size: int) -> memoryview:
    """Frame the data that lies behind the prefix's room as a chunk; return the whole chunk."""
    head = f"{size:x}\r\n".encode()
    start, end = _PREFIX_BYTES - len(head), _PREFIX_BYTES + size
    room[start:_PREFIX_BYTES] = head
    room[end : end + 2] = b"\r\n"
    return room[start : end + 2]
