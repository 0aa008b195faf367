"""The app on a demo library that never changes, and on fresh buckets that may."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from s3audio_tui.config import Settings
from s3audio_tui.demo.run import DemoServer, running
from s3audio_tui.library.opening import Library, open_library
from tests.library.conftest import MakeLibrary, library, make_library, plain_library
from tests.strict_s3 import StrictS3

__all__ = ["MakeLibrary", "library", "make_library", "plain_library"]

NOW = 1_795_167_000.0
"""2026-11-20T09:30:00Z: when all pictures are taken."""


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    """The demo's server, its files dated from `NOW`. Only to be looked at."""
    with running(now=NOW) as server:
        yield server


@pytest.fixture
def open_demo(
    demo: DemoServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., Library]]:
    """Open the demo's library, at `NOW`, for a user called you.

    The address is in the environment, so that no port is in the picture.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL", demo.endpoint_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", demo.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", demo.secret_access_key)
    opened: list[Library] = []

    def make(**settings: Any) -> Library:
        values = {"library": f"s3://{demo.bucket}", "region": demo.region, "user": "you"}
        made = msgspec.convert(
            {**values, "quota": "500MB", "waveforms": False, "headers": "seen", **settings},
            Settings,
        )
        opened.append(open_library(made, state_folder=tmp_path / "state", clock=lambda: NOW))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def named_bucket(
    credentials: StrictS3, make_bucket: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> str:
    """The name of an empty bucket that the real program opens as its library."""
    name = make_bucket(versioned=True)
    monkeypatch.setenv("S3AUDIO_LIBRARY", f"s3://{name}")
    monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", credentials.endpoint_url)
    monkeypatch.setenv("AWS_REGION", credentials.region)
    return name


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
