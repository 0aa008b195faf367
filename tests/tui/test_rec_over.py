"""Takes that have ended are finished behind the screen, whatever a person does meanwhile."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from s3audio_tui.library import chunk_doors
from s3audio_tui.library.opening import Library
from s3audio_tui.library.recording import Recording
from tests.tui.recording import Doorman, Studio, music, studio

OpenDemo = Callable[..., Library]


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Doorman:
    """A way to S3 that a test opens and shuts."""
    made = Doorman()
    monkeypatch.setattr(chunk_doors, "LibraryDoor", lambda library: made)
    return made


def hold_up_loop(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; nothing happens on the loop meanwhile."""
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.001)


def in_turn(driver: Studio) -> bool:
    """Whether all is done that what records was asked for."""
    return not driver.app.pools.recording.pending


async def test_one_that_is_left_while_it_is_closed(
    open_demo: OpenDemo, door: Doorman, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, close = threading.Event(), Recording.close

    def slowly(self: Recording, timeout_s: float = 30.0) -> bool:
        self.stop()
        assert may_end.wait(60)
        return close(self, timeout_s)

    monkeypatch.setattr(Recording, "close", slowly)
    async with studio(open_demo(chunk="1s")) as driver:
        await driver.begin()
        await driver.record()
        await driver.hear(music(1.5))
        folder = driver.side.folder
        assert folder is not None
        await driver.tap("enter", "enter")
        await driver.comes_to("stopped")
        await driver.tap("escape")
        await driver.until(lambda: driver.app.pools.recording.pending == 2)
        may_end.set()
        hold_up_loop(partial(in_turn, driver))
        await driver.until(lambda: folder.take.finished and not driver.side.rests.each)
        assert not folder.path.exists()


async def test_one_that_is_long_enough_when_the_next_begins_at_once(
    open_demo: OpenDemo, door: Doorman
) -> None:
    library = open_demo(chunk="1s", record_max="1s")
    async with studio(library) as driver:
        await driver.begin()
        await driver.record()
        folder, recording = driver.side.folder, driver.side.recording
        assert folder is not None and recording is not None
        driver.machine.microphone.hear(music(1.5))
        hold_up_loop(lambda: recording.state == "stopped" and in_turn(driver))
        driver.side._look()
        again = partial(driver.side.thread.record, library)
        driver.app.pools.recording.submit(again)
        hold_up_loop(partial(in_turn, driver))
        assert driver.side.state == "recording" and driver.side.folder is not folder
        await driver.until(lambda: folder.take.finished and not driver.side.rests.each)
        assert not folder.path.exists()
