"""What goes wrong with the store: said in words, with what to do, and never in the way."""

import asyncio
from time import monotonic

import pytest

from s3audio_tui.catalog.rows import Entry
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.headless import settled
from tests.library.conftest import MakeLibrary
from tests.snapshots import text_of
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.tui.driving import driven

CLOSED = "http://127.0.0.1:9"


async def test_empty_library(library: Library) -> None:
    async with driven(library) as driver:
        assert "This library is empty" in driver.text()


async def test_no_such_bucket(make_library: MakeLibrary) -> None:
    async with driven(make_library("no-such-bucket-here")) as driver:
        shown = driver.text()
        assert "Not found" in shown
        assert "no-such-bucket-here" in shown
        assert "try again" in shown


async def test_unreachable_and_reached_again(library: Library, credentials: StrictS3) -> None:
    library.store.client.put_object(Bucket=library.bucket, Key="a.wav", Body=b"x")
    credentials.set_faults(library.bucket, Fault(code="InternalError"))
    async with driven(library) as driver:
        assert "offline" in driver.text()
        assert "try again" in driver.text()
        credentials.forget(library.bucket)
        await driver.press("R")
        assert driver.rows() == ["a.wav"]
        assert "offline" not in driver.text()


async def test_no_credentials(make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    library = make_library()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    async with driven(library) as driver:
        assert "No valid credentials" in driver.text()


async def test_what_is_known_stays_when_the_store_does_not_answer(
    make_library: MakeLibrary,
) -> None:
    library = make_library(endpoint_url=CLOSED)
    library.catalog.apply_page(
        "", "", [Entry("known.wav", 1, 0.0, "e", "STANDARD")], last=True, asked_at=0.0
    )
    async with driven(library) as driver:
        assert driver.rows() == ["known.wav"]
        assert "R tries again" in driver.said()
        await driver.press("slash")
        await driver.write("know")
        assert driver.rows() == ["known.wav"]


async def test_the_list_is_there_before_the_store_answers(
    library: Library, credentials: StrictS3
) -> None:
    library.catalog.put(Entry("known.wav", 1, 0.0, "e", "STANDARD"))
    credentials.set_faults(library.bucket, Fault(delay_s=60, times=1))
    app = make_app(library)
    async with app.run_test():
        ends = monotonic() + 30
        while "known.wav" not in text_of(app):
            assert monotonic() < ends, text_of(app)
            await asyncio.sleep(0.02)
        credentials.set_faults(library.bucket)
        assert await settled(app)


async def test_quitting_with_a_hung_store(library: Library, credentials: StrictS3) -> None:
    credentials.set_faults(library.bucket, Fault(delay_s=60))
    app = make_app(library)
    async with app.run_test() as pilot:
        await pilot.pause(0.3)
        began = monotonic()
        await pilot.press("q")
        while app.is_running:
            await pilot.pause(0.02)
        assert monotonic() - began < 30, "the store needs 60 s a call"
        credentials.set_faults(library.bucket)


async def test_a_paste_that_is_too_long_for_paths_is_refused(library: Library) -> None:
    async with driven(library) as driver:
        await driver.paste("/home/anna/music/take.wav\n" * 200_000)
        assert driver.said() == "5.2 MB are too much to be paths paste fewer, or the folder"
