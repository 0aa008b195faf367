"""A microphone without hardware: a pipe into the tests' sound server; and one that is made up."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np
import pytest
from numpy.typing import NDArray

from s3audio_tui.audio.input import InputStream, Take
from s3audio_tui.audio.sample_format import SampleFormat
from tests.audio.speaker import Speaker

_PIECE_BYTES = 1 << 16
_AHEAD_BYTES = 1 << 20

_Pieces = tuple[Iterator[NDArray[np.int16]], Callable[[], int] | None]


class Pipe:
    """What is said into it comes in by the microphone, as fast as that takes it; else silence."""

    def __init__(self, server: Speaker, folder: Path, rate_hz: int, channels: int) -> None:
        self._server, self._path = server, folder / "microphone"
        words = f"module-pipe-source source_name=mic file={self._path} format=s16le"
        about = (f"rate={rate_hz}", f"channels={channels}")
        self._module = self._pactl("load-module", *words.split(), *about)
        self._pactl("set-default-source", "mic")
        self._fd = os.open(self._path, os.O_RDWR)
        self._silence = bytes(rate_hz // 100 * channels * 2)
        self._frame_bytes = 2 * channels
        self._said: SimpleQueue[_Pieces] = SimpleQueue()
        self._left = threading.Event()
        self._hushed = threading.Event()
        self._talker = threading.Thread(target=self._talk, daemon=True)
        self._talker.start()

    def say(self, *pieces: NDArray[np.int16]) -> None:
        """Say it, behind what was said before."""
        self._said.put((iter(pieces), None))

    def recite(self, pieces: Iterator[NDArray[np.int16]], heard: Callable[[], int]) -> None:
        """Say much, without a pause between the pieces.

        The sound server holds 4 MiB at most for who listens, and loses the rest. So `heard` tells
        how many frames of it were heard at least, and what is said is never far ahead.
        """
        self._said.put((pieces, heard))

    def hush(self) -> None:
        """Give nothing any more once all is said, not even silence, as a device that hangs."""
        self._hushed.set()

    def _talk(self) -> None:
        while not self._left.is_set():
            try:
                pieces, heard = self._said.get(timeout=0.01)
            except Empty:
                if not self._hushed.is_set():
                    self._write(self._silence)
                continue
            said = 0
            for piece in pieces:
                data = piece.astype("<i2").tobytes()
                for at in range(0, len(data), _PIECE_BYTES):
                    while heard and said > heard() * self._frame_bytes + _AHEAD_BYTES:
                        if self._left.wait(0.01):
                            return
                    self._write(data[at : at + _PIECE_BYTES])
                    said += _PIECE_BYTES

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view and not self._left.is_set():
            view = view[os.write(self._fd, view[:4096]) :]

    def close(self) -> None:
        """Take the microphone away."""
        self._left.set()
        with suppress(subprocess.CalledProcessError):
            self._pactl("unload-module", self._module)
        os.set_blocking(self._fd, False)
        while self._talker.is_alive():
            with suppress(BlockingIOError):
                os.read(self._fd, 1 << 20)  # it may be in the middle of a write
            self._talker.join(0.05)
        os.close(self._fd)

    def _pactl(self, *words: str) -> str:
        environ = {**os.environ, **self._server.variables}
        done = subprocess.run(
            ["pactl", *words], env=environ, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


@pytest.fixture
def pipe(speaker: Speaker, tmp_path: Path) -> Iterator[Pipe]:
    """A microphone of 48 kHz, mono."""
    made = Pipe(speaker, tmp_path, 48_000, 1)
    yield made
    made.close()


class MadeUp:
    """An input to which a test says what comes: with lost frames too, and a device that dies."""

    name = "made up"

    def __init__(self) -> None:
        self.take: Take = lambda data, overflowed: None
        self.die: Callable[[], None] = lambda: None
        self.is_open = False
        self.opened = 0
        """How often."""

    def open(self, form: SampleFormat, take: Take, gone: Callable[[], None]) -> InputStream:
        """As `Input.open`."""
        self.take, self.die, self.is_open = take, gone, True
        self.opened += 1
        return self

    def close(self) -> None:
        """As `InputStream.close`."""
        self.is_open = False


def counter(first: int, frames: int, channels: int = 1) -> NDArray[np.int16]:
    """Return samples of which no two stretches are the same: each frame counts on."""
    numbers = (np.arange(first, first + frames) * 7919 + 13) % 65_536 - 32_768
    return np.repeat(numbers.astype("<i2")[:, None], channels, axis=1)
