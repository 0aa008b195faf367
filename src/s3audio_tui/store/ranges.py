"""An object read by ranges: one of them, or a file that seeks."""

import io
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from s3audio_tui.errors import BadBytesError, UsageError
from s3audio_tui.store.attempts import again
from s3audio_tui.store.client import MAX_ATTEMPTS, Store
from s3audio_tui.store.lanes import QUESTION
from s3audio_tui.store.objects import conditional

BLOCK_BYTES = 64 * 1024
_BLOCKS_KEPT = 64


def read_range(
    store: Store,
    key: str,
    start: int,
    length: int,
    *,
    etag: str | None = None,
    check: Callable[[], None] = lambda: None,
) -> bytes:
    """Return `length` bytes from `start` on, fewer at the end of the object.

    With `etag` only of the object that has it: else, or when it is gone, `ConflictError`. `check`
    is asked meanwhile, and may raise.
    """
    if length <= 0:
        return b""
    headers = {"Range": f"bytes={start}-{start + length - 1}"}
    if etag is not None:
        headers["If-Match"] = f'"{etag}"'

    weight = QUESTION if length <= BLOCK_BYTES else length

    def ask(_: int) -> bytes:
        with (
            conditional(key, etag),
            store.wire.ask("GET", key, headers=headers, size_bytes=weight, check=check) as answer,
        ):
            return answer.read()[:length]

    return again(ask, check, attempts=MAX_ATTEMPTS)


class RangeFile(io.RawIOBase):
    """A read-only file over one object: reads blocks of 64 KiB by range, and keeps the latest.

    Neighbouring blocks come with one request. Every read is of the object with this ETag: else
    `ConflictError`. `requests` and `bytes_read` say what it has cost.
    """

    def __init__(
        self,
        store: Store,
        key: str,
        size_bytes: int,
        *,
        etag: str | None = None,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        super().__init__()
        self._store = store
        self._key = key
        self._size_bytes = size_bytes
        self._etag = etag
        self._block_bytes = block_bytes
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._at = 0
        self.requests = 0
        self.bytes_read = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go there; behind the end is allowed, before the start is not."""
        at = offset + (0, self._at, self._size_bytes)[whence]
        if at < 0:
            raise UsageError("there is nothing before the start", "seek to 0 or later")
        self._at = at
        return at

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer, but for the end of the object; return how many bytes were put in."""
        view = memoryview(buffer).cast("B")
        size = max(0, min(len(view), self._size_bytes - self._at))
        if not size:
            return 0
        first, last = self._at // self._block_bytes, (self._at + size - 1) // self._block_bytes
        found = self._blocks(first, last)
        data = b"".join(found[number] for number in range(first, last + 1))
        begin = self._at - first * self._block_bytes
        piece = data[begin : begin + size]
        if len(piece) < size:
            raise BadBytesError("the object is shorter than it says", "refresh", key=self._key)
        view[:size] = piece
        self._at += size
        return size

    def _blocks(self, first: int, last: int) -> dict[int, bytes]:
        missing = [number for number in range(first, last + 1) if number not in self._kept]
        found = {
            number: self._kept[number] for number in range(first, last + 1) if number in self._kept
        }
        while missing:
            run = 1
            while run < len(missing) and missing[run] == missing[0] + run:
                run += 1
            found |= self._read(missing[0], run)
            missing = missing[run:]
        for number, block in found.items():
            self._kept[number] = block
            self._kept.move_to_end(number)
        while len(self._kept) > _BLOCKS_KEPT:
            self._kept.popitem(last=False)
        return found

    def _read(self, first: int, count: int) -> dict[int, bytes]:
        start = first * self._block_bytes
        length = min(count * self._block_bytes, self._size_bytes - start)
        data = read_range(self._store, self._key, start, length, etag=self._etag)
        self.requests += 1
        self.bytes_read += len(data)
        size = self._block_bytes
        return {first + i: data[i * size : (i + 1) * size] for i in range(count)}
