"""All that the commands say: data on stdout, words on stderr. No other command module prints."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import BinaryIO, Generic, Protocol, TextIO, TypeVar

import msgspec

from s3audio_tui.cli.values import Value, exact, flat, json_line
from s3audio_tui.errors import CancelledError, S3AudioError, UsageError
from s3audio_tui.text import safe

T = TypeVar("T")

_WINDOW = 500
"""Lines whose columns are aligned together on a terminal, so that the first show at once."""


class Column(msgspec.Struct, Generic[T], frozen=True):
    """One field of a list: its exact value, and how a terminal shows it.

    `shown` may be left out where the exact text is what a person wants, `title` where a terminal
    shows no such column. One without a name is for terminals alone.
    """

    name: str
    value: Callable[[T], Value]
    title: str = ""
    shown: Callable[[T], str] | None = None
    right: bool = False


class Above(Protocol):
    """What is drawn at the foot of the terminal, and can print lines above itself."""

    def print_above(self, text: str) -> None:
        """Print one line above it."""


class Output:
    """The two streams, and how they are to be used. Set `json` and the rest as they get known."""

    def __init__(self, stdout: TextIO, stderr: TextIO, stdin: TextIO) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.stdin = stdin
        self.json = False
        self.quiet = False
        self.verbose = False
        self.color = True
        self.foot: Above | None = None
        self.has_line = False
        """Whether a line is drawn at the foot of the terminal, with the cursor at its begin."""
        for stream in (stdout, stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    @property
    def terminal(self) -> bool:
        """Whether stdout is a terminal, so that a person reads it."""
        return self.stdout.isatty()

    @property
    def aligns(self) -> bool:
        """Whether lists are aligned columns for a person."""
        return self.terminal and not self.json

    @property
    def progress(self) -> bool:
        """Whether progress may be drawn."""
        return self.stderr.isatty() and not self.quiet and os.environ.get("TERM") != "dumb"

    @property
    def interactive(self) -> bool:
        """Whether a question would reach a person."""
        return self.stdin.isatty() and self.stderr.isatty()

    # Data

    def record(self, value: Mapping[str, Value]) -> None:
        """Write one line of JSON, at once: its reader may wait for it."""
        self._bytes(json_line(value))
        self.stdout.flush()

    def value(self, text: str) -> None:
        """Write one line of text."""
        line = safe(text)
        if self.foot and self.terminal:
            self.foot.print_above(line)
        else:
            self.stdout.write(f"{line}\n")

    def page(self, text: str) -> None:
        """Write a page of the program's own text."""
        self.stdout.write(text)

    @property
    def binary(self) -> BinaryIO:
        """The stream for bytes that are written as they are."""
        return self.stdout.buffer

    def fields(
        self, values: Mapping[str, Value], shown: Mapping[str, str | None] | None = None
    ) -> None:
        """Write one thing: a JSON document, else a line for each field, those of maps too.

        `shown` has what a terminal shows where that differs; None shows nothing.
        """
        if self.json:
            self.record(values)
            return
        fields = list(flat(values))
        if not self.terminal:
            for name, value in fields:
                self.value_cells([name, exact(value)])
            return
        texts = [(name, (shown or {}).get(name, exact(value))) for name, value in fields]
        given = [(_label(name), safe(text)) for name, text in texts if text]
        width = max((len(name) for name, _ in given), default=0)
        for name, text in given:
            self.stdout.write(f"{self._dim(f'{name:<{width}}')}  {text}\n")

    def rows(self, columns: Sequence[Column[T]], items: Iterable[T]) -> int:
        """Write many things of one kind: JSON lines, aligned columns, or tabs. Return how many."""
        count = 0
        if self.aligns:
            return self._aligned([column for column in columns if column.title], items)
        columns = [column for column in columns if column.name]
        for item in items:
            count += 1
            if self.json:
                self._bytes(json_line({column.name: column.value(item) for column in columns}))
            else:
                self.value_cells([exact(column.value(item)) for column in columns])
        return count

    def value_cells(self, cells: Sequence[str]) -> None:
        """Write one line of cells with tabs between them."""
        self.stdout.write("\t".join(safe(cell) for cell in cells) + "\n")

    def _aligned(self, columns: Sequence[Column[T]], items: Iterable[T]) -> int:
        from rich.cells import cell_len

        rest = iter(items)
        widths = [len(column.title) for column in columns]
        count = 0
        while window := list(islice(rest, _WINDOW)):
            cells = [[_cell(column, item) for column in columns] for item in window]
            for row in cells:
                widths = [max(w, cell_len(text)) for w, text in zip(widths, row, strict=True)]
            if not count:
                titles = [column.title for column in columns]
                self.stdout.write(self._dim(_line(columns, titles, widths, cell_len)) + "\n")
            for row in cells:
                self.stdout.write(_line(columns, row, widths, cell_len) + "\n")
            count += len(window)
        return count

    def _bytes(self, data: bytes) -> None:
        self.stdout.buffer.write(data)

    def _dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.color and self.terminal else text

    # Words

    def say(self, text: str) -> None:
        """Say something to the person, unless quiet was asked for."""
        if not self.quiet:
            self._say(text)

    def say_now(self, text: str) -> None:
        """Say something from a signal handler, where the streams may be in use."""
        if not self.quiet:
            above = "\r\x1b[J" if self.has_line else "\n"  # a terminal shows `^C` over the line
            with suppress(OSError):  # the terminal may be gone
                os.write(self.stderr.fileno(), f"{above}{safe(text)}\n".encode())

    def fail(self, error: S3AudioError, subject: str = "") -> None:
        """Name one failure on stderr; `subject` is what failed, where the error does not say."""
        self._say(f"s3audio: {sentence(error, subject)}")

    def hint(self, *lines: str) -> None:
        """Say more to a person at a terminal; a script does not get it."""
        for line in lines if self.stderr.isatty() and not self.quiet else ():
            self._say(line)

    def error(self, error: S3AudioError) -> None:
        """Say why the program ends: on stderr, and with JSON on stdout as well."""
        self.stdout.flush()
        self.fail(error)
        if self.json:
            self.record({"error": error_fields(error)})

    def _say(self, text: str) -> None:
        line = safe(text)
        if self.foot:
            self.foot.print_above(line)
        else:
            self.stderr.write(f"{line}\n")
            self.stderr.flush()

    @contextmanager
    def status(self) -> Iterator[Callable[[str], None]]:
        """Yield what shows one line at the foot of a terminal, in place; it goes at the end."""
        if not self.progress:
            yield lambda text: None
            return

        def show(text: str) -> None:
            self.stderr.write(f"\r\x1b[K{safe(text)}")
            self.stderr.flush()

        try:
            yield show
        finally:
            self.stderr.write("\r\x1b[K")
            self.stderr.flush()

    def draw(self, lines: Iterable[str]) -> None:
        """Write a picture of the program's own blocks to stderr, white on black where it can."""
        colors = self.color and self.stderr.isatty()
        for line in lines:
            self.stderr.write(f"\x1b[38;5;231;48;5;16m{line}\x1b[0m\n" if colors else f"{line}\n")
        self.stderr.flush()

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask whether to go on; a no is `CancelledError`.

        Without a terminal, and without `yes`, refuse: `UsageError`.
        """
        if yes:
            return
        if not self.interactive:
            raise UsageError(f"this would {question}", "add --yes if that is what you want")
        answer = self.ask(f"{question[0].upper()}{question[1:]}. Go on? [y/N] ").lower()
        if answer not in ("y", "yes"):
            raise CancelledError("nothing was done", "answer y to go on")

    def ask(self, prompt: str, *, hidden: bool = False) -> str:
        """Return what the person answers, `hidden` from the screen; empty at the input's end."""
        self.stdout.flush()
        if hidden and self.interactive:
            from getpass import getpass

            return getpass(safe(prompt), self.stderr).strip()
        self.stderr.write(safe(prompt))
        self.stderr.flush()
        return self.stdin.readline().strip()

    def flush(self) -> None:
        """Send what is still buffered, so that a lost reader shows now."""
        self.stdout.flush()


