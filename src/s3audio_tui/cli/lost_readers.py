"""Streams whose reader may go: what is said then goes nowhere, and the job goes on.

`rec --json | head -1` and a terminal that was closed cost what is said, never the sound.
"""

import errno
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from s3audio_tui.cli.output import Output
from s3audio_tui.cli.pipes import READER_LEFT

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_NOT_ALL_SAID = 1


class LostReader:
    """Why nobody reads standard output any more, if that is so."""

    def __init__(self) -> None:
        self._why: OSError | None = None
        self._is_told = False

    def lose(self, why: OSError) -> None:
        """Note that nobody reads it any more."""
        self._why = self._why or why

    def news(self) -> str:
        """Return once what is to be said of it; nothing of a terminal that is gone."""
        if self._why is None or self._is_told or self._why.errno == errno.EIO:
            return ""
        self._is_told = True
        if self._why.errno == errno.EPIPE:
            return "nobody reads the output any more; the recording goes on"
        return f"the output cannot be written: {self._why.strerror}; the recording goes on"

    @property
    def code(self) -> int:
        """The exit code of a run that went well but for this."""
        if self._why is None or self._why.errno == errno.EIO:
            return 0
        return READER_LEFT if self._why.errno == errno.EPIPE else _NOT_ALL_SAID


@contextmanager
def heedless(output: Output) -> Iterator[LostReader]:
    """Let nothing that is said in the block fail."""
    lost, before = LostReader(), (output.stdout, output.stderr)
    output.flush()
    output.stdout = _text(before[0], lost.lose)
    output.stderr = _text(before[1], lambda why: None)
    try:
        yield lost
    finally:
        output.stdout.flush()
        output.stderr.flush()
        output.stdout, output.stderr = before


def _text(stream: TextIO, lose: Callable[[OSError], None]) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(_Stream(stream.fileno(), lose)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.isatty(),
    )


class _Stream(io.FileIO):
    """Writes to a descriptor that stays open; what it refuses counts as written."""

    def __init__(self, descriptor: int, lose: Callable[[OSError], None]) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._lose = lose

    def write(self, data: "ReadableBuffer", /) -> int | None:  # type: ignore[override]
        try:
            return super().write(data)
        except OSError as error:
            self._lose(error)
            return memoryview(data).nbytes
