"""The copy of a stream: it ends while the stream is still read, and costs it nothing."""

import io
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.library import stream_copy
from s3audio_tui.library.stream_copy import StreamCopy


def reading(*blocks: bytes) -> Callable[[int], bytes]:
    left = iter(blocks)
    return lambda size: next(left, b"")


def test_all_that_has_passed_is_kept_until_it_ends() -> None:
    with StreamCopy(wanted=True) as copy:
        read = copy.of(reading(b"one ", b"two"))
        while read(9):
            pass
        assert copy.fd is not None and os.pread(copy.fd, 9, 0) == b"one two"
    assert copy.fd is None


def test_it_ends_after_what_is_written_just_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancel does not wait for the thread that reads the stream."""
    wrote: list[int] = []
    write, copy = os.write, StreamCopy(wanted=True)
    ending = threading.Thread(target=copy.__exit__, args=(None, None, None))

    def late(fd: int, data: bytes) -> int:
        ending.start()
        ending.join(0.2)  # it would have ended by now; it must not
        wrote.append(write(fd, data))
        return wrote[-1]

    read = copy.of(reading(b"a block", b"another"))
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", late)
        assert read(9) == b"a block"
    ending.join()
    assert wrote == [7]
    assert read(9) == b"another" and copy.fd is None


def test_a_disk_that_fails_as_it_is_closed_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed: list[bool] = []

    class Failing(io.FileIO):
        def close(self) -> None:
            if not self.closed:
                super().close()
                closed.append(True)
                raise OSError(5, "Input/output error")

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **how: Failing(tmp_path / "a", "w+b"))
    with StreamCopy(wanted=True) as copy:
        assert copy.of(reading(b"a block"))(9) == b"a block"
        assert copy.fd is not None
    assert closed == [True]


@pytest.mark.parametrize("times", [3, 5])
def test_where_there_is_little_room_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, times: int
) -> None:
    usage: Any = shutil.disk_usage(tmp_path)
    free = usage._replace(free=times * stream_copy.MOST_BYTES)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    with StreamCopy(wanted=True) as copy:
        assert copy.of(reading(b"a block"))(9) == b"a block"
        assert (copy.fd is None) == (times == 3)
