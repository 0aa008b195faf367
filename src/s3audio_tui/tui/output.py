"""What is drawn, written to the terminal to the last byte."""

from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TextIO

_ROOM_BYTES = 1 << 16


def whole(file: TextIO) -> TextIOWrapper:
    """Return a file for the same terminal that writes all it is given.

    With PYTHONUNBUFFERED set, as in many containers, Python asks the system once for each text.
    What a signal keeps from being written then is lost, and a frame ends in the middle.
    """
    raw = FileIO(file.fileno(), "w", closefd=False)
    writer = BufferedWriter(raw, _ROOM_BYTES)
    return TextIOWrapper(writer, encoding=file.encoding, errors=file.errors, newline="")
