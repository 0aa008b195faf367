"""What passes of a stream, kept in a file without a name for who reads it afterwards."""

import os
import tempfile
from collections.abc import Callable
from types import TracebackType
from typing import IO, Self

from s3audio_tui.store.transfer import MIB

MOST_BYTES = 256 * MIB
"""Of a stream that is longer nothing is kept."""


class StreamCopy:
    """Keeps the blocks that a stream gives, where they are `wanted`; its end removes the file.

    It costs the stream nothing but time: without room on the disk there is no copy.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._file: IO[bytes] | None = None
        self._wanted = wanted
        self._size_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._drop()

    @property
    def fd(self) -> int | None:
        """The file with all that has passed; None where there is none."""
        return None if self._file is None else self._file.fileno()

    def of(self, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
        """Return `read`, of which all that it returns is kept."""

        def reads(size: int) -> bytes:
            block = read(size)
            self._keep(block)
            return block

        return reads

    def _keep(self, block: bytes) -> None:
        if not self._wanted or not block:
            return
        self._size_bytes += len(block)
        if self._size_bytes > MOST_BYTES:
            self._drop()
            return
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - `_drop` closes it
            view = memoryview(block)
            while view:
                view = view[os.write(self._file.fileno(), view) :]
        except OSError:  # no room, or no place for it
            self._drop()

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
        self._wanted, self._file = False, None
