"""Playing: from the list, in the waveform, without a device, and until the end."""

import threading
from collections.abc import Callable

import pytest

from s3audio_tui.library.opening import Library
from s3audio_tui.tui.screens.wave import WaveScreen
from s3audio_tui.tui.widgets.status_line import Said, StatusLine
from tests.tui.listening import NoCard, goes_on, is_over, is_paused, listening, until

OpenDemo = Callable[..., Library]


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
        (ours,) = set(players()) - set(before)
    ours.join(60)  # quitting does not wait for long
    assert not ours.is_alive()


@pytest.mark.parametrize("key", ["full_stop", "comma"])
async def test_keys_that_need_a_sound_do_nothing_without_one(open_demo: OpenDemo, key: str) -> None:
    async with listening(open_demo()) as driver:
        await driver.press(key)
        assert driver.app.playing.heard is None
        shown = {command.id for command in driver.screen.named()}
        assert not shown & {"play_pause", "play_stop"}
