"""An object read by pieces: one range, a stream of blocks, a file that seeks."""

import io
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    UnreachableError,
    UnsupportedError,
    UsageError,
)
from s3audio_tui.store.client import MAX_ATTEMPTS, Store
from s3audio_tui.store.failures import failures
from s3audio_tui.store.objects import ObjectHead, conditional

BLOCK_BYTES = 64 * 1024
_BLOCKS_KEPT = 64
_RETRY_S = 0.1


def read_range(
    store: Store, key: str, start: int, length: int, *, etag: str | None = None
) -> bytes:
    """Return `length` bytes from `start` on, fewer at the end of the object.

    With `etag` only of the object that has it: else, or when it is gone, `ConflictError`.
    """
    if length <= 0:
        return b""
    asked = _asked(store, key, etag, None) | {"Range": f"bytes={start}-{start + length - 1}"}
    for attempt in range(MAX_ATTEMPTS):
        try:
            with conditional(key, etag), failures(store.bucket, key):
                answer = store.client.get_object(**asked)
                with answer["Body"] as body:
                    return body.read()[:length]
        except UnreachableError as error:
            _again(error, attempt)
    raise UnreachableError("the connection breaks again and again", "try later", key=key)


def _asked(store: Store, key: str, etag: str | None, version_id: str | None) -> dict[str, Any]:
    asked: dict[str, Any] = {"Bucket": store.bucket, "Key": key}
    if etag is not None:
        asked["IfMatch"] = f'"{etag}"'
    if version_id is not None:
        asked["VersionId"] = version_id
    return asked


def _again(error: UnreachableError, attempt: int) -> None:
    """Wait a little, or raise the error where trying again is of no use."""
    if isinstance(error, UnsupportedError) or attempt == MAX_ATTEMPTS - 1:
        raise error
    time.sleep(_RETRY_S * 2**attempt)


def blocks(
    store: Store,
    head: ObjectHead,
    start: int,
    end: int,
    *,
    version_id: str | None = None,
    block_bytes: int = 256 * 1024,
    check: Callable[[], None] = lambda: None,
) -> Iterator[bytes]:
    """Yield the bytes from `start` to before `end`, going on where a broken connection stopped.

    `check` is asked before each block, and may raise. Raises `ConflictError` when the object is
    no longer the one in `head`, `BadBytesError` when its bytes do not fit its checksum, where the
    store has one and the object is read whole.
    """
    at, attempt = start, 0
    while at < end:
        try:
            with conditional(head.key, head.etag), failures(store.bucket, head.key):
                body = _opened(store, head, at, end, version_id)
            with body:
                while at < end:
                    check()
                    block = _block(body, head, block_bytes)
                    yield block
                    at, attempt = at + len(block), 0
                with failures(store.bucket, head.key):
                    body.read(1)  # the end, at which botocore compares the checksum
        except UnreachableError as error:
            _again(error, attempt)
            attempt += 1


def _block(body: Any, head: ObjectHead, block_bytes: int) -> bytes:
    with failures("", head.key):
        block: bytes = body.read(block_bytes)
    if not block:
        raise UnreachableError("the connection broke", "try again", key=head.key)
    return block


def _opened(store: Store, head: ObjectHead, at: int, end: int, version_id: str | None) -> Any:
    asked = _asked(store, head.key, head.etag, version_id)
    if (at, end) != (0, head.size_bytes):
        asked["Range"] = f"bytes={at}-{end - 1}"
    answer = store.client.get_object(**asked)
    if answer.get("ETag", "").strip('"') != head.etag:
        answer["Body"].close()
        raise ConflictError(f"{head.key} was changed meanwhile", "refresh", key=head.key)
    if answer["ContentLength"] != end - at:
        answer["Body"].close()
        if "Range" in asked and "ContentRange" not in answer:
            raise UnsupportedError("the store does not read by ranges", "use another", key=head.key)
        raise BadBytesError(f"{head.key} has another size than it says", "refresh", key=head.key)
    return answer["Body"]


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
