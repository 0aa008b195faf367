"""A file as parsers of strangers' bytes may see it: bounded, and never raising inside them.

libsndfile calls back from C, where an exception would be printed and lost; tinytag wraps all of
them. So a failed read looks like the end of the file, and is raised once the parser is done.
"""

import io
import sys
from collections.abc import Callable
from typing import BinaryIO

from s3audio_tui.errors import S3AudioError

_MAX_BYTES = 16 * 1024**2
"""What a header may take: pictures in tags are large, and a scan for frames is larger."""
_MAX_READS = 50_000
_MAX_BLOCKS = 256
"""So many different blocks of 64 KiB: each may be a request, and chunks may lie a block apart."""
_BLOCK_BYTES = 64 * 1024


class GuardedFile(io.RawIOBase):
    """Reads `file`, of `size_bytes`, from its start. Its position is its own.

    `whole` leaves out the bounds, for what is decoded to its end. `window` reads a range of the
    file, and no more than that.
    """

    def __init__(
        self,
        file: BinaryIO,
        size_bytes: int,
        *,
        whole: bool = False,
        window: Callable[[int, int], bytes] | None = None,
    ) -> None:
        self._file = file
        self._window = window
        self.size_bytes = size_bytes
        """What parsers see of the file."""
        self._end = size_bytes
        self._at = 0
        self._bytes_left = sys.maxsize if whole else _MAX_BYTES
        self._reads_left = sys.maxsize if whole else _MAX_READS
        self._blocks_left = sys.maxsize if whole else _MAX_BLOCKS
        self._blocks: set[int] = set()
        self._failure: S3AudioError | OSError | None = None

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; a place before the start is the start."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes; none behind the end, beyond the bounds or after a failure."""
        left = max(0, self.size_bytes - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        wanted = min(wanted, self._bytes_left)
        if not wanted or not self._reads_left or self._failure or not self._may_reach():
            return b""
        self._reads_left -= 1
        try:
            self._file.seek(self._at)
            data = self._file.read(wanted)
        except (S3AudioError, OSError) as error:
            self._failure = error
            return b""
        self._at += len(data)
        self._bytes_left -= len(data)
        return data

    def _may_reach(self) -> bool:
        block = self._at // _BLOCK_BYTES
        if block not in self._blocks and self._blocks_left < sys.maxsize:
            self._blocks_left -= 1
            self._blocks.add(block)
        return self._blocks_left > 0

    def window(self, start: int, length: int) -> bytes:
        """Return a few bytes from anywhere, of which nothing around is needed.

        Not for parsers: it raises, and its bytes do not count.
        """
        length = min(length, self._end - start)
        if length <= 0:
            return b""
        if self._window is not None:
            return self._window(start, length)
        self._file.seek(start)
        return self._file.read(length)

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # the stubs take any buffer
        """Fill `buffer` from the position; return the number of bytes."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def raise_failure(self) -> None:
        """Raise what a read of the file itself raised, if one did."""
        if self._failure:
            raise self._failure
