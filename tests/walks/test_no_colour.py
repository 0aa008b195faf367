"""Without colours, as NO_COLOR wants it: none is written, and all can still be told apart."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.strict_s3 import StrictS3
from tests.terminal import Start, Terminal, forbidden

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

Looks = Literal["bold", "reverse", "underscore"]

_STYLES = re.compile(rb"\x1b\[([0-9;]*)m")
_COLOURS = {*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)}


def colours(raw: bytes) -> set[bytes]:
    """Return what a program wrote to change colours, but for those that are the terminal's own."""
    return {
        found
        for found in _STYLES.findall(raw)
        if any(number.isdigit() and int(number) in _COLOURS for number in found.split(b";"))
    }


def shows(terminal: Terminal, text: str, looks: Looks) -> bool:
    """Return whether a text stands out: where it is on the screen for the last time."""
    for y, line in reversed([*enumerate(terminal.screen.split("\n"))]):
        at = line.find(text)
        if at >= 0:
            cells = [terminal.cells[y][x] for x in range(at, at + len(text))]
            return all(getattr(cell, looks) for cell in cells)
    return False


def leave(terminal: Terminal, shown: str) -> None:
    terminal.press("escape")
    terminal.wait_gone(shown)


def test_no_colour_is_written_and_none_is_missed(
    program: Start,
    credentials: StrictS3,
    make_bucket: Callable[..., str],
    plain_s3: "S3Client",
    sounds: dict[str, Path],
) -> None:
    bucket = make_bucket(versioned=True)
    for name in ("01-kick.wav", "02-snare.wav", "deep/03-hat.wav"):
        plain_s3.put_object(Bucket=bucket, Key=name, Body=sounds["wav16"].read_bytes())
    terminal = program(
        environ={
            "NO_COLOR": "1",
            "COLORTERM": "truecolor",
            "S3AUDIO_LIBRARY": f"s3://{bucket}",
            "S3AUDIO_ENDPOINT_URL": credentials.endpoint_url,
            "AWS_REGION": credentials.region,
        },
        columns=80,
        lines=24,
    )
    terminal.wait_for("02-snare.wav")
    terminal.press("down", "space")
    terminal.wait_for("● 01-kick.wav")
    terminal.wait_for(lambda _: shows(terminal, "02-snare.wav", "reverse"))
    assert not shows(terminal, "01-kick.wav", "reverse"), "a row that is marked"
    terminal.press("/", "snare size:ten ")
    terminal.wait_for("size: a number")
    terminal.wait_for(lambda _: shows(terminal, "snare", "bold"))
    leave(terminal, "size: a number")
    terminal.press("d")
    terminal.wait_for("Delete 1 file")
    terminal.wait_for(lambda _: shows(terminal, "Keep", "reverse"))
    assert not shows(terminal, "Delete", "reverse"), "the button that is not"
    leave(terminal, "Delete 1 file")
    terminal.press("T")
    terminal.wait_for("Tags and metadata")
    terminal.wait_for(lambda _: any(cell.reverse for line in terminal.cells for cell in line))
    leave(terminal, "Tags and metadata")
    terminal.press(":", "tra")
    terminal.wait_for(lambda _: shows(terminal, "See the trash", "underscore"))
    leave(terminal, "See the trash")
    terminal.press("U")
    terminal.wait_for("enter")
    terminal.press("/nowhere", "enter")
    terminal.wait_for("✗")
    leave(terminal, "✗")
    terminal.press("f2")
    terminal.wait_for("There are no colours")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert colours(terminal.raw) == set()
    assert forbidden(terminal.raw) == []
