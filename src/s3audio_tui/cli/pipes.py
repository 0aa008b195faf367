"""Standard output when its reader has left, as `head` does."""

import os
import sys

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
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return READER_LEFT
