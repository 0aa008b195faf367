"""Hostile names wherever the real program shows text; the bytes that it wrote are searched."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests import hostile
from tests.strict_s3 import StrictS3
from tests.terminal import Start, forbidden

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CHOSEN = ("colours", "writes the clipboard", "sets the title", "resets the terminal", "is markup")
PLACES = {
    "i": "In the store",
    "T": "Tags and metadata of",
    "V": "Versions of",
    "s": "Whoever has the link",
    "r": "enter rename",
    "m": "Move ",
    "g": "Download ",
    "d": "Delete 1 file",
    "B": "Keep this",
    "?": "Move about",
}
"""Keys that open something about the file under the cursor, and what is then to be seen."""


@pytest.fixture
def hostile_bucket(make_bucket: Callable[..., str], plain_s3: "S3Client") -> str:
    """A bucket with a folder of a hostile name, in which there is a file of a hostile name."""
    name = make_bucket(versioned=True)
    for what in CHOSEN:
        key = hostile.TERMINAL[what]
        folder = key.replace("/", "")
        noted = {"note": "a[/foo]b [@click=app.quit]x"}
        plain_s3.put_object(Bucket=name, Key=f"{folder}/{key}", Body=b"x", Metadata=noted)
    return name


@pytest.mark.parametrize("number", [0, 2], ids=["title", "reset"])  # as they are sorted
def test_hostile_names_in_every_place(
    program: Start, credentials: StrictS3, hostile_bucket: str, number: int
) -> None:
    reach = {
        "S3AUDIO_LIBRARY": f"s3://{hostile_bucket}",
        "S3AUDIO_ENDPOINT_URL": credentials.endpoint_url,
        "AWS_REGION": credentials.region,
    }
    terminal = program(environ=reach, columns=160, lines=50)
    terminal.wait_for("5 items")
    terminal.press("home", *["down"] * number, "enter")
    terminal.wait_for("1 item,")
    assert b"\x1b]2;s3audio \xc2\xb7 " in terminal.raw, "the title says where one is"
    for key, shown in PLACES.items():
        terminal.press(key)
        terminal.wait_for(shown)
        terminal.press("escape")
        terminal.wait_gone(shown)
    terminal.press("d")
    terminal.wait_for("Delete 1 file")
    terminal.press("y")
    terminal.wait_for("deleted")
    terminal.press("t")
    terminal.wait_for("E empty")
    terminal.press("escape")
    terminal.wait_for("q quit")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    raw = re.sub(rb"\x1b\]52;c;[A-Za-z0-9+/=]+\x07", b"", terminal.raw)
    assert forbidden(raw) == []
