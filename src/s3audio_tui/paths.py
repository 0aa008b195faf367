"""Keys turned into file names that are safe on this disk, and files opened so that none escapes.

A key is somebody else's text. It may hold `..`, an absolute path, NUL, names that Windows
reserves, or be longer than a file name may be; a symbolic link may wait where the file goes.
"""

import errno
import fcntl
import hashlib
import os
import re
import stat
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from s3audio_tui.errors import ConflictError, NotFoundError, UsageError

_MAX_NAME_BYTES = 240
"""255 is the limit of most file systems; `.part` and a number must fit behind."""

_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f\\:*?"<>|'
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
"""What a file system cannot hold, and what makes a name read as another one."""

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
"""How file systems say that they have no hard links (exFAT, some network shares)."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def local_path(key: str) -> str:
    """Return the path, relative to a target folder, under which `key` may be kept on disk.

    Each segment is made safe on its own; a leading `/` and empty segments go. Raises `UsageError`
    for a key with a `..` segment, and for one without any name.
    """
    segments = [segment for segment in key.split("/") if segment not in ("", ".")]
    if ".." in re.split(r"[/\\]", key):
        raise UsageError(
            "its name leads out of the folder",
            "download it alone with --to -, or rename it",
            key=key,
        )
    if not segments:
        raise UsageError("it has no name that a file could have", "rename it first", key=key)
    return "/".join(_safe_segment(segment) for segment in segments)


def _safe_segment(segment: str) -> str:
    name = segment.encode("utf-8", "replace").decode("utf-8")
    name = _UNSAFE.sub(lambda match: _escaped(match[0]), name)
    if name[-1] in " .":
        name = name[:-1] + _escaped(name[-1])
    if _RESERVED.fullmatch(name):
        name = _escaped(name[0]) + name[1:]
    if len(name.encode()) > _MAX_NAME_BYTES:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 8 else ""
        tail = f"~{hashlib.sha256(segment.encode('utf-8', 'replace')).hexdigest()[:10]}{ending}"
        room = _MAX_NAME_BYTES - len(tail.encode())
        name = name.encode()[:room].decode("utf-8", "ignore") + tail
    return name


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def exists(path: Path) -> bool:
    """Return whether there is something; a text too long for a path is nothing."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def is_folder(path: Path) -> bool:
    """Return whether there is a folder; what no path can be is none."""
    return exists(path) and path.is_dir()


def stays_inside(relative: str) -> bool:
    """Return whether a path leads to a file below the folder that it is told to."""
    return "\0" not in relative and not {"", ".", ".."} & set(relative.split("/"))


def folded(path: str) -> str:
    """Return what two paths share that some file system takes for one: case, Unicode form."""
    return unicodedata.normalize("NFC", path).casefold()


@dataclass
class PartFile:
    """A file that is being filled beside its final name. `fd` is open for writing and locked."""

    fd: int
    folder_fd: int
    part_name: str
    name: str
    shown_path: str

    def publish(self, modified: float, *, overwrite: bool) -> None:
        """Sync the bytes, date the file, and give it its name; refuse where that is taken."""
        if not _names(self.part_name, self.folder_fd, self.fd):
            raise ConflictError(f"{self.shown_path}.part was taken away", "download it again")
        os.utime(self.fd, (modified, modified))
        os.fsync(self.fd)
        if overwrite:
            self._replace()
        else:
            self._link()
        os.fsync(self.folder_fd)

    def _replace(self) -> None:
        try:
            os.replace(
                self.part_name, self.name, src_dir_fd=self.folder_fd, dst_dir_fd=self.folder_fd
            )
        except IsADirectoryError:
            raise ConflictError(
                f"{self.shown_path} is a folder", "choose --if-exists rename"
            ) from None

    def _link(self) -> None:
        try:
            os.link(
                self.part_name,
                self.name,
                src_dir_fd=self.folder_fd,
                dst_dir_fd=self.folder_fd,
                follow_symlinks=False,
            )
        except FileExistsError:
            raise self._taken() from None
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._claim()
            self._replace()
        else:
            os.unlink(self.part_name, dir_fd=self.folder_fd)

    def _claim(self) -> None:
        """Make the final name, empty, on a disk without links: it is ours, or the call fails."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            os.close(os.open(self.name, flags, 0o666, dir_fd=self.folder_fd))
        except FileExistsError:
            raise self._taken() from None

    def _taken(self) -> ConflictError:
        return ConflictError(
            f"{self.shown_path} is there already", "choose --if-exists rename or overwrite"
        )

    def reader(self) -> int:
        """Open it once more, to be read while it is filled; without the lock."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(self.part_name, flags, dir_fd=self.folder_fd)

    def discard(self) -> None:
        """Remove the part file; what had its final name before stays."""
        if _names(self.part_name, self.folder_fd, self.fd):
            os.unlink(self.part_name, dir_fd=self.folder_fd)

    def close(self) -> None:
        """Let go of both files, and of the lock."""
        os.close(self.fd)
        os.close(self.folder_fd)


