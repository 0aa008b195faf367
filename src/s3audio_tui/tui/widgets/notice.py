"""What stands in the middle of an empty list: that it loads, is empty, or what went wrong."""

import textwrap
from typing import Literal

import msgspec
from rich.cells import cell_len

from s3audio_tui.errors import (
    CredentialsError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnreachableError,
    UsageError,
)
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import left, right

_WIDTH = 64
_TITLES: tuple[tuple[type[S3AudioError], str], ...] = (
    (CredentialsError, "No valid credentials"),
    (NotAllowedError, "Not allowed"),
    (NotFoundError, "Not found"),
    (UnreachableError, "The store does not answer as it should"),
    (UsageError, "That cannot be"),
)


class Notice(msgspec.Struct, frozen=True):
    """A title, a sentence, and what to do. `keys` are pairs of a key and what it does."""

    title: str
    sentence: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    tone: Literal["text", "error"] = "text"

    def lines(self, width: int) -> list[list[tuple[str, str]]]:
        """Return the centred lines as pieces of text with a style's name each."""
        room = max(min(_WIDTH, width - 4), 8)
        lines: list[list[tuple[str, str]]] = [
            [(line, self.tone)]
            for line in textwrap.wrap(safe(self.title), room, break_on_hyphens=False)
        ]
        lines.append([])
        for line in textwrap.wrap(safe(self.sentence), room, break_on_hyphens=False):
            lines.append([(line, "dim")])
        if self.keys:
            lines.append([])
        wide = [max(map(cell_len, column)) for column in zip(*self.keys, strict=True)]
        for key, word in self.keys:
            lines.append([(right(key, wide[0]), "accent"), (f"  {left(word, wide[1])}", "dim")])
        return [_centred(line, width) for line in lines]


def _centred(line: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    used = sum(cell_len(text) for text, _ in line)
    return [(" " * max((width - used) // 2, 0), "text"), *line]


def title_of(error: S3AudioError) -> str:
    """Return a short title for an error."""
    return next((title for kind, title in _TITLES if isinstance(error, kind)), "That failed")


def trouble(error: S3AudioError) -> Notice:
    """Return the notice for an error that left the list empty."""
    sentence = " ".join(_sentence(text) for text in (error.message, error.remedy) if text)
    return Notice(title_of(error), sentence, (("R", "try again"), ("q", "quit")), "error")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}" + ("." if text[-1].isalnum() else "")
