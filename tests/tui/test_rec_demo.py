"""What is recorded in the demo: it outlives a demo that was killed, and goes with one that ends."""

import asyncio

import msgspec
import pytest

from s3audio_tui.demo.run import DemoServer
from s3audio_tui.library.library_takes import read_take
from s3audio_tui.library.opening import Library
from s3audio_tui.library.recording_plan import home_of, spool_for
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Home
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.rec_left import LeftDialog
from s3audio_tui.tui.session import Session
from tests.library.conftest import MakeLibrary
from tests.library.test_take_homes import recorded
from tests.tui import recording
from tests.tui.recording import at_a_quiet_hour, music, studio


@pytest.fixture
def library(make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library that the app takes for the demo's."""
    made = make_library()
    server = DemoServer(
        made.settings.endpoint_url or "", made.bucket, "", "", "", made.state_folder / "demo"
    )

    def session(library: Library) -> Session:
        return msgspec.structs.replace(at_a_quiet_hour(library), demo=server)

    monkeypatch.setattr(recording, "at_a_quiet_hour", session)
    return made


@pytest.fixture
def spool(library: Library) -> Spool:
    """Where the demo's takes wait."""
    return spool_for(library.settings, library.state_folder, demo=True)


async def test_a_take_of_a_demo_that_was_killed_is_finished_in_the_next_one(
    library: Library, spool: Spool
) -> None:
    folder = recorded(spool, Home(library.bucket, library.prefix, "http://127.0.0.1:9"))
    folder.close()
    assert len([*folder.path.glob("*.wav")]) == 3
    async with studio(library) as driver:
        await driver.until(lambda: bool(driver.side.left))
        await driver.tap("ctrl+r")
        assert driver.asks(LeftDialog) and "3 chunks" in driver.text()
        await driver.tap("enter")
        await driver.until(lambda: not driver.side.left and not driver.side.rests.each)
        assert read_take(library, folder.take.id).frames == 1000
        await driver.tap("q")
        await driver.until(lambda: driver.asks(Confirm))
        assert "The demo's library has a recording" in driver.text()
        await driver.tap("escape")
        assert driver.app.is_running
    (take,) = spool.takes()
    assert take.finished and take.home == home_of(library)


async def test_quitting_in_the_middle_says_that_the_library_goes(
    library: Library, spool: Spool
) -> None:
    async with studio(library) as driver:
        await driver.begin()
        await driver.record()
        await driver.hear(music(1))
        await driver.tap("escape", "q")
        assert driver.asks(Confirm) and "The library goes with the demo" in driver.text()
        await driver.pilot.press("y")
        while driver.app.is_running:
            await asyncio.sleep(0.005)
    (take,) = spool.takes()
    assert len([*(spool.folder / take.id).glob("*.wav")]) == len(take.chunks)
