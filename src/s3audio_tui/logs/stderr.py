"""What libraries in C print to descriptor 2 goes into a log file, and not on the screen."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from s3audio_tui.private import private_file

_NAME = "libraries.log"
_MAX_BYTES = 1_000_000


@contextmanager
def kept_apart(folder: Path) -> Iterator[TextIO]:
    """Give descriptor 2 to a log in `folder` for the block, and yield where it has led to.

    `sys.stderr` and `sys.__stderr__`, on which the app draws, lead there meanwhile.
    """
    before = sys.stderr, sys.__stderr__
    sys.stderr.flush()
    ours = os.dup(2)
    log = _log(folder)
    os.dup2(log, 2)
    os.close(log)
    encoding = getattr(before[0], "encoding", None) or "utf-8"
    with os.fdopen(ours, "w", encoding=encoding, errors="backslashreplace", buffering=1) as file:
        sys.stderr = sys.__stderr__ = file  # type: ignore[misc]  # it is no constant here
        try:
            yield file
        finally:
            file.flush()
            sys.stderr, sys.__stderr__ = before  # type: ignore[misc]
            os.dup2(ours, 2)


def _log(folder: Path) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
    try:
        path = private_file(folder / _NAME)
        if path.stat().st_size > _MAX_BYTES:
            os.truncate(path, 0)
        return os.open(path, flags)
    except OSError:
        return os.open(os.devnull, flags)
