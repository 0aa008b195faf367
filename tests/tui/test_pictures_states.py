"""The main screen when it has nothing to list: it asks, all is empty, the store is away."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from s3audio_tui.catalog.rows import Entry
from s3audio_tui.errors import UnreachableError
from s3audio_tui.library.opening import Library
from s3audio_tui.store import listing
from s3audio_tui.tui.app import make_app
from tests.snapshots import Snapshot, staged
from tests.tui.conftest import NOW
from tests.tui.driving import Driver, driven

OpenDemo = Callable[..., Library]

SMALL = (80, 24)
TINY = (60, 20)


async def at_all_sizes(driver: Driver, snapshot: Snapshot, name: str) -> None:
    """Take a picture on the smallest screen, and one of 80 by 24 in each theme."""
    snapshot(driver.app, f"{name}-60x20")
    await driver.pilot.resize_terminal(*SMALL)
    for theme in ("terminal", "light", "dark"):
        driver.app.theme = f"s3audio-{theme}"
        await driver.drawn()
        snapshot(driver.app, f"{name}-{theme}")


async def test_while_the_store_is_asked(
    open_demo: OpenDemo, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    page = listing.page

    def late(*of: Any, **how: Any) -> Any:
        answers.wait(60)
        return page(*of, **how)

    monkeypatch.setattr(listing, "page", late)
    app = make_app(open_demo())
    async with staged(app, TINY) as pilot:
        driver = Driver(app, pilot)
        try:
            while "Asking the store" not in driver.text():
                await pilot.pause(0.02)
            await driver.drawn()
            await at_all_sizes(driver, snapshot, "asking")
        finally:
            answers.set()
        await driver.settle()
        assert driver.rows()


async def test_nothing_is_there(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(library="s3://demo/an empty folder"), size=TINY) as driver:
        await at_all_sizes(driver, snapshot, "empty")


async def test_an_empty_folder(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    library = open_demo()
    async with driven(library, size=SMALL) as driver:
        library.catalog.put(Entry("takes/2026-12/", 0, NOW, "e", "STANDARD"))
        await driver.press("down", "down", "down", "enter", "down", "down", "enter")
        snapshot(driver.app, "empty-folder-80x24")


async def test_the_store_cannot_be_reached(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(endpoint_url="http://127.0.0.1:9"), size=TINY) as driver:
        await at_all_sizes(driver, snapshot, "unreachable")


async def test_what_is_known_stays(
    open_demo: OpenDemo, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_demo()
    async with driven(library, size=TINY) as driver:

        def fails(*_: Any, **__: Any) -> Any:
            raise UnreachableError("s3.example.org does not answer", "see whether you are online")

        monkeypatch.setattr(listing, "page", fails)
        await driver.press("R")
        await at_all_sizes(driver, snapshot, "offline")
