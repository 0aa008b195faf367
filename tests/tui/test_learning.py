"""Headers filled in behind the screen: what is in sight first, then the rest while all rests."""

from collections.abc import Callable

import pytest

from s3audio_tui.catalog.search import Sort, View
from s3audio_tui.library.opening import Library
from s3audio_tui.store.objects import write_small
from s3audio_tui.tui import learning
from s3audio_tui.tui.loop import KeysFirst
from tests.audio import samples
from tests.library.conftest import MakeLibrary
from tests.resting import rest
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.tui.driving import Driver, driven

COUNT = 60
"""More than a screen shows, with what is read ahead of it."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what waits for rest not wait long."""
    monkeypatch.setattr(learning, "EVERY_S", 0.001)
    monkeypatch.setattr(learning, "RESTS_S", 0.0)


def filled(make_library: MakeLibrary, headers: str) -> Library:
    library = make_library(headers=headers)
    for number in range(COUNT):
        data = samples.encoded("WAV", "PCM_16", frames=441 * (number + 1))
        write_small(library.store, library.full(f"take-{number:02}.wav"), data)
    return library


def unread(library: Library) -> list[str]:
    rows = View(library.catalog, "", True, None, Sort()).without_sound(2 * COUNT)
    return [row.key for row in rows]


async def until(driver: Driver, is_so: Callable[[], bool]) -> None:
    await rest(driver.app, lambda: not is_so())
    await driver.settle()


async def test_the_rest_is_read_and_nothing_moves(make_library: MakeLibrary) -> None:
    library = filled(make_library, "all")
    async with driven(library, size=(100, 24)) as driver:
        await driver.press("end", "up")
        stood = (driver.key, driver.files.cursor, driver.files.scroll_offset.y)
        await until(driver, lambda: not unread(library))
        assert (driver.key, driver.files.cursor, driver.files.scroll_offset.y) == stood


async def test_a_list_by_length_keeps_its_cursor_while_it_fills(make_library: MakeLibrary) -> None:
    library = filled(make_library, "all")
    async with driven(library, size=(100, 24)) as driver:
        await driver.press("3")
        assert driver.screen.place.column == "duration"
        await driver.press("down", "down")
        key = driver.key
        await until(driver, lambda: not unread(library))
        driver.screen.reload()
        await driver.settle()
        assert driver.key == key
        assert key in driver.rows()


@pytest.mark.parametrize("headers", ["seen", "none"])
async def test_a_setting_turns_it_off(make_library: MakeLibrary, headers: str) -> None:
    library = filled(make_library, headers)
    async with driven(library, size=(100, 24)) as driver:
        await driver.press("down", "down")
        left = unread(library)
        assert "take-59.wav" in left
        assert len(left) > COUNT - 5 or headers == "seen"


async def test_what_was_refused_is_asked_for_once(
    make_library: MakeLibrary, credentials: StrictS3
) -> None:
    library = filled(make_library, "all")
    refused = Fault(method="GET", key="take-58.wav", code="AccessDenied")
    credentials.set_faults(library.bucket, refused)
    async with driven(library, size=(100, 24)) as driver:
        await until(driver, lambda: unread(library) == ["take-58.wav"])
        await driver.press("end", "home", "end")
        credentials.forget(library.bucket)
        await driver.press("home", "end")
        assert not [a for a in credentials.asked(library.bucket) if a.key == "take-58.wav"]


async def test_a_run_reads_so_many_and_no_more(
    make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "MOST", 3)
    library = filled(make_library, "all")
    async with driven(library, size=(100, 24)) as driver:
        filling = driver.screen.store_side.filling
        await until(driver, lambda: not filling.left)
        assert len(unread(library)) > 10


async def test_nothing_is_read_while_keys_come(
    make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "RESTS_S", 1.0)
    monkeypatch.setattr(KeysFirst, "quiet_s", property(lambda self: 0.5))
    library = filled(make_library, "all")
    async with driven(library, size=(100, 24)) as driver:
        await driver.press("down", "down")
        assert driver.screen.store_side.filling.left == learning.MOST
        assert "take-59.wav" in unread(library)
