"""The end of the real program in a terminal: soon after it is asked for, whatever hangs."""

import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.terminal import Start

HUNG_S = 12.0
"""So long nothing comes from the store; the program must be gone before, with time to spare."""

GONE_S = 8.0


@pytest.fixture
def hung(
    credentials: StrictS3, make_bucket: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Make a bucket the program's library, and let it hang in some calls."""
    name = make_bucket(versioned=True)
    monkeypatch.setenv("S3AUDIO_LIBRARY", f"s3://{name}")
    monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", credentials.endpoint_url)
    monkeypatch.setenv("AWS_REGION", credentials.region)

    def hang(**calls: str) -> None:
        credentials.set_faults(name, Fault(delay_s=HUNG_S, **calls))

    return hang


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """A file that is large enough to go up in parts."""
    path = tmp_path / "take.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(48_000)
        sound.writeframes(bytes(12_000_000))
    return path


def test_with_a_hung_upload(program: Start, hung: Callable[..., None], take: Path) -> None:
    hung(method="PUT", query="uploadId")
    terminal = program()
    terminal.wait_for("This library is empty")
    terminal.paste(str(take))
    terminal.wait_for("Upload 1 file")
    terminal.press("enter")
    terminal.wait_for("1 transfer")
    terminal.press("q")
    terminal.wait_for("Quit?")
    terminal.press("y")
    assert terminal.wait_exit(GONE_S) == 0


def test_with_a_store_that_does_not_answer(program: Start, hung: Callable[..., None]) -> None:
    hung()
    terminal = program()
    terminal.wait_for("Asking the store")
    terminal.press("q")
    assert terminal.wait_exit(GONE_S) == 0


def test_while_names_are_looked_up(program: Start, hung: Callable[..., None], take: Path) -> None:
    terminal = program()
    terminal.wait_for("This library is empty")
    hung(method="HEAD")
    terminal.paste(str(take))
    terminal.wait_for("Looking at the files")
    terminal.press("q")
    assert terminal.wait_exit(GONE_S) == 0
