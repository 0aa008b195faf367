"""Words for the terminal itself: a notice on the desktop, the title of the window.

Which terminal understands what is told by the variables that it sets; a bell is for all others.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, TextIO

from s3audio_tui.config import Notify
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip

Dialect = Literal["kitty", "iterm", "urxvt", "bell"]

_NAME = "s3audio"
_BELL = "\a"
_END = "\x1b\\"
_LONGEST = 200
_SAVE_TITLE, _RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"
_WITHOUT_TITLE = ("", "dumb", "linux")

_BY_PROGRAM: dict[str, Dialect] = {
    "iterm.app": "iterm",
    "wezterm": "urxvt",
    "ghostty": "urxvt",
    "warpterminal": "urxvt",
    "contour": "urxvt",
}
"""By TERM_PROGRAM, in small letters."""

_BY_VARIABLE: dict[str, Dialect] = {
    "KITTY_WINDOW_ID": "kitty",
    "ITERM_SESSION_ID": "iterm",
    "WEZTERM_PANE": "urxvt",
    "GHOSTTY_RESOURCES_DIR": "urxvt",
}
"""Variables that are there still inside of tmux, which puts its own name into the others."""

_BY_TERM: tuple[tuple[str, Dialect], ...] = (
    ("xterm-kitty", "kitty"),
    ("xterm-ghostty", "urxvt"),
    ("foot", "urxvt"),
    ("rxvt-unicode", "urxvt"),
    ("contour", "urxvt"),
    ("wezterm", "urxvt"),
)
"""By how TERM begins: all that is known of a terminal through ssh."""


def dialect_of(environ: Mapping[str, str]) -> Dialect:
    """Return how the terminal wants to be told of a notice."""
    program = environ.get("TERM_PROGRAM", "").lower()
    if program in _BY_PROGRAM:
        return _BY_PROGRAM[program]
    if environ.get("LC_TERMINAL") == "iTerm2":
        return "iterm"
    term = environ.get("TERM", "")
    for beginning, dialect in _BY_TERM:
        if term.startswith(beginning):
            return dialect
    if environ.get("STY"):
        return "bell"  # screen hands on nothing longer than a few hundred bytes
    return next((said for name, said in _BY_VARIABLE.items() if environ.get(name)), "bell")


def notice(sentence: str, environ: Mapping[str, str], how: Notify) -> str:
    """Return what shows a notice when it is written to the terminal; the sentence is made safe.

    Inside of tmux it is passed on to the terminal outside, and rings, because tmux may not let it.
    """
    if how == "off":
        return ""
    dialect = dialect_of(environ) if how == "auto" else "bell"
    text = clip(safe(sentence), _LONGEST)
    if dialect == "kitty":
        told = _kitty("title", _NAME, last=False) + _kitty("body", text, last=True)
    elif dialect == "iterm":
        told = f"\x1b]9;{_NAME}: {text}{_END}"
    elif dialect == "urxvt":
        told = f"\x1b]777;notify;{_NAME};{text.replace(';', ',')}{_END}"
    else:
        return _BELL
    return _through_tmux(told) + _BELL if environ.get("TMUX") else told


def _kitty(part: str, text: str, *, last: bool) -> str:
    encoded = base64.b64encode(text.encode()).decode()
    return f"\x1b]99;i={_NAME}:d={int(last)}:p={part}:e=1;{encoded}{_END}"


def _through_tmux(told: str) -> str:
    escaped = told.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{escaped}{_END}"


def has_title(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal has a window with a title."""
    return environ.get("TERM", "") not in _WITHOUT_TITLE


def title(place: str) -> str:
    """Return what makes `s3audio · place` the title of the window; the place is made safe."""
    return f"\x1b]2;{clip(safe(f'{_NAME} · {place}' if place else _NAME), _LONGEST)}{_END}"


@contextmanager
def own_title(stream: TextIO | None, environ: Mapping[str, str], *, wanted: bool) -> Iterator[None]:
    """Give the window its title back after the block, however that ends."""
    if stream is None or not (wanted and has_title(environ) and stream.isatty()):
        yield
        return
    stream.write(_SAVE_TITLE)
    stream.flush()
    try:
        yield
    finally:
        if stream.isatty():  # it may have been closed
            stream.write(_RESTORE_TITLE)
            stream.flush()


class TerminalWords:
    """Says things to the terminal through `write`, as the settings want it."""

    def __init__(
        self,
        environ: Mapping[str, str],
        write: Callable[[str], None],
        *,
        how: Notify,
        titles: bool,
    ) -> None:
        self._environ = environ
        self._write = write
        self._how = how
        self._titles = titles and has_title(environ)
        self._title = ""

    def notice(self, sentence: str) -> None:
        """Show a notice outside of the app."""
        told = notice(sentence, self._environ, self._how)
        if told:
            self._write(told)

    def place(self, path: tuple[str, ...]) -> None:
        """Let the title of the window say where one is."""
        now = title("/".join(path))
        if self._titles and now != self._title:
            self._title = now
            self._write(now)
