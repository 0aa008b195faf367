"""What is told to the terminal itself: which sequence, and that no text can end it early."""

import base64
import io
import re

import pytest

from s3audio_tui.tui.terminal_words import TerminalWords, dialect_of, notice, own_title, title
from tests.hostile import KEYS

_SEQUENCE = re.compile(r"\x1b\](?:2|9|777|99);[^\x00-\x1f\x7f-\x9f]*\x1b\\")


@pytest.mark.parametrize(
    ("environ", "dialect"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "urxvt"),
        ({"TERM": "xterm-ghostty"}, "urxvt"),
        ({"TERM": "foot-extra"}, "urxvt"),
        ({"TERM": "rxvt-unicode-256color"}, "urxvt"),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "WEZTERM_PANE": "3"}, "urxvt"),
        ({"TERM": "screen", "STY": "1.pts", "KITTY_WINDOW_ID": "1"}, "bell"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "bell"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7800"}, "bell"),
        ({}, "bell"),
    ],
    ids=str,
)
def test_the_terminal_is_known_by_its_variables(environ: dict[str, str], dialect: str) -> None:
    assert dialect_of(environ) == dialect


def test_each_terminal_is_told_in_its_own_way() -> None:
    said = "2 uploaded, 1 failed; see below"
    assert notice(said, {"TERM": "foot"}, "auto") == (
        "\x1b]777;notify;s3audio;2 uploaded, 1 failed, see below\x1b\\"
    )
    assert notice(said, {"TERM_PROGRAM": "iTerm.app"}, "auto") == f"\x1b]9;s3audio: {said}\x1b\\"
    body = base64.b64encode(said.encode()).decode()
    name = base64.b64encode(b"s3audio").decode()
    assert notice(said, {"TERM": "xterm-kitty"}, "auto") == (
        f"\x1b]99;i=s3audio:d=0:p=title:e=1;{name}\x1b\\"
        f"\x1b]99;i=s3audio:d=1:p=body:e=1;{body}\x1b\\"
    )
    assert notice(said, {"TERM": "xterm"}, "auto") == "\a"
    assert notice(said, {"TERM": "foot"}, "bell") == "\a"
    assert notice(said, {"TERM": "foot"}, "off") == ""


def test_tmux_passes_it_on_and_rings() -> None:
    told = notice("done", {"TERM": "tmux-256color", "TMUX": "/x", "KITTY_WINDOW_ID": "1"}, "auto")
    assert told.startswith("\x1bPtmux;\x1b\x1b]99;")
    assert told.endswith("\x1b\x1b\\\x1b\\\a")
    inner = told.removeprefix("\x1bPtmux;").removesuffix("\x1b\\\a")
    assert "\x1b" not in inner.replace("\x1b\x1b", "")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("environ", [{"TERM": "foot"}, {"TERM": "xterm-kitty"}], ids=str)
def test_no_name_ends_a_sequence(key: str, environ: dict[str, str]) -> None:
    told = notice(key, environ, "auto") + title(key)
    assert _SEQUENCE.sub("", told) == ""
    assert len(told) < 2048


def test_the_title_is_written_when_it_changes_and_given_back() -> None:
    written: list[str] = []
    words = TerminalWords({"TERM": "xterm"}, written.append, how="auto", titles=True)
    words.place(("demos", "takes"))
    words.place(("demos", "takes"))
    words.place(("demos",))
    assert written == ["\x1b]2;s3audio · demos/takes\x1b\\", "\x1b]2;s3audio · demos\x1b\\"]
    words.notice("1 uploaded")
    assert written[-1] == "\a"


@pytest.mark.parametrize(
    ("term", "titles"), [("xterm", False), ("linux", True), ("dumb", True), ("", True)]
)
def test_without_a_title_nothing_is_written(term: str, titles: bool) -> None:
    written: list[str] = []
    words = TerminalWords({"TERM": term}, written.append, how="off", titles=titles)
    words.place(("demos",))
    words.notice("1 uploaded")
    assert written == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_title_is_given_back_after_a_failure_too() -> None:
    stream = Terminal()

    def fail() -> None:
        with own_title(stream, {"TERM": "xterm"}, wanted=True):
            stream.write("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert stream.getvalue() == "\x1b[22;2tx\x1b[23;2t"
    for other in (None, io.StringIO()):
        with own_title(other, {"TERM": "xterm"}, wanted=True):
            pass
    assert isinstance(other, io.StringIO) and not other.getvalue()
