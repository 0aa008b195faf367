"""What passes of a stream, kept in a file without a name for who reads it afterwards."""

import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

from s3audio_tui.store.transfer import MIB

MOST_BYTES = 256 * MIB
"""Of a stream that is longer nothing is kept."""
_ROOM = 4
"""So many times as much must be free: others write there too, and it may be memory."""


class StreamCopy:
    """Keeps the blocks that a stream gives, where they are `wanted`; its end removes the file.

    It costs the stream nothing but time: without room on the disk there is no copy. The stream may
    be read in another thread, and still be when this ends.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._file: IO[bytes] | None = None
        self._wanted = wanted
        self._size_bytes = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._drop()

    @property
    def fd(self) -> int | None:
        """The file with all that has passed; None where there is none."""
        with self._lock:
            return None if self._file is None else self._file.fileno()

    def of(self, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
        """Return `read`, of which all that it returns is kept."""

        def reads(size: int) -> bytes:
            block = read(size)
            with self._lock:
                self._keep(block)
            return block

        return reads

    def _keep(self, block: bytes) -> None:
        if not self._wanted or not block:
            return
        self._size_bytes += len(block)
        if self._size_bytes > MOST_BYTES:
            self._drop()
            return
        try:
            if self._file is None:
                self._file = _opened()
            view = memoryview(block)
            while view:
                view = view[os.write(self._file.fileno(), view) :]
        except OSError:  # no room, or no place for it
            self._drop()

    def _drop(self) -> None:
        file, self._file, self._wanted = self._file, None, False
        if file is not None:
            with suppress(OSError):  # what the disk says late is none of the stream's
                file.close()


def _opened() -> IO[bytes]:
    """Return a file without a name. Raises `OSError`, also where there is little room."""
    if shutil.disk_usage(tempfile.gettempdir()).free < _ROOM * MOST_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return tempfile.TemporaryFile(buffering=0)
