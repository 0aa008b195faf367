"""The file in which a take is written down: read, and made longer by lines that are on the disk."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from s3audio_tui import logs
from s3audio_tui.errors import BadBytesError, NotAllowedError, S3AudioError, UsageError
from s3audio_tui.library.takes import VERSION, Begun, Closed, Line, Opened, Take, take_of

NAME = "take.jsonl"

_LOG = logging.getLogger(logs.NAME)
_DECODER = msgspec.json.Decoder(Line)
_REMEDY = "its chunks are WAV files, and stay: s3audio put sends them"


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say of `path` what the disk has against reading it."""
    try:
        yield
    except OSError as error:
        raise unread(path, error) from None


def unread(path: Path, error: OSError) -> S3AudioError:
    """Return why something of a take cannot be read."""
    kind = NotAllowedError if isinstance(error, PermissionError) else S3AudioError
    text = f"{error.filename or path} cannot be read: {error.strerror or error}"
    return kind(text, "see to its disk and folder", key=path.name)


def read_take(folder: Path) -> Take | None:
    """Return what is written down in a folder; None where nothing is, for nothing was recorded.

    Raises `NotAllowedError` and others where it cannot be read, `BadBytesError` where it is not of
    this folder's take, or of a newer version of the program.
    """
    path = folder / NAME
    with reading(folder):
        data = path.read_bytes()
    lines = [*_lines(path, data)]
    if any(isinstance(line, Begun) and line.version > VERSION for line in lines):
        text = f"{folder} is of a newer version of s3audio"
        raise BadBytesError(text, "use that one", key=folder.name)
    take = take_of(lines)
    if take is None:
        if data.strip(b"\0\n"):
            raise BadBytesError(f"the first line of {path} is damaged", _REMEDY, key=folder.name)
        return None
    if take.id != folder.name:
        text = f"{folder} says that it is the take {take.id}"
        raise BadBytesError(text, "is it a copy? give it its own name again", key=folder.name)
    return take


def _lines(path: Path, data: bytes) -> Iterator[Line]:
    """Yield what was written down; what is damaged, as by a kill, is no line."""
    for text in data.split(b"\n"):
        try:
            line = _DECODER.decode(text)
        except (msgspec.MsgspecError, ValueError, UsageError):
            if text:
                _LOG.warning("a line of %s is not understood: %r", path, text[:200])
            continue
        if isinstance(line, (Opened, Closed)) and not _is_of_folder(line.file):
            _LOG.warning("a line of %s names a file elsewhere: %r", path, line.file)
            continue
        yield line


def _is_of_folder(file: str) -> bool:
    return Path(file).name == file and "\0" not in file


def append(fd: int, *lines: Line) -> None:
    """Write lines; where the disk takes only some of them, take that away again.

    What a kill has cut short before them is left as it is: they begin on a line of their own.
    """
    size = os.fstat(fd).st_size
    torn = size and os.pread(fd, 1, size - 1) != b"\n"
    data = b"\n" if torn else b""
    data += b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    try:
        while data:
            data = data[os.write(fd, data) :]
        os.fdatasync(fd)
    except OSError:
        os.ftruncate(fd, size)
        raise
