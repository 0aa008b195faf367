"""The pty harness itself, and hostile names on their way through the real program."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.text import safe
from tests import hostile
from tests.strict_s3 import StrictS3
from tests.terminal import Start, Terminal, forbidden

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

ACTING = [
    key for key in hostile.TERMINAL.values() if safe(key) != key and not {"\n", "\t"} & set(key)
]
"""Keys that do something in a terminal, and are no honest output by chance."""

ECHO = """
import os, sys, termios, tty, shutil
tty.setraw(0)
size = shutil.get_terminal_size()
sys.stdout.write(f"\\x1b[?1049h\\x1b[2J\\x1b[Hsize {size.columns}x{size.lines}\\r\\n")
while True:
    sys.stdout.flush()
    key = os.read(0, 100)
    if key == b"q":
        break
    size = shutil.get_terminal_size()
    sys.stdout.write(f"got {key!r} at {size.columns}x{size.lines}\\r\\n")
sys.stdout.write("\\x1b[?1049l")
sys.exit(7)
"""


@pytest.fixture
def echo(home: Path) -> Iterator[Terminal]:
    with Terminal([sys.executable, "-c", ECHO], environ=os.environ, columns=60) as terminal:
        yield terminal


def test_keys_screen_and_exit(echo: Terminal) -> None:
    echo.wait_for("size 60x34")
    echo.press("down", "ctrl+c", "é", "enter")
    screen = echo.wait_for(r"got b'\r'")
    assert r"got b'\x1b[B'" in screen
    assert r"got b'\x03'" in screen
    echo.paste("a b")
    echo.wait_for(r"got b'\x1b[200~a b\x1b[201~'")
    echo.resize(80, 20)
    echo.press("x")
    echo.wait_for("at 80x20")
    echo.press("q")
    assert echo.wait_exit() == 7
    assert b"\x1b[?1049l" in echo.raw


def test_what_does_not_appear_is_told_with_the_screen(echo: Terminal) -> None:
    echo.wait_for("size")
    with pytest.raises(AssertionError, match=r"(?s)'never' did not appear.*size 60x34"):
        echo.wait_for("never", timeout_s=0.2)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1b]52;c;cm0=\x07",
        b"\x1b]0;PWN\x1b\\",
        b"\x1b]2;PWN\x07",
        b"\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
        b"\x1bc",
        b"\x1bP+q544e\x1b\\",
        b"\x9b31m",
        "\x9b31m".encode(),
        "\u202e".encode(),
        "\u200b".encode(),
        b"\x1b[?1049l\x1b[?1049l",
        b"a\x08b",
        ("z" + "\u0301" * 5).encode(),
        *(key.encode() for key in ACTING),
    ],
)
def test_what_is_forbidden(raw: bytes) -> None:
    assert forbidden(b"before " + raw + b" after")


def test_what_is_allowed() -> None:
    assert forbidden("\x1b[?1049h\x1b[2J\x1b[1;31mラフ é\x1b[0m\r\n\x1b[?1049l\x07".encode()) == []
    assert forbidden("\n".join(safe(key) for key in hostile.KEYS.values()).encode()) == []


@pytest.fixture
def hostile_bucket(make_bucket: Callable[..., str], plain_s3: "S3Client") -> str:
    bucket = make_bucket()
    for key in hostile.KEYS.values():
        plain_s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    return bucket


@pytest.fixture
def reach(credentials: StrictS3, hostile_bucket: str) -> dict[str, str]:
    """Variables with which the program finds the bucket of hostile names."""
    return {
        "S3AUDIO_LIBRARY": f"s3://{hostile_bucket}",
        "S3AUDIO_ENDPOINT_URL": credentials.endpoint_url,
        "S3AUDIO_REGION": credentials.region,
    }


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["ls", "--recursive", "--refresh"], 0, "HACK.wav"),
        (["ls", "--json", "--recursive", "--refresh"], 0, "HACK.wav"),
        (["info", hostile.TERMINAL["sets the title"]], 0, "PWN"),
        (["rm", hostile.TERMINAL["writes the clipboard"], "--dry-run"], 0, "52;c;"),
        (["get", hostile.TERMINAL["colours"], "--to", "down"], 0, "HACK.wav"),
        (["get", "\x1b]0;gone\x07.wav"], 3, "gone"),
    ],
    ids=["ls", "ls-json", "info", "rm", "get", "missing"],
)
def test_hostile_names_on_the_command_line(
    program: Start,
    reach: dict[str, str],
    arguments: list[str],
    exit_code: int,
    words: str,
) -> None:
    terminal = program(*arguments, environ=reach, lines=100)
    assert terminal.wait_exit() == exit_code, terminal.screen
    assert words in terminal.raw.decode()
    allowed = {"pile of combining marks"} if "--json" in arguments else set()
    assert set(forbidden(terminal.raw)) <= allowed  # JSON is exact: marks are letters there


def test_hostile_names_in_the_app(program: Start, reach: dict[str, str]) -> None:
    terminal = program(environ=reach, columns=120, lines=60)
    terminal.wait_for("HACK.wav")
    for _ in range(len(hostile.KEYS)):
        terminal.press("down")
    terminal.wait_for("mix[red]b.wav")
    assert "[@click=app.quit]x[/" in terminal.screen
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert forbidden(terminal.raw) == []
