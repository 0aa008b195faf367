"""Another library is opened without leaving; those known here are kept, forgotten, chosen."""

from pathlib import Path

import msgspec
import pytest

from s3audio_tui.config import LibrarySettings, Settings, load_settings
from s3audio_tui.library import saving
from s3audio_tui.library.addresses import address_of_open
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import Address, recall, remember, visited
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.tui.app import session_of
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.libraries import LibrariesScreen
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.tui.conftest import MakeLibrary
from tests.tui.driving import Driver, driven


def put(library: Library, key: str) -> None:
    library.store.client.put_object(Bucket=library.bucket, Key=key, Body=b"x")


@pytest.fixture
def other(make_library: MakeLibrary) -> Library:
    """Another library, which was open before."""
    other = make_library()
    put(other, "other.wav")
    return other


@pytest.fixture
def here(make_library: MakeLibrary, other: Library) -> Library:
    """The library that is open; the settings have it, and a broken one."""
    bucket = make_library().bucket
    path = other.state_folder / "settings.toml"
    for name, url in (("mine", f"s3://{bucket}/"), ("broken", "s3://nowhere-at-all/")):
        saving.save_library(path, name, LibrarySettings(url=url), usual=False)
    remember(other.state_folder, visited(address_of_open(other)))
    libraries = load_settings(path, explicit=True, environ={}, flags={}).libraries
    here = make_library(bucket, libraries=msgspec.to_builtins(libraries))
    put(here, "here.wav")
    return here


def shown(driver: Driver) -> list[str]:
    screen = driver.app.screen
    assert isinstance(screen, LibrariesScreen)
    return [choice.name for choice in screen.choices.choices]


async def test_the_library_before_is_opened_and_the_way_back_is_the_same(
    here: Library, other: Library
) -> None:
    async with driven(here) as driver:
        assert driver.rows() == ["here.wav"]
        await driver.press("ctrl+o")
        assert "open now" in driver.text()
        await driver.press("enter")
        assert driver.rows() == ["other.wav"]
        latest = [each.url for each in recall(here.state_folder).recents]
        assert latest == [f"s3://{other.bucket}/", f"s3://{here.bucket}/"]
        await driver.press("ctrl+o", "enter")
        assert driver.rows() == ["here.wav"]


async def test_transfers_go_on_in_the_library_that_they_began_in(
    here: Library, other: Library, s3_server: StrictS3, sounds: dict[str, Path]
) -> None:
    queue = TransferQueue(1)
    put_late = Fault(method="PUT", key=sounds["mp3"].name, delay_s=60)
    async with driven(here, queue=queue) as driver:
        await driver.paste(str(sounds["mp3"]))
        s3_server.set_faults(here.bucket, put_late)
        await driver.pilot.press("enter")
        while not queue.busy:
            await driver.pilot.pause(0.01)
        await driver.pilot.press("ctrl+o")
        while not (driver.asks(LibrariesScreen) and shown(driver)):
            await driver.pilot.pause(0.01)
        await driver.pilot.press("enter")
        while driver.app.library is here:
            await driver.pilot.pause(0.01)
        assert queue.busy and driver.screen.queue is queue
        s3_server.set_faults(here.bucket)
        await driver.settle()
        assert driver.rows() == ["other.wav"]
        assert [state.state for state in queue.snapshot()] == ["done"]
        await driver.press("ctrl+o", "enter")
        assert driver.rows() == ["here.wav", sounds["mp3"].name]
        assert len(queue.snapshot()) == 1
    queue.close(0)


async def test_a_library_is_tried_before_the_one_that_is_open_is_left(here: Library) -> None:
    async with driven(here) as driver:
        await driver.press("ctrl+o", "up")
        await driver.press("t")
        assert "✗ broken: there is no bucket nowhere-at-all  check its name" in driver.text()
        await driver.press("enter")
        assert "enter open what is known of it here" in driver.text()
        await driver.press("up")
        assert "nowhere-at-all  check" not in driver.text()
        await driver.press("t")
        assert "✓ you may list it: 1 file" in driver.text()
        await driver.press("escape")
        assert driver.rows() == ["here.wav"]


async def test_what_is_known_of_a_library_is_opened_though_its_store_is_away(
    here: Library, other: Library, s3_server: StrictS3
) -> None:
    async with driven(here) as driver:
        await driver.press("ctrl+o", "enter")
        assert driver.rows() == ["other.wav"]
        s3_server.set_faults(other.bucket, Fault(code="AccessDenied"))
        await driver.press("ctrl+o", "enter")
        assert driver.rows() == ["here.wav"]
        await driver.press("ctrl+o", "enter")
        assert driver.asks(LibrariesScreen) and "you may not list" in driver.text()
        await driver.press("enter")
        assert driver.rows() == ["other.wav"]


async def test_what_was_offered_and_works_may_go_into_the_settings(
    here: Library, other: Library, s3_server: StrictS3
) -> None:
    path = here.state_folder / "settings.toml"
    moved = Address(url=f"s3://{other.bucket}/", region="us-west-2", name="moved")
    session = session_of(here)
    session.keep(moved, usual=False)
    settings = msgspec.structs.replace(here.settings, libraries=session.settings.libraries)
    here.settings = settings
    async with driven(here) as driver:
        await driver.press("ctrl+o")
        at = shown(driver).index("moved")
        await driver.press("home", *["down"] * at, "enter")
        assert "is in eu-central-1   enter use eu-central-1" in driver.text()
        await driver.press("enter")
        assert driver.asks(Confirm) and "Keep that for moved?" in driver.text()
        await driver.press("y")
        assert driver.rows() == ["other.wav"]
    assert load_settings(path, explicit=True, environ={}, flags={}).libraries["moved"].region == (
        s3_server.region
    )


async def test_libraries_are_kept_forgotten_and_made_the_usual_one(here: Library) -> None:
    path = here.state_folder / "settings.toml"

    def settings() -> Settings:
        return load_settings(path, explicit=True, environ={}, flags={}, choose=False)

    async with driven(here) as driver:
        await driver.press("ctrl+o")
        name = shown(driver)[2]
        assert shown(driver)[:2] == ["mine", "broken"] and "Recent" in driver.text()
        await driver.press("a")
        assert name in settings().libraries and "Recent" not in driver.text()
        await driver.press("home", "s")
        assert settings().library == "mine" and "opens by itself" in driver.text()
        await driver.press("down", "d")
        assert shown(driver)[:2] == ["mine", name] and "broken" not in settings().libraries
        path.write_text("colour = 1")
        await driver.press("d")
        assert "✗" in driver.text() and shown(driver)[1] == name
