"""The real program in a real terminal: started in a pty, keys pressed, the screen read."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte
import pytest

from tests import hostile

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
}
"""What a terminal sends for a key; `ctrl+x` is worked out, a single letter stands for itself."""

_UNKNOWN_TO_PYTE = re.compile(
    rb"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*m|\x1b\[[?0-9;]*\$p|\x1b\]22;[a-z-]*\x07"
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;?<>=$]*|\][^\x07\x1b]*)?\Z")


class Terminal:
    """A program in a pty of its own. `raw` holds every byte that it wrote."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        columns: int = 120,
        lines: int = 34,
        folder: Path | None = None,
    ) -> None:
        self.raw = b""
        self._pending = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._master, tty = pty.openpty()
        self._set_size(columns, lines)
        self.process = subprocess.Popen(
            command,
            stdin=tty,
            stdout=tty,
            stderr=tty,
            env=dict(environ),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(tty)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def screen(self) -> str:
        """What the screen shows now, one line a row, without the blanks at the ends."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """The cells of the screen, line by line, with how each looks."""
        lines, columns = range(self._screen.lines), range(self._screen.columns)
        return [[self._screen.buffer[y][x] for x in columns] for y in lines]

    def press(self, *keys: str) -> None:
        """Press keys by name (`KEYS`, `ctrl+q`), or type a text letter by letter."""
        for key in keys:
            if key in KEYS:
                data = KEYS[key]
            elif re.fullmatch(r"ctrl\+[a-z]", key):
                data = chr(ord(key[-1]) - ord("a") + 1)
            else:
                data = key
            self._send(data.encode())
            self._pump(0.02)

    def paste(self, text: str) -> None:
        """Paste a text, as a terminal does it."""
        self._send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size; the program is told by the system."""
        self._screen.resize(lines, columns)
        self._set_size(columns, lines)

    def wait_for(self, wanted: str | Callable[[str], object], timeout_s: float = 60.0) -> str:
        """Return the screen once it shows the text, or the function says so; else fail with it."""
        return self._wait(wanted, timeout_s, shown=True)

    def wait_gone(self, unwanted: str | Callable[[str], object], timeout_s: float = 60.0) -> str:
        """Return the screen once it no longer shows the text."""
        return self._wait(unwanted, timeout_s, shown=False)

    def hang_up(self) -> None:
        """Close the terminal, as its window does; the program goes on until it ends by itself."""
        os.close(self._master)
        self._master = -1

    def wait_exit(self, timeout_s: float = 60.0) -> int:
        """Return the program's exit code once it has ended."""
        deadline = time.monotonic() + timeout_s
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"it still runs after {timeout_s} s:\n{self._framed()}")
            self._pump(0.05)
        while self._pump(0):
            pass
        return self.process.returncode

    def close(self) -> None:
        """End the program, if it runs, and everything that it started in this terminal."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is not None:
                break
            os.killpg(self.process.pid, number)
            deadline = time.monotonic() + 5
            while self.process.poll() is None and time.monotonic() < deadline:
                self._pump(0.05)
        self.process.wait()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _wait(self, text: str | Callable[[str], object], timeout_s: float, *, shown: bool) -> str:
        deadline = time.monotonic() + timeout_s
        while True:
            screen = self.screen
            found = text in screen if isinstance(text, str) else bool(text(screen))
            if found is shown:
                return screen
            alive = self.process.poll() is None
            if not self._pump(0.05) and (not alive or time.monotonic() > deadline):
                what = f"{text!r} {'did not appear' if shown else 'did not go'}"
                ended = "" if alive else f", and the program ended with {self.process.returncode}"
                raise AssertionError(f"{what}{ended}:\n{self._framed()}")

    def _framed(self) -> str:
        edge = "+" + "-" * self._screen.columns + "+"
        rows = "\n".join(f"|{line}|" for line in self._screen.display)
        return f"{edge}\n{rows}\n{edge}"

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _send(self, data: bytes) -> None:
        while data:
            _, writable, _ = select.select([], [self._master], [], 5)
            if not writable:
                raise AssertionError(f"the program reads no keys:\n{self._framed()}")
            data = data[os.write(self._master, data[:512]) :]
            self._pump(0)

    def _pump(self, timeout_s: float) -> bool:
        """Take in what the program wrote; return whether there was anything."""
        readable, _, _ = select.select([self._master], [], [], timeout_s)
        if not readable:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # how Linux says that the program has closed its end
            time.sleep(min(timeout_s, 0.01))
            return False
        self.raw += data
        whole = self._pending + data
        unfinished = _UNFINISHED.search(whole)
        at = unfinished.start() if unfinished else len(whole)
        self._pending = whole[at:]
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", whole[:at]))
        return bool(data)


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


Start = Callable[..., Terminal]


@pytest.fixture
def program(home: Path) -> Iterator[Start]:
    """Start the real program in a terminal: `program("ls", columns=80)`; it ends with the test."""
    with ExitStack() as stack:

        def start(
            *arguments: str,
            columns: int = 120,
            lines: int = 34,
            environ: Mapping[str, str] | None = None,
        ) -> Terminal:
            command = [sys.executable, "-m", "s3audio_tui", *arguments]
            terminal = Terminal(
                command,
                environ={**os.environ, **(environ or {})},
                columns=columns,
                lines=lines,
                folder=home,
            )
            return stack.enter_context(terminal)

        yield start


_OSC = re.compile(r"\x1b\](\d*);?([^\x07\x1b]*)")
_FORBIDDEN = {
    "resets the terminal (ESC c)": re.compile(r"\x1bc"),
    "device control, APC, PM or SOS string": re.compile(r"\x1b[P_^X]"),
    "C1 control character": re.compile("[\x80-\x9f]"),
    "control character": re.compile("[\x00-\x06\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]"),
    "bidi or invisible character": re.compile(
        "[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
    ),
    "pile of combining marks": re.compile("[\u0300-\u036f]{5}"),
}


def forbidden(raw: bytes) -> list[str]:
    """List what must never be in a program's output where it shows names: empty if all is well.

    Colours, cursor moves and the terminal's modes are the program's own trade; what writes the
    clipboard or the title, resets, hides or reorders is not, nor is a hostile key, raw.
    """
    text = raw.decode("utf-8", "replace")
    found = [what for what, pattern in _FORBIDDEN.items() if pattern.search(text)]
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        found.append("bytes that are no UTF-8")
    for match in _OSC.finditer(text):
        number, payload = match.groups()
        link_end = number == "8" and payload.strip(";") == ""
        own_title = number == "2" and payload.partition(" · ")[0] == "s3audio"
        if number != "22" and not link_end and not own_title:
            found.append(f"OSC {number}: {payload[:40]!r}")
    if text.count("\x1b[?1049l") > max(1, text.count("\x1b[?1049h")):
        found.append("leaves the alternate screen")
    for name, key in hostile.KEYS.items():
        acts = not key.isprintable() and not set(key) <= _HARMLESS
        if acts and key in text:
            found.append(f"the key that {name}, raw")
    return found


_HARMLESS = set("abcdefghijklmnopqrstuvwxyz./\\\n\t")
"""Keys of these alone may stand in honest output by chance."""
