"""Playing: from the list, in the waveform, without a device, and until the end."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from s3audio_tui.audio.output import Fill, Nowhere, Output, Stream
from s3audio_tui.errors import DeviceError
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.play_side import Heard
from s3audio_tui.tui.screens.wave import WaveScreen
from s3audio_tui.tui.widgets.status_line import Said, StatusLine
from tests.snapshots import staged
from tests.tui.driving import Driver

OpenDemo = Callable[..., Library]

_PATIENCE_S = 60.0


class NoCard:
    """A machine without a device."""

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        raise DeviceError("there is no sound device", "connect one, and try again")


@asynccontextmanager
async def listening(library: Library, output: Output | None = None) -> AsyncIterator[Driver]:
    """Run the app with a silent device, the cursor on a file of the demo."""
    app = make_app(library, output=output or Nowhere())
    async with staged(app, (120, 34)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "down")
        yield driver


async def until(driver: Driver, is_so: Callable[[Heard | None], bool]) -> None:
    """Wait until what is heard is as wanted."""
    ends = monotonic() + _PATIENCE_S
    while not is_so(driver.app.playing.heard):
        assert monotonic() < ends, driver.app.playing.heard
        await asyncio.sleep(0.005)


def goes_on(heard: Heard | None) -> bool:
    return heard is not None and heard.state == "playing" and heard.at_s > 0


def is_paused(heard: Heard | None) -> bool:
    return heard is not None and heard.state == "paused"


def is_over(heard: Heard | None) -> bool:
    return heard is None


async def test_enter_plays_a_file(open_demo: OpenDemo) -> None:
    async with listening(open_demo()) as driver:
        line = driver.screen.query_one(StatusLine)
        name = driver.key.rpartition("/")[2]
        await driver.press("enter")
        await until(driver, goes_on)
        assert line.heard.startswith(f"▶ {name} 0:")
        await driver.press("enter")
        await until(driver, is_paused)
        assert line.heard.startswith(f"‖ {name} 0:")
        await driver.press("full_stop")
        await until(driver, goes_on)
        await driver.press("comma")
        await until(driver, is_over)
        assert not line.heard


async def test_without_a_device_it_plays_silently_and_says_why(open_demo: OpenDemo) -> None:
    async with listening(open_demo(), NoCard()) as driver:
        line, said = driver.screen.query_one(StatusLine), list[Said | None]()
        driver.screen.watch(line, "said", lambda new: said.append(new))
        await driver.press("enter")
        await until(driver, goes_on)
        sentence = "It plays silently: there is no sound device"
        assert Said(sentence, "connect one, and try again", "note") in said
        assert line.heard.endswith(" · silent")
        await driver.press("w")
        assert " · silent: there is no sound device" in driver.text()


async def test_in_the_waveform(open_demo: OpenDemo) -> None:
    async with listening(open_demo()) as driver:
        await driver.press("w")
        screen = driver.app.screen
        assert isinstance(screen, WaveScreen)
        wave, sound = screen.wave, screen.wave.sound
        assert sound is not None
        await driver.press("space")
        await until(driver, goes_on)
        assert wave.playhead
        await driver.press("space")
        await until(driver, is_paused)
        paused = wave.playhead
        assert paused is not None
        await driver.press("greater_than_sign")
        await until(driver, lambda heard: heard is not None and heard.at_s * sound.rate_hz > paused)
        assert is_paused(driver.app.playing.heard)
        wave.select(sound.rate_hz, 2 * sound.rate_hz)
        await driver.press("l")
        await until(driver, lambda heard: heard is not None and heard.loops and 1 <= heard.at_s < 2)
        await driver.press("space")
        await until(driver, goes_on)
        await driver.press("escape", "escape")
        assert driver.app.screen is driver.screen
        assert driver.app.playing.heard is not None


async def test_quitting_ends_the_player(open_demo: OpenDemo) -> None:
    def players() -> list[threading.Thread]:
        return [each for each in threading.enumerate() if each.name == "s3audio-player"]

    before = players()
    async with listening(open_demo()) as driver:
        await driver.press("enter")
        await until(driver, goes_on)
        assert len(players()) == len(before) + 1
    assert players() == before


@pytest.mark.parametrize("key", ["full_stop", "comma"])
async def test_keys_that_need_a_sound_do_nothing_without_one(open_demo: OpenDemo, key: str) -> None:
    async with listening(open_demo()) as driver:
        await driver.press(key)
        assert driver.app.playing.heard is None
        shown = {command.id for command in driver.screen.named()}
        assert not shown & {"play_pause", "play_stop"}
