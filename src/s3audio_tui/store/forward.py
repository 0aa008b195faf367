"""An object read forward, as a file that can seek: blocks come ahead of who goes on reading.

Who only begins somewhere gets what it asks for and no more: what lies ahead is asked for when the
next block is read, first one, then more.

It never raises while it is read, for who reads are decoders in C, in which an exception would be
lost: a failed read looks like the end of the file, and `raise_failure` raises it afterwards.
"""

import io
import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import CancelledError as NotStarted
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, CancelledError, S3AudioError
from s3audio_tui.store.client import Store
from s3audio_tui.store.ranges import read_range

_BLOCK_BYTES = 1024**2
"""What is not larger than two of them comes with one request."""
_FIRST_BYTES = 256 * 1024
"""The first block is smaller: the head is in it, and what can be shown first."""
_AHEAD = 4
_KEPT_BYTES = 10 * 1024**2
_LOOK_S = 0.1


class ForwardFile(io.RawIOBase):
    """A read-only file over the object with this ETag. Close it. One thread may read it.

    Small blocks are for who begins here and there, and wants little of it at once: a player.
    """

    def __init__(
        self,
        store: Store,
        key: str,
        size_bytes: int,
        etag: str,
        cancel: CancelToken,
        *,
        block_bytes: int = _BLOCK_BYTES,
        first_bytes: int = _FIRST_BYTES,
        known: Mapping[int, bytes] | None = None,
    ) -> None:
        """`known` are blocks that another such file `has`."""
        super().__init__()
        self._known = known or {}
        self._block_bytes, self._first_bytes = block_bytes, first_bytes
        self._is_small = size_bytes <= 2 * block_bytes
        self._store, self._key, self._etag = store, key, etag
        self._size_bytes, self._cancel = size_bytes, cancel
        self._at = 0
        self._last, self._in_a_row = 0, 0
        self._blocks: OrderedDict[int, Future[bytes]] = OrderedDict()
        self._left = threading.Event()
        self._pool = ThreadPoolExecutor(_AHEAD, thread_name_prefix="s3audio-forward")
        self._failure: S3AudioError | None = None

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
        """Go there; a place before the start is the start."""
        self._at = max(0, offset + (0, self._at, self._size_bytes)[whence])
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer as far as a block goes; nothing at the end, or after a failure."""
        view = memoryview(buffer).cast("B")
        if not len(view) or self._at >= self._size_bytes or self._failure:
            return 0
        number, begin = self._place(self._at)
        try:
            block = self._block(number)
        except S3AudioError as error:
            self._failure = error
            return 0
        piece = block[self._at - begin : self._at - begin + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def read(self, size: int | None = -1, /) -> bytes:
        """Return so many bytes, fewer only at the end."""
        left = max(0, self._size_bytes - self._at)
        room = bytearray(left if size is None or size < 0 else min(size, left))
        done = 0
        self._ask(self._place(self._at)[0], self._place(self._at + max(0, len(room) - 1))[0])
        while done < len(room):
            came = self.readinto(memoryview(room)[done:])
            if not came:
                break
            done += came
        return bytes(room[:done])

    def read_at(self, start: int, length: int) -> bytes:
        """Return so many bytes from a place on, fewer at the end. This one raises at once."""
        self.seek(start)
        data = self.read(length)
        self.raise_failure()
        return data

    def raise_failure(self) -> None:
        """Raise what ended the reading early, if anything did."""
        if self._failure is not None:
            raise self._failure

    def has(self, since: int = 0) -> dict[int, bytes]:
        """Return the blocks behind a byte that are here, for another file over the same object."""
        first = self._place(max(0, since))[0]
        came = [(n, made) for n, made in self._blocks.items() if n >= first and made.done()]
        good = {n: made.result() for n, made in came if not (made.cancelled() or made.exception())}
        return {**self._known, **good}

    def close(self) -> None:
        """Stop what is on its way."""
        self._left.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._blocks.clear()
        super().close()

    def _place(self, at: int) -> tuple[int, int]:
        """Return the number of the block in which a byte lies, and where that begins."""
        if self._is_small or at < self._first_bytes:
            return 0, 0
        number = (at - self._first_bytes) // self._block_bytes
        return number + 1, self._first_bytes + number * self._block_bytes

    def _span(self, number: int) -> tuple[int, int]:
        """Return where a block begins, and how long it is: nothing behind the end."""
        if self._is_small:
            return 0, self._size_bytes if number == 0 else 0
        if number == 0:
            return 0, self._first_bytes
        begin = self._first_bytes + (number - 1) * self._block_bytes
        return begin, max(0, min(self._block_bytes, self._size_bytes - begin))

    def _block(self, number: int) -> bytes:
        """Return a block, and ask for those behind it where they are wanted in their order."""
        if number in self._known:
            self._last = number
            return self._known[number]
        if number != self._last:
            self._in_a_row = self._in_a_row + 1 if number == self._last + 1 else 0
        self._last = number
        self._ask(number, number + min(_AHEAD - 1, self._in_a_row))
        made = self._blocks[number]
        while not made.done():
            self._cancel.check()
            wait([made], timeout=_LOOK_S)
        self._cancel.check()
        self._blocks.move_to_end(number)
        while len(self._blocks) > max(_AHEAD + 2, _KEPT_BYTES // self._block_bytes):
            self._blocks.popitem(last=False)[1].cancel()
        try:
            return made.result()
        except NotStarted:
            raise CancelledError("stopped", "run it again to finish") from None

    def _ask(self, first: int, last: int) -> None:
        """Ask for blocks that are not here, and not asked for."""
        for number in range(first, min(last, first + _AHEAD - 1) + 1):
            if self._span(number)[1] and number not in self._blocks and number not in self._known:
                self._blocks[number] = self._pool.submit(self._fetch, number)

    def _fetch(self, number: int) -> bytes:
        begin, length = self._span(number)
        data = read_range(
            self._store, self._key, begin, length, etag=self._etag, check=self._wanted
        )
        if len(data) < length:
            raise BadBytesError("the object is shorter than it says", "refresh", key=self._key)
        return data

    def _wanted(self) -> None:
        """Raise when nobody waits for it any more."""
        if self._left.is_set():
            raise CancelledError("stopped", "run it again to finish")
        self._cancel.check()
