"""`ls --search`: fields, and a mistake that is pointed at."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Run
from tests.terminal import Start

Fill = Callable[..., None]


def test_fields_find_what_they_say(s3audio: Run, fill: Fill) -> None:
    fill("drums/kick.wav", "kick.flac", body=b"x" * 2000)
    fill("drums/kick loop.wav", "kicks/x.wav")

    def keys(search: str, *place: str) -> list[str]:
        return [row[0] for row in s3audio("ls", *place, "--search", search).rows]

    assert keys("name:kick size:>1kb") == ["drums/kick.wav", "kick.flac"]
    assert keys("kick -ext:wav after:7d") == ["kick.flac"]
    assert keys("in:drums/ format:wav -loop") == ["drums/kick.wav"]
    assert keys("in:drums/ format:wav", "kicks/") == []
    ended = s3audio("ls", "drums/", "--search", "dur:<1s")
    assert (ended.code, ended.rows) == (0, [])
    assert ended.err == "not looked at: 2 files whose header was not read yet\n"


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("kick size:ten", "size:ten cannot be searched for: size: a number with kb, mb or gb"),
        ("dur:x ch:y", "dur:x cannot be searched for: dur: a length, as 30s, 5m or 1:30"),
    ],
)
def test_a_mistake_is_2_and_says_what_is_right(s3audio: Run, search: str, said: str) -> None:
    ended = s3audio("ls", "--search", search, "--json")
    assert ended.code == 2 and ended.err == f"s3audio: {said}\n"
    assert ended.error["code"] == "usage"


def test_a_terminal_shows_where_the_mistake_is(s3audio: Run, program: Start) -> None:
    terminal = program("ls", "--search", "\u30e9 size:ten kick dur:\x1b[0m", columns=100)
    assert terminal.wait_exit() == 2
    lines = [line.rstrip() for line in terminal.screen.split("\n")]
    assert lines[:2] == ["  \u30e9 size:ten kick dur:\u241b[0m", "     ^^^^^^^^      ^^^^^^^^"]
    assert lines[2].startswith("s3audio: size:ten cannot be searched for")
