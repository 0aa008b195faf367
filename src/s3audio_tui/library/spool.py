"""Takes on this machine that have not all reached S3: a folder for each, with lines and chunks.

The lines only grow, each is on the disk before the next act, and one that a kill cut short is no
line. So what is there after a kill is true; nothing here is removed but what S3 has confirmed.
"""

import fcntl
import logging
import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from s3audio_tui import logs
from s3audio_tui.errors import ConflictError, NotFoundError, S3AudioError
from s3audio_tui.library.take_file import NAME, append, read_take, reading, unread
from s3audio_tui.library.takes import Begun, Line, Take, begun_take
from s3audio_tui.private import private_folder, writing

_LOG = logging.getLogger(logs.NAME)
_TRIES = 5
_MOMENT_S = 0.02
"""Who only asks whether a take is held has it for less than that."""


class TakeFolder:
    """One take that this program holds: nobody else writes into it meanwhile."""

    def __init__(self, path: Path, fd: int, take: Take, *, keeps: bool = False) -> None:
        self.path, self.take, self._keeps = path, take, keeps
        self._fd: int | None = fd
        self._lock = threading.Lock()
        self._owed: list[Line] = []

    def say(self, line: Line) -> None:
        """Write a line down, and take it in. It is on the disk when this returns."""
        with self._lock:
            if self._fd is None:
                raise ConflictError("the take is closed", "open it again", key=self.take.id)
            with writing(self.path / NAME):
                append(self._fd, *self._owed, line)
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
        """Remove the file of a chunk that S3 has confirmed; what stays goes another time."""
        chunk = self.take.chunk(index)
        if chunk.state != "in_s3" or self._keeps:
            return
        try:
            (self.path / chunk.file).unlink(missing_ok=True)
        except OSError as error:
            _LOG.warning("%s stays: %s", chunk.file, error)

    def close(self, *, remove: bool = False) -> None:
        """Let others have it; with `remove` take the folder away, if all of it is in S3."""
        with self._lock:
            if self._fd is None:
                return
            try:
                is_over = self.take.finished and not self._keeps
                if remove and is_over and not self.left_over():
                    shutil.rmtree(self.path, ignore_errors=True)
            finally:
                os.close(self._fd)  # and with it the lock
                self._fd = None

    def left_over(self) -> list[str]:
        """Return the files that S3 does not have; of a folder that cannot be read, the folder."""
        known = {NAME, *(chunk.file for chunk in self.take.chunks if chunk.state == "in_s3")}
        try:
            return sorted(each.name for each in self.path.iterdir() if each.name not in known)
        except OSError as error:
            _LOG.warning("%s cannot be read: %s", self.path, error)
            return [self.path.name]


class Sender(Protocol):
    """What brings chunks to S3, behind the recording."""

    def send(self, folder: TakeFolder, index: int) -> None:
        """Take a chunk that is on the disk. Returns at once."""


class Spool:
    """The folder of all takes. With `keeps` nothing leaves it for being in S3."""

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        self.folder, self.keeps = folder, keeps

    def begin(self, begun: Begun) -> TakeFolder:
        """Make a folder for a new take. Raises `S3AudioError` where that cannot be."""
        path = self.folder / begun.id
        with writing(path):
            private_folder(self.folder)
            path.mkdir(mode=0o700)
            try:
                fd = _new_file(path, begun)
            except OSError:
                _take_away(path)
                raise
        return TakeFolder(path, fd, begun_take(begun), keeps=self.keeps)

    def takes(self) -> list[Take]:
        """Return the takes that are here, the oldest first; some may be recorded just now."""
        return self.look()[0]

    def look(self) -> tuple[list[Take], list[S3AudioError]]:
        """Return the takes, and of each that cannot be read why; its `key` is the folder's name.

        Raises `S3AudioError` where the folder of all of them cannot be read.
        """
        found: list[Take] = []
        spoilt: list[S3AudioError] = []
        for name in self._names():
            try:
                take = read_take(self.folder / name)
            except S3AudioError as error:
                _LOG.warning("%s", error)
                spoilt.append(error)
                continue
            if take is not None:
                found.append(take)
        return sorted(found, key=lambda take: take.started_at), spoilt

    def held(self, take_id: str) -> bool:
        """Return whether a program records it, or sends it, just now. Nothing is written."""
        try:
            fd = os.open(self.folder / take_id / NAME, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        else:
            return False
        finally:
            os.close(fd)

    def hold(self, take_id: str) -> TakeFolder:
        """Return a take that no other program holds. Nothing is written.

        Raises `ConflictError` where one does, `NotFoundError` where it is not here, and what
        `read_take` raises.
        """
        path = self.folder / take_id
        try:
            fd = os.open(path / NAME, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        except FileNotFoundError:
            raise NotFoundError(f"there is no take {take_id} here", "", key=take_id) from None
        except OSError as error:
            raise unread(path, error) from None
        try:
            take = _held_alone(fd, path)
        except BaseException:
            os.close(fd)
            raise
        return TakeFolder(path, fd, take, keeps=self.keeps)

    def drop(self, take_id: str) -> None:
        """Remove a take that no program holds, whatever is in it, and for good.

        What tells of it goes last, so that after a kill it can be dropped again. Raises as `hold`,
        but one that cannot be read goes too.
        """
        path = self.folder / take_id
        fd = _locked(path)
        try:
            with writing(path):
                for each in path.iterdir():
                    if each.name != NAME:
                        _remove(each)
                _remove(path / NAME)
                path.rmdir()
        finally:
            if fd is not None:
                os.close(fd)

    def free_bytes(self) -> int:
        """Return how much room the disk has for us."""
        folder = self.folder
        while not folder.exists():
            folder = folder.parent
        about = os.statvfs(folder)
        return about.f_bavail * about.f_frsize

    def _names(self) -> list[str]:
        """Return the folders in which a take may be."""
        with reading(self.folder):
            try:
                paths = [*self.folder.iterdir()]
            except FileNotFoundError:
                return []
        return sorted(path.name for path in paths if _may_be_take(path))


def _may_be_take(path: Path) -> bool:
    """Return whether something is written down there, or one may not look."""
    try:
        os.lstat(path / NAME)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _held_alone(fd: int, path: Path) -> Take:
    """Lock a take, and return it."""
    with reading(path):
        _lock(fd, path.name)
        is_gone = not os.fstat(fd).st_nlink
    take = None if is_gone else read_take(path)
    if take is None:
        raise NotFoundError(f"there is no take {path.name} here", "", key=path.name)
    return take


def _locked(path: Path) -> int | None:
    """Lock what is written down of a take; None where it is nothing that could be locked."""
    try:
        fd = os.open(path / NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFoundError(f"there is no take {path.name} here", "", key=path.name) from None
    except OSError:
        return None
    try:
        _lock(fd, path.name)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _lock(fd: int, take_id: str) -> None:
    for left in reversed(range(_TRIES)):
        with suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if left:
            time.sleep(_MOMENT_S)
    raise ConflictError(f"another program has the take {take_id}", "wait for its end", key=take_id)


def _new_file(path: Path, begun: Begun) -> int:
    """Return the file of a new take, locked, with its first line on the disk."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
    fd = os.open(path / NAME, flags, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        append(fd, begun)
        _sync_folder(path)
        _sync_folder(path.parent)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _take_away(path: Path) -> None:
    """Remove the folder of a take that could not begin: nothing is in it."""
    with suppress(OSError):
        (path / NAME).unlink(missing_ok=True)
        path.rmdir()


def _sync_folder(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
