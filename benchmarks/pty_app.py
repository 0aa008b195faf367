"""A program in a terminal of 120 × 40, as a benchmark sees it: keys in, bytes and their times out.

The bytes are not interpreted. Colours and cursor moves are taken out where text is looked for.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

COLUMNS, LINES = 120, 40
_DEADLINE_S = 30.0
_GAP_S = 0.01
_SEQUENCES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[P\]].*?(?:\x07|\x1b\\)|[()].|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Repaint:
    """What a key caused, in seconds since it was pressed.

    `begun_s` is the first byte, `paused_s` the last one before the first pause of 10 ms,
    `settled_s` the last one before it was quiet. All are 0 if nothing was written.
    """

    begun_s: float
    paused_s: float
    settled_s: float


class PtyApp:
    """Runs `command` in a pty until the block ends, then kills it."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._terminal, theirs = pty.openpty()
        size = struct.pack("HHHH", LINES, COLUMNS, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
        self._said = b""
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def until_shown(self, text: str) -> float:
        """Return the seconds from the start until `text` is written; exits if it never is."""
        while not self._shows(text):
            self._must_read(text)
        return time.perf_counter() - self.started

    def rest(self, quiet_s: float) -> None:
        """Wait until nothing was written for `quiet_s`."""
        while self._read(quiet_s):
            pass

    def press(self, key: str, *, quiet_s: float, text: str = "") -> Repaint:
        """Press a key, given as what a terminal sends, and wait for what it causes.

        That has settled when `text` was written, if one is given, and then nothing for `quiet_s`.
        """
        self._said = b""
        begun = paused = last = 0.0
        pressed = time.perf_counter()
        os.write(self._terminal, key.encode())
        while self._read(quiet_s) or (text and not self._shows(text)):
            if time.perf_counter() - pressed > _DEADLINE_S:
                self._give_up(text)
            now = time.perf_counter() - pressed
            begun = begun or now
            if last and not paused and now - last > _GAP_S:
                paused = last
            last = now
        return Repaint(begun, paused or last, last)

    def memory_mb(self) -> dict[str, float]:
        """Return the program's resident memory by the names that Linux has for it."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        fields = (line.split() for line in status.splitlines())
        return {field[0].rstrip(":"): int(field[1]) / 1000 for field in fields if "kB" in field}

    def _shows(self, text: str) -> bool:
        return text.encode() in _SEQUENCES.sub(b"", self._said)

    def _must_read(self, text: str) -> None:
        left_s = self.started + _DEADLINE_S - time.perf_counter()
        if left_s < 0 or not self._read(left_s):
            self._give_up(text)

    def _give_up(self, text: str) -> None:
        raise SystemExit(f"{text!r} was not shown; the end was {self._said[-500:]!r}")

    def _read(self, timeout_s: float) -> bool:
        if not select.select([self._terminal], [], [], timeout_s)[0]:
            return False
        try:
            said = os.read(self._terminal, 1 << 16)
        except OSError:  # how Linux says that the program has ended
            raise SystemExit(f"the program ended; it said {self._said[-500:]!r}") from None
        self._said += said
        return bool(said)
