"""Keys that come before what the last one asked for is there."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from textual.widgets import Input

from s3audio_tui.audio.devices import Device
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Entry
from s3audio_tui.library.events import Done, ItemEvent
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.palette import Palette
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.devices import DevicesScreen
from s3audio_tui.tui.screens.folder_picker import FolderPicker
from s3audio_tui.tui.screens.help import Help
from s3audio_tui.tui.screens.properties import PropertiesScreen
from s3audio_tui.tui.screens.trash import TrashScreen
from s3audio_tui.tui.widgets.facts import Section
from tests.library.conftest import MakeLibrary
from tests.tui.driving import Driver, driven

MANY = 12_000


@pytest.fixture
def listed(make_library: MakeLibrary) -> Library:
    """A library known from its catalog alone: one file, and many in a folder."""
    library = make_library(endpoint_url="http://127.0.0.1:9")
    keys = [f"many/{n:05}.wav" for n in range(MANY)] + ["z.wav"]
    entries = [Entry(key, 10, 0.0, "e", "STANDARD") for key in keys]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    return library


async def at_once(driver: Driver, *commands: str) -> None:
    """Do what keys do, all before the first has its answer."""
    for command in commands:
        driver.screen.action_do(command)
    await driver.settle()


async def test_an_act_waits_for_marks_that_are_under_way(
    listed: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driven(listed) as driver:
        await driver.press("enter", "down")
        seen: list[int] = []
        monkeypatch.setattr(
            driver.screen, "_run", lambda command: seen.append(len(driver.files.marked))
        )
        driver.files.mark_all()
        await at_once(driver, "delete")
        assert seen == [MANY]


async def test_marks_that_come_too_late_are_not_those_of_another_folder(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("enter")
        await at_once(driver, "mark_all", "up")
        assert driver.screen.place.prefix == ""
        assert not driver.files.marked


async def test_a_range_is_whole_before_it_ends_and_before_an_act(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("enter")
        driver.screen.action_do("range")
        driver.files.action_jump(True)
        await at_once(driver, "range", "mark_all", "invert")
        assert not driver.files.marked
        driver.files.action_jump(False)
        driver.screen.action_do("range")
        driver.files.action_jump(True)
        await at_once(driver, "range")
        assert len(driver.files.marked) == MANY and not driver.files.ranging


async def test_a_field_takes_only_the_beginning_of_a_huge_paste(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("slash")
        await driver.paste("a" * 1_000_000)
        field = driver.app.focused
        assert isinstance(field, Input) and len(field.value) == 20_000
        assert "a term has at most" in driver.text()


async def test_a_job_that_ends_takes_no_other_with_it(listed: Library) -> None:
    async with driven(listed) as driver:
        desk, going = driver.screen, threading.Event()

        def long(token: CancelToken) -> Iterator[ItemEvent]:
            going.wait(60)
            yield Done("a.wav", "", 1 if token.cancelled else 0)

        first = asyncio.create_task(desk.follow("Long", 1, long))
        await asyncio.sleep(0)
        await desk.follow("Short", 1, lambda token: iter(()))
        assert desk.job is not None
        await driver.pilot.press("x")
        going.set()
        assert (await first).stopped
        assert desk.job is None


async def test_what_arrives_when_a_screen_was_left_is_for_nobody(library: Library) -> None:
    async with driven(library) as driver:
        await driver.press("t")
        left = driver.app.screen
        assert isinstance(left, TrashScreen)
        go_on = threading.Event()

        def start(_: CancelToken) -> Iterator[ItemEvent]:
            assert go_on.wait(60)
            return iter(())

        job = asyncio.create_task(left.follow("Restoring", 1, start))
        await driver.pilot.pause()
        await driver.app.pop_screen()
        go_on.set()
        await job
        await left._reload()


async def test_facts_that_arrive_when_their_screen_was_left_are_for_nobody(
    library: Library,
) -> None:
    asked, answered = list[str](), asyncio.Event()

    async def load() -> list[Section]:
        asked.append("facts")
        if len(asked) > 1:
            await answered.wait()
        return []

    async with driven(library) as driver:
        screen = PropertiesScreen("a.wav", "", [], load, single=True)
        driver.app.push_screen(screen)
        await driver.settle()
        late = asyncio.ensure_future(screen._ask())
        await driver.press("escape")
        assert not screen.query("#properties-said")
        answered.set()
        await late  # it would not find where to say it
    assert asked == ["facts", "facts"]


async def test_quitting_in_the_middle_of_an_act_is_asked(listed: Library) -> None:
    async with driven(listed) as driver:
        desk, going = driver.screen, threading.Event()

        def long(token: CancelToken) -> Iterator[ItemEvent]:
            while not token.cancelled and not going.wait(0.01):
                pass
            yield Done("a.wav", "", 1)

        job = asyncio.create_task(desk.follow("Renaming a.wav", 1, long))
        await asyncio.sleep(0)
        await driver.pilot.press("q")
        await driver.drawn()
        assert driver.asks(Confirm) and "Renaming a.wav" in driver.text()
        await driver.pilot.press("enter")
        assert desk.job is not None, "the default stays"
        await driver.pilot.press("q")
        await driver.drawn()
        await driver.pilot.press("y")
        assert (await job).stopped
        while not driver.app._exit:
            await asyncio.sleep(0.01)


async def test_an_answer_waits_until_its_screen_lies_on_top(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("m")
        picker = driver.app.screen
        assert isinstance(picker, FolderPicker)
        picker.do_help()
        picker.dismiss(None)
        await driver.settle()
        assert driver.asks(Help), "it is not the one that was to go"
        await driver.press("escape")
        assert driver.app.screen is driver.screen


async def test_what_is_clicked_twice_is_left_once(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("m")
        picker = driver.app.screen
        assert isinstance(picker, FolderPicker)
        picker.do_help()
        await driver.settle()
        top = driver.app.screen
        assert isinstance(top, Help)
        top.dismiss(None)
        top.dismiss(None)
        await driver.settle()
        assert driver.app.screen is picker


async def test_the_palette_opens_while_the_last_one_goes(listed: Library) -> None:
    async with driven(listed) as driver:
        driver.app.action_command_palette()
        await driver.settle()
        driver.app.screen.dismiss(None)
        driver.app.action_command_palette()
        await driver.settle()
        assert driver.asks(Palette)


async def test_what_was_looked_up_for_a_screen_ends_with_it(listed: Library) -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def look() -> list[Device]:
        begun.set()
        try:
            await go_on.wait()
        finally:
            ended.set()
        return []

    async with driven(listed) as driver:
        screen = DevicesScreen("", look)
        driver.app.push_screen(screen)
        await begun.wait()
        screen.dismiss(None)
        await driver.settle()
        assert ended.is_set()
        go_on.set()
        await driver.settle()