def standard_output() -> Output:
    """Return the output of this process."""
    return Output(sys.stdout, sys.stderr, sys.stdin)


def sentence(error: S3AudioError, subject: str = "") -> str:
    """Return what happened, to what, and what to do."""
    named = error.key or subject
    return str(error) if not named or named in error.message else f"{named}: {error}"


def error_fields(error: S3AudioError) -> dict[str, Value]:
    """Return an error as JSON has it."""
    return {
        "code": error.code,
        "message": error.message,
        "remedy": error.remedy,
        "key": error.key,
    }


def _label(name: str) -> str:
    """Return the name of a field as a person reads it: `used_bytes` is `used`."""
    for unit in ("_bytes", "_s", "_hz"):
        name = name.removesuffix(unit)
    return safe(name.replace("_", " "))


def _cell(column: Column[T], item: T) -> str:
    return safe(column.shown(item) if column.shown else exact(column.value(item)))


def _line(
    columns: Sequence[Column[T]],
    cells: Sequence[str],
    widths: Sequence[int],
    measure: Callable[[str], int],
) -> str:
    out = []
    for column, cell, width in zip(columns, cells, widths, strict=True):
        gap = " " * (width - measure(cell))
        out.append(gap + cell if column.right else cell + gap)
    return "  ".join(out).rstrip()
