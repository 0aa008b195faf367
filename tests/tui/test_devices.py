"""The sound device: chosen from what is there now, changed while something plays, remembered."""

from collections.abc import Callable
from typing import Any

import pytest

from s3audio_tui.audio import devices
from s3audio_tui.audio.devices import Device
from s3audio_tui.audio.output import Fill, Nowhere, Stream
from s3audio_tui.errors import DeviceError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import recall
from s3audio_tui.tui.card import Card
from s3audio_tui.tui.screens.devices import DevicesScreen
from tests.tui.driving import Driver, driven
from tests.tui.listening import goes_on, is_paused, until

OpenDemo = Callable[..., Library]

SPEAKERS = Device(0, "Speakers", is_default=True)
PHONES = Device(1, "Phones [bold]\x1b]0;x\x07", is_default=False)


class Machine:
    """A machine whose devices come and go; what is opened is noted."""

    def __init__(self) -> None:
        self.there: list[Device] | DeviceError = [SPEAKERS, PHONES]
        self.opened: list[str] = []

    def now(self) -> list[Device]:
        """As `devices.now`."""
        if isinstance(self.there, DeviceError):
            raise self.there
        return self.there

    def open(self, card: Card, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        """As `Card.open`; slower than it should be, so that no sound ends in a test."""
        if card.device:
            devices.chosen(self.now(), card.device)
        self.opened.append(card.device)
        return Nowhere().open(sample_rate_hz // 4, fill, gone)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(devices, "now", made.now)

    def opened(card: Card, *values: Any) -> Stream:
        return made.open(card, *values)

    monkeypatch.setattr(Card, "open", opened)
    return made


async def to_a_sound(driver: Driver) -> None:
    await driver.go_to("takes/")
    await driver.press("enter", "down", "enter", "down")


def dialog(driver: Driver) -> DevicesScreen:
    screen = driver.app.screen
    assert isinstance(screen, DevicesScreen)
    return screen


async def test_what_plays_goes_on_where_it_is_and_it_is_remembered(
    open_demo: OpenDemo, machine: Machine
) -> None:
    library = open_demo()
    async with driven(library) as driver:
        await to_a_sound(driver)
        await driver.press("enter")
        await until(driver, goes_on)
        before = driver.app.playing.heard
        assert machine.opened == [""] and before is not None
        await driver.press("S")
        assert "● The system's own  now Speakers" in driver.text()
        await driver.press("down", "down", "enter")
        assert "Sound comes out of Phones" in driver.said()
        await until(driver, lambda heard: goes_on(heard) and len(machine.opened) == 2)
        assert machine.opened == ["", PHONES.name]
        heard = driver.app.playing.heard
        assert heard is not None and heard.row == before.row and heard.at_s >= before.at_s
        assert recall(library.state_folder).output_device == PHONES.name
        await driver.press("enter")
        await until(driver, is_paused)
        await driver.press("S", "home", "enter", "enter")
        await until(driver, lambda heard: goes_on(heard) and len(machine.opened) == 3)
        assert machine.opened[-1] == ""


async def test_the_list_is_never_frozen(open_demo: OpenDemo, machine: Machine) -> None:
    async with driven(open_demo()) as driver:
        machine.there = [SPEAKERS]
        await driver.press("S")
        assert dialog(driver)._list.devices == [SPEAKERS]
        machine.there = [SPEAKERS, PHONES]
        await driver.press("r")
        assert dialog(driver)._list.devices == [SPEAKERS, PHONES]
        assert "Phones [bold]" in driver.text() and "\x1b" not in driver.text()
        machine.there = DeviceError("there is no sound: the library is missing", "install it")
        await driver.press("r")
        assert "there is no sound: the library is missing: install it" in driver.text()
        machine.there = []
        await driver.press("r")
        assert "there is no sound device: connect one" in driver.text()
        await driver.press("escape")
        assert driver.app.screen is driver.screen and not driver.app.card.device


async def test_the_setting_comes_before_what_is_remembered(
    open_demo: OpenDemo, machine: Machine
) -> None:
    async with driven(open_demo(output_device="spea")) as driver:
        await driver.press("S")
        assert dialog(driver)._list.chosen == 1
        await driver.press("down", "enter")
        assert driver.app.card.device == PHONES.name
        assert "the settings say spea for the next time" in driver.said()
    async with driven(open_demo()) as driver:
        assert driver.app.card.device == PHONES.name
        machine.there = [SPEAKERS]
        await driver.press("S")
        assert "was chosen, and is not there" in driver.text()


async def test_a_device_that_is_not_there_plays_silently_with_the_reason(
    open_demo: OpenDemo, machine: Machine
) -> None:
    async with driven(open_demo(output_device="Kazoo")) as driver:
        await to_a_sound(driver)
        await driver.press("enter")
        await until(driver, goes_on)
        heard = driver.app.playing.heard
        assert heard is not None and heard.silent
        assert driver.app.playing.trouble == "there is no sound device 'Kazoo'"
        await driver.press("S", "enter")
        await until(driver, lambda heard: heard is not None and not heard.silent)
        assert machine.opened == [""]
