"""A file whose bytes somebody else fetches by ranges: an object in a store, or the parent."""

import io
from collections.abc import Callable
from typing import BinaryIO, cast

ReadRange = Callable[[int, int], bytes]
"""Takes a start and a length, and returns those bytes; fewer only at the end. May wait, for what
is still on its way; what it raises reaches whoever decodes."""

FORWARD_BYTES = 256 * 1024
"""So much is asked for at once by who reads it all."""
HERE_AND_THERE_BYTES = 64 * 1024
"""And by who looks for a place, and wants little at each."""


class _Ranged(io.RawIOBase):
    """Its position is its own. A place before the start is the start."""

    def __init__(self, read: ReadRange, size_bytes: int) -> None:
        self._read, self._size_bytes, self._at = read, size_bytes, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stubs take any buffer
        wanted = min(len(buffer), self._size_bytes - self._at)
        if wanted <= 0:
            return 0
        data = self._read(self._at, wanted)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def ranged(read: ReadRange, size_bytes: int, buffer_bytes: int = FORWARD_BYTES) -> BinaryIO:
    """Return a file of so many bytes; decoders ask it for a few, it asks for `buffer_bytes`."""
    return cast(BinaryIO, io.BufferedReader(_Ranged(read, size_bytes), buffer_bytes))