def open_part(folder: Path, relative: str, *, empty: bool = True) -> PartFile:
    """Open `relative` + `.part` below `folder` for writing, and lock it.

    Folders that are missing are made. No step below `folder` follows a symbolic link. A part file
    that a killed download left is used again, as it is unless it shall be `empty`. Raises
    `ConflictError` while another program has it, `UsageError` for a path that leads out of the
    folder.
    """
    if not stays_inside(relative):
        raise UsageError(f"{relative} leads out of {folder}", "choose another name")
    *folders, name = relative.split("/")
    shown = str(folder / relative)
    folder_fd = _open_folders(folder, folders, shown)
    part_name = f"{name}.part"
    try:
        fd = None
        while fd is None:
            fd = _open_locked(part_name, folder_fd, shown)
    except BaseException:
        os.close(folder_fd)
        raise
    if empty:
        os.ftruncate(fd, 0)
    return PartFile(fd, folder_fd, part_name, name, shown)


def _open_locked(part_name: str, folder_fd: int, shown: str) -> int | None:
    """Open and lock the part file; None where it stopped being one meanwhile.

    Between opening and locking, the program that had it may have given it its final name: then
    it is a finished file, and nothing of ours. A program killed between the two steps of that
    leaves one file under both names; there only the name `.part` is taken away.
    """
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        fd = os.open(part_name, flags, 0o666, dir_fd=folder_fd)
    except OSError as error:
        raise ConflictError(
            f"{shown}.part cannot be written ({error.strerror})", "remove what is in its place"
        ) from None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise ConflictError(
            f"{shown} is being downloaded by another program", "wait for it"
        ) from None
    status = os.fstat(fd)
    ours = _names(part_name, folder_fd, fd)
    regular = stat.S_ISREG(status.st_mode)
    if ours and regular and status.st_nlink <= 1:
        return fd
    if ours and regular:
        os.unlink(part_name, dir_fd=folder_fd)
    os.close(fd)
    if not regular:
        raise ConflictError(f"{shown}.part is not a file", "remove what is in its place")
    return None


def _names(name: str, folder_fd: int, fd: int) -> bool:
    """Whether `name` in the folder is the open file `fd`."""
    try:
        found = os.stat(name, dir_fd=folder_fd, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(fd))


def _open_folders(folder: Path, below: list[str], shown: str) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        # mkdir says of a file that it exists, which is not what is wrong with it.
        reason = "not a folder" if isinstance(error, FileExistsError) else error.strerror
        raise NotFoundError(
            f"{folder} cannot be used ({reason})", "choose another folder with --to"
        ) from None
    for name in below:
        try:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=fd)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            deeper = os.open(name, flags, dir_fd=fd)
        except OSError as error:
            raise ConflictError(
                f"{name} on the way to {shown} cannot be used as a folder ({error.strerror})",
                "choose another folder with --to",
            ) from None
        finally:
            os.close(fd)
        fd = deeper
    return fd
