"""The waveform of a file: in the details, and over the whole screen."""

import threading
from collections.abc import Callable, Iterator

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import NotAudioError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.waveforms import Shown
from s3audio_tui.tui.screens.wave import WaveScreen
from s3audio_tui.tui.wave_side import Told, WaveSide
from s3audio_tui.tui.widgets.wave_picture import Sound
from s3audio_tui.tui.widgets.waveform_room import WaveformRoom
from tests.drawing.sounds import RATE_HZ, peaks_of, speech
from tests.snapshots import Snapshot
from tests.tui.driving import Driver, driven

OpenDemo = Callable[..., Library]
Make = Callable[[Row, CancelToken], Iterator[Shown]]


def growing(row: Row, cancel: CancelToken) -> Iterator[Shown]:
    """A waveform that comes in two pieces."""
    sound = speech()
    yield Shown(peaks_of(sound[: len(sound) // 3]), True, False, "local", len(sound))
    yield Shown(peaks_of(sound), True, True, "local", len(sound))


def damaged(row: Row, cancel: CancelToken) -> Iterator[Shown]:
    yield from growing(row, cancel)
    raise NotAudioError("that is no sound", "look at it with info")


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Callable[[Make], None]:
    """Let waveforms be made by a function of the test."""

    def replace(made: Make) -> None:
        monkeypatch.setattr(
            "s3audio_tui.tui.store_side.made_of", lambda _library, row, cancel: made(row, cancel)
        )

    return replace


async def on_a_file(driver: Driver) -> None:
    await driver.go_to("takes/")
    await driver.press("enter", "down", "enter", "down")


async def test_the_details_show_it(
    open_demo: OpenDemo, make: Callable[[Make], None], snapshot: Snapshot
) -> None:
    make(growing)
    async with driven(open_demo(waveforms=True)) as driver:
        await on_a_file(driver)
        room = driver.screen.query_one(WaveformRoom)
        assert room.sound is not None
        assert not room.sound.is_growing
        snapshot(driver.app, "waveform-details")
        await driver.press("backspace")
        assert room.sound is None


async def test_the_screen(
    open_demo: OpenDemo, make: Callable[[Make], None], snapshot: Snapshot
) -> None:
    make(growing)
    async with driven(open_demo()) as driver:
        await on_a_file(driver)
        await driver.press("w")
        assert driver.asks(WaveScreen)
        snapshot(driver.app, "waveform-screen")
        screen = driver.app.screen
        assert isinstance(screen, WaveScreen)
        wave = screen.wave
        await driver.press("right", "right", "left_square_bracket", "right", "right")
        await driver.press("right_square_bracket")
        assert wave.selected == (4 * RATE_HZ, 8 * RATE_HZ)
        await driver.press("z", "d")
        assert (wave.view.begin, wave.view.end) == wave.selected
        snapshot(driver.app, "waveform-screen-part")
        await driver.press("0", "escape")
        assert screen.wave.selected is None
        await driver.press("escape")
        assert driver.app.screen is driver.screen


async def test_a_damaged_sound_says_why(open_demo: OpenDemo, make: Callable[[Make], None]) -> None:
    make(damaged)
    async with driven(open_demo(), size=(80, 24)) as driver:
        await on_a_file(driver)
        await driver.press("w")
        assert "that is no sound  look at it with info" in driver.text()
        await driver.press("plus", "right", "z", "end", "escape")
        assert not driver.asks(WaveScreen)


async def test_a_real_file_of_the_demo(open_demo: OpenDemo) -> None:
    async with driven(open_demo()) as driver:
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "down", "w")
        screen = driver.app.screen
        assert isinstance(screen, WaveScreen)
        assert screen.wave.sound is not None
        assert not screen.wave.sound.is_growing
        assert screen.wave.sound.peaks.high.any()
        screen.wave.zoom_to(48_000, 48_500)
        await driver.settle()
        detail = screen.wave.sound.detail
        assert detail is not None
        assert (detail.samples_per_pixel, screen.wave.sound.detail_at) == (1, 47_500)
        assert detail.high.any()


async def test_only_the_last_one_wanted_is_made(open_demo: OpenDemo) -> None:
    begun = threading.Event()
    told: list[Told] = []

    def endless(row: Row, cancel: CancelToken) -> Iterator[Shown]:
        if row.key.endswith("2"):
            yield from growing(row, cancel)
            return
        while not cancel.cancelled:
            begun.set()
            yield Shown(peaks_of(speech(1)), True, False, "local", None)

    async with driven(open_demo()) as driver:
        screen = driver.screen
        waves = WaveSide(endless, screen.pools.waves, screen.app.call_later, screen.set_timer)
        end = waves.follow(told.append)
        waves.look_at(Row("1", 1, 0.0, "e", "STANDARD", "wav"))
        while not begun.is_set():
            await driver.pilot.pause()
        waves.look_at(Row("2", 1, 0.0, "e", "STANDARD", "wav"))
        while waves.waiting:
            await driver.pilot.pause()
        await driver.settle()
        assert isinstance(told[-1], Sound)
        assert told[-1].frames == 160_000
        waves.look_at(Row("1", 1, 0.0, "f", "STANDARD", "wav"))
        waves.look_at(Row("2", 1, 0.0, "e", "STANDARD", "wav"))
        known = told[-1]
        assert isinstance(known, Sound)
        assert known.frames == 160_000
        assert not waves.waiting
        end()
