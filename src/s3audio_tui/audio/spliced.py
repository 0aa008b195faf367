"""A file as a decoder shall see it: a head, and behind it what follows from some byte on."""

import io
from typing import BinaryIO, cast


class _Spliced(io.RawIOBase):
    """Its position is its own. A place before the start is the start."""

    def __init__(self, head: bytes, file: BinaryIO, at: int, size_bytes: int) -> None:
        self._head, self._file, self._begin = head, file, at
        self._size_bytes = len(head) + max(0, size_bytes - at)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._size_bytes)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stubs take any buffer
        if self._at < len(self._head):
            data = self._head[self._at : self._at + len(buffer)]
        else:
            self._file.seek(self._begin + self._at - len(self._head))
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def spliced(head: bytes, file: BinaryIO, at: int, size_bytes: int) -> BinaryIO:
    """Return `head`, and behind it what `file`, of `size_bytes`, holds from `at` on."""
    return cast(BinaryIO, io.BufferedReader(_Spliced(head, file, at, size_bytes), 1 << 16))
