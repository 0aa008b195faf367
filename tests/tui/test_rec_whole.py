"""A take that has ended as one file, from the recorder's screen."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import soundfile

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import NotFoundError, QuotaError
from s3audio_tui.library import whole_queue
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from s3audio_tui.tui.widgets.key_bar import KeyBar
from tests.audio.microphone import counter
from tests.library.conftest import MakeLibrary
from tests.strict_s3 import StrictS3
from tests.tui.recording import Studio, studio


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    return make_library(chunk="1s")


async def recorded(driver: Studio, frames: int = 60_000) -> str:
    """Record a take, wait until all of it is in S3, and return its id."""
    await driver.begin()
    await driver.record()
    await driver.hear(counter(0, frames)[:, 0])
    await driver.tap("enter", "enter")
    await driver.is_all_there()
    await driver.see()
    folder = driver.side.folder
    assert folder is not None
    return folder.take.id


def labels(driver: Studio) -> list[str]:
    return [each.label for each in driver.app.screen.query_one(KeyBar).commands]


async def test_a_key_makes_a_take_one_file(
    library: Library, s3_server: StrictS3, tmp_path: Any
) -> None:
    async with studio(library) as driver:
        take = await recorded(driver)
        assert "as one file" in labels(driver)
        await driver.tap("f")
        await driver.until(lambda: not driver.side.whole.at_work)
        assert f"✓ one file: recordings/{take}/take.wav" in driver.text()
        assert "as one file" not in labels(driver)
        await driver.tap("escape")
        await driver.settle()
        assert "take.wav ✓ done, 120 kB" in " ".join(driver.text().split())
    path = tmp_path / "whole.wav"
    s3_server.client().download_file(library.bucket, f"recordings/{take}/take.wav", str(path))
    frames, _ = soundfile.read(path, dtype="int16")
    np.testing.assert_array_equal(frames, counter(0, 60_000)[:, 0])


async def test_it_can_be_stopped_and_begun_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(*_: object, progress: Callable[[int], None], cancel: CancelToken) -> None:
        progress(60_000)
        begun.set()
        while True:
            cancel.check()
            begun.wait(0.01)

    async with studio(library) as driver:
        take = await recorded(driver)
        with monkeypatch.context() as patched:
            patched.setattr(whole_queue, "join", endless)
            await driver.tap("f")
            await driver.until(begun.is_set)
            await driver.until(lambda: "put together as one file: 25 %" in driver.text())
            assert "stop that" in labels(driver)
            await driver.tap("f")
            await driver.until(lambda: not driver.side.whole.at_work)
        assert "stopped: there is no file of the whole" in driver.text()
        with pytest.raises(NotFoundError):
            objects.head(library.store, library.full(f"recordings/{take}/take.wav"))
        await driver.tap("f")
        await driver.until(lambda: f"one file: recordings/{take}/take.wav" in driver.text())


async def test_why_it_cannot_be_is_said_here_and_behind(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise QuotaError("there is no room for it", "remove something")

    monkeypatch.setattr(whole_queue, "join", refused)
    async with studio(library) as driver:
        await recorded(driver)
        await driver.tap("f")
        await driver.until(lambda: not driver.side.whole.at_work)
        assert "✗ there is no room for it  remove something" in driver.text()
        assert "as one file" in labels(driver)
        await driver.tap("escape")
        assert "there is no room for it" in driver.text()
