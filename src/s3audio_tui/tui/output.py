"""What is drawn, written to the terminal to the last byte; one that has gone takes all."""

import errno
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any, TextIO

_ROOM_BYTES = 1 << 16
_GONE = (errno.EIO, errno.ENXIO, errno.EPIPE)


class Terminal(FileIO):
    """Writes to a terminal. To one that was closed nothing can be shown, and that is no error."""

    def write(self, data: Any, /) -> int:
        """As the base."""
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in _GONE:
                raise
            return memoryview(data).nbytes


def whole(file: TextIO) -> TextIOWrapper:
    """Return a file for the same terminal that writes all it is given.

    With PYTHONUNBUFFERED set, as in many containers, Python asks the system once for each text.
    What a signal keeps from being written then is lost, and a frame ends in the middle.
    """
    raw = Terminal(file.fileno(), "w", closefd=False)
    writer = BufferedWriter(raw, _ROOM_BYTES)
    return TextIOWrapper(writer, encoding=file.encoding, errors=file.errors, newline="")
