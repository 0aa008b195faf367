"""What is uploaded, on this side: files that must stay as they are, and streams."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UsageError,
)


class Readable(Protocol):
    """What `upload_stream` needs of a stream."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


def filled(stream: Readable, size_bytes: int) -> bytes:
    """Read until there are `size_bytes` or the stream ends: a pipe gives less at a time."""
    pieces: list[bytes] = []
    while size_bytes > 0:
        try:
            piece = stream.read(size_bytes)
        except OSError as error:
            raise BadBytesError(
                f"the input cannot be read ({error.strerror})", "check where it comes from"
            ) from error
        if not piece:
            break
        pieces.append(piece)
        size_bytes -= len(piece)
    return b"".join(pieces)


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open a regular file for reading; raise in plain words where there is none."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotFoundError(f"there is no file {path}", "check its name") from None
    except OSError as error:
        raise NotAllowedError(
            f"{path} cannot be read ({error.strerror})", "check its rights"
        ) from None
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise UsageError(f"{path} is not a file", "name a file")
        yield fd
    finally:
        os.close(fd)


def start(fd: int, size_bytes: int) -> bytes:
    """Return the first bytes of a file, up to one more than expected, to see it grow."""
    pieces, at = [], 0
    while at <= size_bytes:
        try:
            piece = os.pread(fd, size_bytes + 1 - at, at)
        except OSError as error:
            raise BadBytesError(
                f"the file cannot be read ({error.strerror})", "check the disk"
            ) from error
        if not piece:
            break
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)


def check_unchanged(fd: int, path: Path, before: os.stat_result) -> None:
    """Raise `ConflictError` when the file is no longer as it was."""
    now = os.fstat(fd)
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise ConflictError(f"{path} changed while it was uploaded", "upload it again")
