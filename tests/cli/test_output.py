"""What the commands print: JSON, tabs, aligned columns, and nothing that a terminal acts on."""

import io
import json
from collections.abc import Callable

import pytest

from s3audio_tui.cli.output import Column, Output
from s3audio_tui.errors import CancelledError, ConflictError, UsageError


class Stream(io.TextIOWrapper):
    """A text stream over bytes that says whether it is a terminal."""

    def __init__(self, terminal: bool, text: str = "") -> None:
        super().__init__(io.BytesIO(text.encode()), encoding="utf-8", newline="")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


Made = tuple[Output, Stream, Stream]


@pytest.fixture
def make() -> Callable[..., Made]:
    def made(
        *, out: bool = False, err: bool = False, stdin: bool = False, answer: str = ""
    ) -> Made:
        stdout, stderr = Stream(out), Stream(err)
        output = Output(stdout, stderr, Stream(stdin, answer))
        output.color = False
        return output, stdout, stderr

    return made


COLUMNS: list[Column[tuple[str, int | None]]] = [
    Column("key", lambda item: item[0]),
    Column("size_bytes", lambda item: item[1], "Size", lambda item: f"{item[1]} B", right=True),
    Column("", lambda item: item[0], "Name"),
]


def test_rows_are_exact_values_between_tabs_when_piped(make: Callable[..., Made]) -> None:
    output, stdout, _ = make()
    assert output.rows(COLUMNS, [("a.wav", 5), ("b\t\x1b[31m.wav", None)]) == 2
    assert stdout.text == "a.wav\t5\nb␉␛[31m.wav\t\n"


def test_rows_are_json_lines_that_hold_the_raw_text(make: Callable[..., Made]) -> None:
    output, stdout, _ = make(out=True)
    output.json = True
    key = "ラ\u202e\x9b31m\x7f\ud800\U000e0041é"
    output.rows(COLUMNS, [(key, 5)])
    assert json.loads(stdout.text) == {"key": key, "size_bytes": 5}
    assert not set(stdout.text) & {"\u202e", "\x9b", "\x7f", "\U000e0041"}
    assert "ラ" in stdout.text and "é" in stdout.text


def test_rows_are_aligned_by_width_on_a_terminal(make: Callable[..., Made]) -> None:
    output, stdout, _ = make(out=True)
    columns = [COLUMNS[2], COLUMNS[1]]
    output.rows(columns, [("ラフ.wav", 1), ("b\x1b.wav", 1000)])
    assert stdout.text == "Name        Size\nラフ.wav     1 B\nb␛.wav    1000 B\n"


def test_fields_flatten_maps_when_piped(make: Callable[..., Made]) -> None:
    output, stdout, _ = make()
    output.fields({"a": 1.5, "tags": {"song": "x\ny"}, "none": None, "on": True})
    assert stdout.text == "a\t1.5\ntags.song\tx␊y\nnone\t\non\ttrue\n"


def test_fields_show_what_a_person_reads_on_a_terminal(make: Callable[..., Made]) -> None:
    output, stdout, _ = make(out=True)
    output.fields({"size_bytes": 1000, "etag": None, "key": "a"}, {"size_bytes": "1.0 kB"})
    assert stdout.text == "size  1.0 kB\nkey   a\n"


def test_an_error_is_one_line_and_json_too(make: Callable[..., Made]) -> None:
    output, stdout, stderr = make()
    output.json = True
    output.error(ConflictError("it is\nthere", "rename it", key="a\x1b"))
    assert stderr.text == "s3audio: a␛: it is␊there: rename it\n"
    assert json.loads(stdout.text) == {
        "error": {
            "code": "conflict",
            "message": "it is\nthere",
            "remedy": "rename it",
            "key": "a\x1b",
        }
    }


def test_a_question_without_a_terminal_is_refused(make: Callable[..., Made]) -> None:
    output, _, stderr = make()
    output.confirm("delete it", yes=True)
    with pytest.raises(UsageError, match="this would delete it: add --yes"):
        output.confirm("delete it", yes=False)
    assert not stderr.text


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "yess\n"])
def test_only_a_yes_is_a_yes(make: Callable[..., Made], answer: str) -> None:
    output, _, stderr = make(err=True, stdin=True, answer=answer)
    with pytest.raises(CancelledError, match="nothing was done"):
        output.confirm("delete it", yes=False)
    assert stderr.text == "Delete it. Go on? [y/N] "


def test_yes_goes_on(make: Callable[..., Made]) -> None:
    output, _, stderr = make(err=True, stdin=True, answer="Y\n")
    output.confirm("delete it", yes=False)
    assert "Delete it" in stderr.text


def test_quiet_leaves_errors(make: Callable[..., Made]) -> None:
    output, _, stderr = make()
    output.quiet = True
    output.say("words")
    output.fail(ConflictError("taken", "rename it"), "a.wav")
    assert stderr.text == "s3audio: a.wav: taken: rename it\n"
