"""What is uploaded, on this side: a file that must stay as it is."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UsageError,
)
from s3audio_tui.store.transfer import part_size_for

_BLOCK_BYTES = 1 << 20


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


def etag_for(path: Path, *, in_parts: bool) -> str:
    """Return the ETag that S3 gives to the file, sent whole or in our parts; reads all of it.

    An object encrypted with a KMS key has another one.
    """
    digests: list[bytes] = []
    with opened(path) as fd:
        size_bytes = os.fstat(fd).st_size
        part_bytes = part_size_for(size_bytes) if in_parts else max(size_bytes, 1)
        for begin in range(0, max(size_bytes, 1), part_bytes):
            digests.append(_md5(fd, begin, min(begin + part_bytes, size_bytes)))
    if not in_parts:
        return digests[0].hex()
    return f"{hashlib.md5(b''.join(digests), usedforsecurity=False).hexdigest()}-{len(digests)}"


def _md5(fd: int, at: int, end: int) -> bytes:
    digest = hashlib.md5(usedforsecurity=False)
    while at < end and (piece := os.pread(fd, min(end - at, _BLOCK_BYTES), at)):
        digest.update(piece)
        at += len(piece)
    return digest.digest()
