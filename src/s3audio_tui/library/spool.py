"""Takes on this machine that have not all reached S3: a folder for each, with lines and chunks.

The lines only grow, each is on the disk before the next act, and one that a kill cut short is no
line. So what is there after a kill is true; nothing here is removed but what S3 has confirmed.
"""

import fcntl
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from s3audio_tui import logs
from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library.takes import VERSION, Begun, Line, Take, begun_take, take_of
from s3audio_tui.private import private_folder, writing

_LINES = "take.jsonl"
_LOG = logging.getLogger(logs.NAME)
_DECODER = msgspec.json.Decoder(Line)


class TakeFolder:
    """One take that this program holds: nobody else writes into it meanwhile."""

    def __init__(self, path: Path, fd: int, take: Take) -> None:
        self.path, self.take = path, take
        self._fd: int | None = fd
        self._lock = threading.Lock()
        self._owed: list[Line] = []

    def say(self, line: Line) -> None:
        """Write a line down, and take it in. It is on the disk when this returns."""
        with self._lock:
            if self._fd is None:
                raise ConflictError("the take is closed", "open it again", key=self.take.id)
            with writing(self.path / _LINES):
                _append(self._fd, *self._owed, line)
            self._owed.clear()
            self.take.hear(line)

    def owe(self, line: Line) -> None:
        """Take in a line that the disk refused; it is written before the next one."""
        with self._lock:
            self._owed.append(line)
            self.take.hear(line)

    def chunk_path(self, index: int, ending: str = "wav") -> Path:
        """Return where a chunk is."""
        return self.path / f"{index:05}.{ending}"

    def remove_sent(self, index: int) -> None:
        """Remove the file of a chunk that S3 has, and has confirmed."""
        chunk = self.take.chunk(index)
        if chunk.state == "in_s3":
            (self.path / chunk.file).unlink(missing_ok=True)

    def close(self, *, remove: bool = False) -> None:
        """Let others have it; with `remove` take the folder away, if all of it is in S3."""
        with self._lock:
            if self._fd is None:
                return
            if remove and self.take.finished and not self._left_over():
                shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._fd)  # and with it the lock
            self._fd = None

    def _left_over(self) -> bool:
        """Return whether there is a file that S3 does not have."""
        return any(path.name != _LINES for path in self.path.iterdir())


class Sender(Protocol):
    """What brings chunks to S3, behind the recording."""

    def send(self, folder: TakeFolder, index: int) -> None:
        """Take a chunk that is on the disk. Returns at once."""


class Spool:
    """The folder of all takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, begun: Begun) -> TakeFolder:
        """Make a folder for a new take. Raises `S3AudioError` where that cannot be."""
        path = self.folder / begun.id
        with writing(path):
            private_folder(self.folder)
            path.mkdir(mode=0o700)
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
            fd = os.open(path / _LINES, flags, 0o600)
            fcntl.flock(fd, fcntl.LOCK_EX)
            _append(fd, begun)
            _sync_folder(path)
            _sync_folder(self.folder)
        return TakeFolder(path, fd, begun_take(begun))

    def takes(self) -> list[Take]:
        """Return the takes that are here, the oldest first; some may be recorded just now."""
        found = [take for path in self._folders() if (take := _read(path / _LINES)) is not None]
        return sorted(found, key=lambda take: take.started_at)

    def held(self, take_id: str) -> bool:
        """Return whether a program records it, or sends it, just now."""
        try:
            self.hold(take_id).close()
        except ConflictError:
            return True
        except NotFoundError:
            return False
        return False

    def hold(self, take_id: str) -> TakeFolder:
        """Return a take that no other program holds.

        Raises `ConflictError` where one does, `NotFoundError` where it is not here.
        """
        path = self.folder / take_id
        try:
            fd = os.open(path / _LINES, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        except OSError:
            raise NotFoundError(f"there is no take {take_id} here", "", key=take_id) from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            raise ConflictError(
                f"another program has the take {take_id}", "wait for its end", key=take_id
            ) from None
        take = _read(path / _LINES)
        if take is None:
            os.close(fd)
            raise NotFoundError(f"the take {take_id} has not begun", "", key=take_id)
        _cut_torn_line(fd)
        return TakeFolder(path, fd, take)

    def free_bytes(self) -> int:
        """Return how much room the disk has for us."""
        folder = self.folder
        while not folder.exists():
            folder = folder.parent
        about = os.statvfs(folder)
        return about.f_bavail * about.f_frsize

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [path for path in self.folder.iterdir() if (path / _LINES).is_file()]


def _read(path: Path) -> Take | None:
    try:
        return take_of(_lines(path))
    except OSError as error:
        _LOG.warning("%s cannot be read: %s", path, error)
        return None


def _lines(path: Path) -> Iterator[Line]:
    """Yield what was written down; a last line that a kill cut short is none."""
    for data in path.read_bytes().split(b"\n"):
        try:
            line = _DECODER.decode(data)
        except msgspec.MsgspecError:
            if data:
                _LOG.warning("a line of %s is not understood: %r", path, data[:200])
            continue
        if isinstance(line, Begun) and line.version > VERSION:
            _LOG.warning("%s is of a newer version of the program", path)
            return
        yield line


def _append(fd: int, *lines: Line) -> None:
    """Write lines; where the disk takes only some of them, take that away again."""
    size = os.fstat(fd).st_size
    data = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    try:
        while data:
            data = data[os.write(fd, data) :]
        os.fdatasync(fd)
    except OSError:
        os.ftruncate(fd, size)
        raise


def _cut_torn_line(fd: int) -> None:
    """Let the next line begin on a line of its own."""
    size = os.fstat(fd).st_size
    if size and os.pread(fd, 1, size - 1) != b"\n":
        os.write(fd, b"\n")


def _sync_folder(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
