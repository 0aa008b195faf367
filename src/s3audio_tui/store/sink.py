"""The file that a download fills: made at its full size, written and read at any place."""

import ctypes
import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from s3audio_tui.errors import LimitError, S3AudioError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Sink:
    """The file while it is ours: a thread that comes late from the network writes no more."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._users = 0
        self._open = True
        self._lock = threading.Lock()
        self._unused = threading.Event()

    def write(self, data: memoryview, at: int) -> None:
        """Write all of it there."""
        with self._used() as fd:
            while data:
                written = os.pwrite(fd, data, at)
                data, at = data[written:], at + written

    def read_into(self, view: memoryview, at: int) -> int:
        """Fill the view with what is there; return how many bytes, fewer at the end."""
        done = 0
        with self._used() as fd:
            while done < len(view):
                size = os.preadv(fd, [view[done:]], at + done)
                if not size:
                    break
                done += size
        return done

    def clear(self) -> None:
        """Take out all that is in it."""
        with self._used() as fd:
            os.ftruncate(fd, 0)

    def cut(self, size_bytes: int) -> None:
        """End it there, once all bytes of before are on the disk."""
        with self._used() as fd:
            os.fsync(fd)
            os.ftruncate(fd, size_bytes)

    def make_room(self, size_bytes: int) -> None:
        """Give it its full size, and the room for that where the disk can promise it.

        Raises `LimitError` where there is not enough.
        """
        with self._used() as fd:
            os.ftruncate(fd, size_bytes)
            _allocate(fd, size_bytes)

    def close(self) -> None:
        """Let nobody touch the file any more, and wait for those that do."""
        with self._lock:
            self._open = False
            used = self._users > 0
        if used:
            self._unused.wait()

    @contextmanager
    def _used(self) -> Iterator[int]:
        with self._lock:
            if not self._open:
                raise S3AudioError("stopped", "download it again")
            self._users += 1
        try:
            yield self._fd
        except OSError as error:
            raise unwritable(error) from error
        finally:
            self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._open and not self._users:
                self._unused.set()


def _allocate(fd: int, size_bytes: int) -> None:
    """Ask the disk for the room; one that cannot promise any is asked what it has free.

    Not `posix_fallocate`: where the disk cannot, the C library writes the whole file instead.
    """
    call = _fallocate()
    if call is not None and call(fd, 0, 0, size_bytes) == 0:
        return
    reason = ctypes.get_errno() if call is not None else 0
    if reason in _FULL:
        raise OSError(reason, os.strerror(reason))
    found = os.fstatvfs(fd)
    taken = os.fstat(fd).st_blocks * 512
    if found.f_blocks and size_bytes - taken > found.f_bavail * found.f_frsize:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@cache
def _fallocate() -> Any:
    """Return Linux's own call, None on other systems."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "fallocate64", None)
    if call is not None:
        call.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
    return call


def unwritable(error: OSError, key: str | None = None) -> S3AudioError:
    """Return what it means that a file cannot be written."""
    if error.errno in _FULL:
        return LimitError(
            f"there is no room for the file ({error.strerror})",
            "choose another folder, or free some room",
            key=key,
        )
    return S3AudioError(
        f"the file cannot be written ({error.strerror})", "look at the disk", key=key
    )
