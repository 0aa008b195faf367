"""A program in a terminal, as a benchmark sees it that knows what is on the screen.

A thread reads what the program writes and notes when it came; the screen is worked out from it
afterwards, so that this costs the figures nothing.
"""

import contextlib
import fcntl
import os
import pty
import queue
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

COLUMNS, LINES = 120, 40
_SWITCH_S = 0.0005
_DEADLINE_S = 60.0
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[[?0-9;]*\$p|\x1b\]22;[a-z-]*\x07")
_FRAME_ENDS = b"\x1b[?2026l"


class WatchedApp:
    """Runs `command` in a pty until the block ends, then kills it."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        sys.setswitchinterval(_SWITCH_S)
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._said: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self._terminal, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True
        )
        os.close(theirs)
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        """Note every piece that the program writes, until it ends."""
        with contextlib.suppress(OSError):
            while said := os.read(self._terminal, 1 << 16):
                self._said.put((time.perf_counter(), said))

    @property
    def lines(self) -> list[str]:
        """What the screen shows, as far as it was taken in."""
        return self._screen.display

    def take_in(self) -> None:
        """Take in all that was written until now."""
        while not self._said.empty():
            self._feed(self._said.get()[1])

    def _feed(self, said: bytes) -> None:
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", said))

    def send(self, text: str) -> float:
        """Type or paste; return when that was."""
        data = text.encode()
        begun = time.perf_counter()
        while data:
            data = data[os.write(self._terminal, data[:1024]) :]
        return begun

    def until(self, done: Callable[[list[str]], object], *, since: float = 0.0) -> float:
        """Return the seconds from `since` to when what `done` looks for was written."""
        ends = time.perf_counter() + _DEADLINE_S
        while not done(self.lines):
            try:
                at, said = self._said.get(timeout=max(0.0, ends - time.perf_counter()))
            except queue.Empty:
                raise SystemExit("never shown:\n" + "\n".join(self.lines).rstrip()) from None
            self._feed(said)
            if done(self.lines):
                return at - since
        return 0.0

    def until_gone(self, *, since: float) -> float:
        """Return the seconds from `since` until the program has ended."""
        try:
            self.process.wait(_DEADLINE_S)
        except subprocess.TimeoutExpired:
            raise SystemExit("the program did not end") from None
        return time.perf_counter() - since
