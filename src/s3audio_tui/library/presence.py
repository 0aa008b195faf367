"""A sign that this program is alive: a locked file, whose lock goes when the program does.

A process number says less: after a restart of the machine another program may have it.
"""

import fcntl
import os
import re
import time
import uuid
from contextlib import suppress
from glob import escape
from pathlib import Path

from s3audio_tui.private import private_file

_OLD_S = 24 * 3600.0
_NAME = re.compile("[0-9a-f]{32}")


class Presence:
    """This program's file beside `file`, locked until `close` or the end of the program."""

    def __init__(self, file: Path) -> None:
        _sweep(file)
        self.name = uuid.uuid4().hex
        self._path = private_file(_path(file, self.name))
        self._fd: int | None = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def close(self) -> None:
        """Take the sign down."""
        if self._fd is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = None


def is_gone(file: Path, name: str) -> bool:
    """Return whether the program that had this sign beside `file` has ended."""
    if not _NAME.fullmatch(name):
        return True  # no program ever had it
    path = _path(file, name)
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        with suppress(OSError):
            path.unlink()
        return True
    finally:
        os.close(fd)


def _sweep(file: Path) -> None:
    """Remove signs that killed programs left; a new one may not be locked yet, and is let be."""
    before = time.time() - _OLD_S
    for path in file.parent.glob(f"{escape(file.stem)}.*.alive"):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                is_gone(file, path.name.split(".")[-2])


def _path(file: Path, name: str) -> Path:
    return file.with_name(f"{file.stem}.{name}.alive")
