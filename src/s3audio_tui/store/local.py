"""What is uploaded, on this side: a file that must stay as it is."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from s3audio_tui.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UsageError,
)
from s3audio_tui.store.arrival import hash_into, hashed
from s3audio_tui.store.checksums import KINDS, Crc, Kind, composite_etag
from s3audio_tui.store.heads import ObjectHead
from s3audio_tui.store.parts import usual_sizes
from s3audio_tui.store.session import Fingerprint


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


@dataclass(frozen=True, slots=True)
class FilePart:
    """`size_bytes` of an open file from `start` on. Several can be read at once."""

    fd: int
    start: int
    size_bytes: int

    def read_into(self, view: memoryview, at: int) -> None:
        """Fill `view` from `at` on; raise `ConflictError` when the file has become shorter."""
        done = 0
        while done < len(view):
            try:
                size = os.preadv(self.fd, [view[done:]], self.start + at + done)
            except OSError as error:
                raise S3AudioError(
                    f"the file cannot be read ({error.strerror})", "check the disk"
                ) from error
            if not size:
                raise ConflictError("the file became shorter meanwhile", "upload it again")
            done += size


@dataclass(frozen=True, slots=True)
class Watched:
    """A file that is open, and how it was then."""

    path: Path
    fd: int
    before: Fingerprint

    def check(self) -> None:
        """Raise `ConflictError` when it is no longer as it was, or another has its name.

        One that was deleted is open still, and may be the last copy: it is sent to its end.
        """
        now = Fingerprint.of(os.fstat(self.fd))
        try:
            named = self.path.stat().st_ino
        except OSError:
            named = now.inode
        if now != self.before or named != now.inode:
            raise ConflictError(f"{self.path} changed while it was uploaded", "upload it again")


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file as a source whose last bytes leave only if it is still as it was."""

    source: FilePart
    file: Watched

    @property
    def size_bytes(self) -> int:
        """How many bytes there are."""
        return self.source.size_bytes

    def read_into(self, view: memoryview, at: int) -> None:
        """Fill `view` from `at` on; raise `ConflictError` when the file has changed."""
        self.source.read_into(view, at)
        if at + len(view) == self.size_bytes:
            self.file.check()


def etag_for(path: Path, part_bytes: int | None = None) -> str:
    """Return the ETag that S3 gives to the file, sent whole or in such parts; reads all of it.

    An object encrypted with a KMS key has another one.
    """
    with opened(path) as fd:
        size_bytes = os.fstat(fd).st_size
        if part_bytes is None:
            return _md5(fd, 0, size_bytes)
        starts = range(0, max(size_bytes, 1), part_bytes)
        return composite_etag(_md5(fd, at, min(part_bytes, size_bytes - at)) for at in starts)


def is_copy(path: Path, found: ObjectHead, part_bytes: int | None = None) -> bool:
    """Return whether an object surely is the file, by its checksum or its ETag; reads all of it.

    One that came in parts of a size that nobody knows is compared as if it were a usual one.
    """
    if found.checksum_type == "FULL_OBJECT":
        for kind in KINDS:
            wanted = found.checksums.get(kind.upper())
            if wanted is not None:
                return _crc(path, kind, found.size_bytes) == wanted
    if found.parts is None:
        return found.etag == etag_for(path)
    sizes = dict.fromkeys(
        [part_bytes] if part_bytes else usual_sizes(found.size_bytes, found.parts)
    )
    return any(found.etag == etag_for(path, size) for size in sizes)


def _crc(path: Path, kind: Kind, size_bytes: int) -> str:
    """Return the checksum of the file; empty where it is of another size."""
    with opened(path) as fd:
        if os.fstat(fd).st_size != size_bytes:
            return ""
        made = Crc(kind)
        hash_into(FilePart(fd, 0, size_bytes), made)
        return made.base64


def _md5(fd: int, start: int, size_bytes: int) -> str:
    made = hashed(FilePart(fd, start, size_bytes), "md5").md5
    return "" if made is None else made.hex
