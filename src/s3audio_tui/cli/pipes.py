"""Standard output when its reader has left, as `head` does."""

import os
import sys
from typing import TextIO

READER_LEFT = 141
"""What the shell says of a program that the lost pipe killed."""


def write_page(page: str) -> int:
    """Write a help page; return the exit code."""
    try:
        sys.stdout.write(page)
        sys.stdout.flush()
    except BrokenPipeError:
        return hush()
    return 0


def hush() -> int:
    """Let what is still buffered go nowhere, so that nothing complains at exit."""
    _to_nowhere(sys.stdout)
    return READER_LEFT


def hush_all() -> None:
    """Do so with stderr too: the terminal is gone."""
    for stream in (sys.stdout, sys.stderr):
        _to_nowhere(stream)


def _to_nowhere(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
