"""The waveform of a file: in the details, and over the whole screen."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from s3audio_tui import logs
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import NotAudioError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.waveforms import Shown
from s3audio_tui.tui.play_side import Heard
from s3audio_tui.tui.screens.wave import WaveScreen
from s3audio_tui.tui.wave_side import Told, WaveSide
from s3audio_tui.tui.widgets.wave_picture import Sound
from s3audio_tui.tui.widgets.waveform import Waveform
from s3audio_tui.tui.widgets.waveform_room import WaveformRoom
from tests.drawing.sounds import RATE_HZ, peaks_of, speech
from tests.snapshots import Snapshot
from tests.tui.driving import Driver, driven
from tests.tui.listening import goes_on, is_paused, listening, until, until_so

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


async def test_what_nobody_foresaw_is_said(
    open_demo: OpenDemo, make: Callable[[Make], None], caplog: pytest.LogCaptureFixture
) -> None:
    def wild(row: Row, cancel: CancelToken) -> Iterator[Shown]:
        yield from ()
        raise ValueError("secret")

    make(wild)
    async with driven(open_demo(waveforms=True), size=(120, 34)) as driver:
        with caplog.at_level(logging.ERROR, logs.NAME):
            await on_a_file(driver)
        assert "the waveform cannot be made" in driver.screen.query_one(WaveformRoom).note
        assert [record.exc_info for record in caplog.records]
        await driver.press("w")
        assert "unforeseen error, ValueError  the log says more" in driver.text()


async def test_samples_that_cannot_be_had_leave_the_picture(
    open_demo: OpenDemo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wild(*_: object) -> None:
        raise ValueError("secret")

    monkeypatch.setattr("s3audio_tui.library.wave_parts.part", wild)
    async with driven(open_demo()) as driver:
        await on_a_file(driver)
        with caplog.at_level(logging.ERROR, logs.NAME):
            await driver.press("w")
            screen = driver.app.screen
            assert isinstance(screen, WaveScreen)
            screen.wave.zoom_to(48_000, 48_500)
            await driver.settle()
        assert [record.exc_info for record in caplog.records]
        assert screen.wave.sound is not None
        assert screen.wave.sound.detail is None


async def test_what_there_was_of_a_damaged_sound_is_shown(
    open_demo: OpenDemo, make: Callable[[Make], None], snapshot: Snapshot
) -> None:
    def torn(row: Row, cancel: CancelToken) -> Iterator[Shown]:
        yield next(growing(row, cancel))
        raise NotAudioError("take.wav is cut off", "upload it again")

    make(torn)
    async with driven(open_demo(waveforms=True)) as driver:
        await on_a_file(driver)
        room = driver.screen.query_one(WaveformRoom)
        assert room.sound is not None
        assert room.note == "take.wav is cut off"
        await driver.press("w")
        snapshot(driver.app, "waveform-screen-torn")


async def test_a_sound_without_a_frame(open_demo: OpenDemo, make: Callable[[Make], None]) -> None:
    def empty(row: Row, cancel: CancelToken) -> Iterator[Shown]:
        yield Shown(peaks_of(speech()[:0]), True, True, "local", 0)

    make(empty)
    async with driven(open_demo(), size=(80, 24)) as driver:
        await on_a_file(driver)
        await driver.press("w")
        assert "there is no sound in it" in driver.text()
        await driver.press("plus", "right", "end", "left_square_bracket", "d", "0")
        assert "0:00.000" in driver.text()


async def test_every_window_has_room(open_demo: OpenDemo, make: Callable[[Make], None]) -> None:
    make(growing)
    async with driven(open_demo()) as driver:
        await on_a_file(driver)
        await driver.press("w")
        for size in ((20, 5), (20, 10), (47, 7), (60, 3), (200, 60)):
            await driver.pilot.resize_terminal(*size)
            await driver.press("right", "left_square_bracket", "plus")
            lines = driver.text().splitlines()
            assert len(lines) == size[1]
            assert max(map(len, lines)) <= size[0]


async def test_what_plays_is_what_the_keys_and_the_mouse_move(open_demo: OpenDemo) -> None:
    async with listening(open_demo()) as driver:
        await driver.press("w")
        screen = driver.app.screen
        assert isinstance(screen, WaveScreen)
        wave, sound = screen.wave, screen.wave.sound
        assert sound is not None
        rate = sound.rate_hz
        await driver.press("space")
        await until(driver, goes_on)
        await driver.press("space")
        await until(driver, is_paused)
        before = wave.place
        assert before == wave.playhead
        assert "← → seek 5 s" in driver.text()

        def sees(least: int) -> Callable[[Heard | None], bool]:
            return lambda heard: wave.playhead is not None and wave.playhead >= least

        await driver.press("right")
        await until(driver, sees(before + 5 * rate))
        assert wave.cursor == 0
        await driver.press("left_square_bracket")
        assert wave.selected == (wave.place, sound.frames)
        there = wave.column_of(wave.place) + 10
        await driver.pilot.click(Waveform, offset=(there + wave.names_width, 3))
        await until(driver, sees(wave.view.frame(there, wave.columns)))
        assert wave.cursor == 0
        assert wave.selected is not None


async def test_the_details_show_where_it_plays(open_demo: OpenDemo) -> None:
    async with listening(open_demo(waveforms=True)) as driver:
        room = driver.screen.query_one(WaveformRoom)
        await driver.press("enter")
        await until(driver, lambda heard: goes_on(heard) and bool(room.playhead))
        await driver.press("down")
        assert room.playhead is None
        await driver.press("up")
        await until(driver, lambda heard: bool(room.playhead))
        await driver.press("comma")
        await until(driver, lambda heard: heard is None and room.playhead is None)


async def test_the_foot_tells_a_selection_from_the_file(open_demo: OpenDemo) -> None:
    async with listening(open_demo(waveforms=True)) as driver:
        await driver.go_to("takes/2026-11/ラフミックス.mp3")
        await driver.press("w")
        screen = driver.app.screen
        assert isinstance(screen, WaveScreen)
        await until_so(driver, lambda: screen.wave.sound is not None)
        await driver.settle()
        screen.wave.select(0, 30_000)
        await driver.press("l", "left_parenthesis")
        await until(driver, goes_on)
        await driver.settle()
        assert " / 0:05 ·" in driver.text()  # though only its end tells the player
        assert "selected" in driver.text()
