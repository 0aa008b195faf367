"""What comes next: the list, the queue and its screen; files that are gone, devices that vanish."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from s3audio_tui.audio.player import Player
from s3audio_tui.audio.run import Track
from s3audio_tui.audio.seeking import Seekable
from s3audio_tui.cancel import CancelToken
from s3audio_tui.library import playing
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import recall
from s3audio_tui.tui.screens.queue import QueueScreen
from s3audio_tui.tui.screens.wave import WaveScreen
from s3audio_tui.tui.widgets.status_line import StatusLine
from tests.snapshots import Snapshot
from tests.tui.conftest import MakeLibrary
from tests.tui.driving import Driver
from tests.tui.listening import (
    ALL,
    RATE_HZ,
    Card,
    goes_on,
    is_over,
    is_paused,
    level,
    listening,
    opened,
    plays,
    put,
    until,
    until_so,
)

OpenDemo = Callable[..., Library]


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    """Four sounds of one rate, and a text."""
    made = make_library()
    for number, name in enumerate("abcd", 1):
        put(made, f"{name}.wav", level(number))
    put(made, "b.txt", b"no sound")
    return made


def coming(driver: Driver) -> list[str]:
    return [entry.row.key for entry in driver.app.playing.queue.coming]


async def test_the_list_goes_on_without_a_gap(library: Library) -> None:
    card = Card(0)
    async with opened(library, card) as driver:
        await driver.go_to("b.wav")
        await driver.press("enter")
        card.left = ALL
        await until(driver, is_over)
    assert card.taken == [(2000, RATE_HZ), (3000, RATE_HZ), (4000, RATE_HZ)]
    assert card.rates == [RATE_HZ]


async def test_what_is_queued_comes_first(library: Library) -> None:
    card = Card(0)
    async with opened(library, card) as driver:
        line = driver.screen.query_one(StatusLine)
        await driver.press("enter")
        await driver.go_to("d.wav")
        await driver.press("space", "home", "down", "down", "space", "A")
        assert driver.said() == "2 sounds queued Q shows the queue"
        assert not driver.files.marked and line.heard.endswith(" · 2 queued")
        assert coming(driver) == ["b.wav", "d.wav", "b.wav", "c.wav", "d.wav"]
        card.left = ALL
        await until(driver, is_over)
    assert [each for each, _ in card.taken] == [1000, 2000, 4000, 2000, 3000, 4000]
    assert card.rates == [RATE_HZ]


async def test_it_may_end_with_the_file(make_library: MakeLibrary, library: Library) -> None:
    card = Card()
    async with opened(make_library(library.bucket, play_on=False), card) as driver:
        await driver.press("enter")
        await until(driver, is_over)
    assert card.taken == [(1000, RATE_HZ)]


async def test_a_folder_waits_in_the_queue(library: Library) -> None:
    put(library, "loops/y.wav", level(8))
    put(library, "loops/x.wav", level(7))
    card = Card()
    async with opened(library, card) as driver:
        await driver.press("home", "A")
        assert driver.app.playing.heard is None
        assert driver.said() == "2 sounds queued . plays it, Q shows it"
        await driver.press("full_stop")
        await until(driver, is_over)
    assert [each for each, _ in card.taken] == [7000, 8000]


async def test_next_and_previous(library: Library) -> None:
    put(library, "c.wav", level(3, 5 * RATE_HZ))
    card = Card(RATE_HZ // 2)
    async with opened(library, card) as driver:
        await driver.go_to("b.wav")
        await driver.press("enter")
        await until(driver, plays("b.wav"))
        await driver.press("J")
        card.left = 4 * RATE_HZ
        await until(driver, plays("c.wav"))
        await until(driver, lambda heard: heard is not None and heard.at_s > 3.5)
        await driver.press("K")
        card.left = 800
        await until(driver, lambda heard: heard is not None and 0 < heard.at_s < 1)
        assert plays("c.wav")(driver.app.playing.heard)
        await driver.press("K")
        card.left = 800
        await until(driver, plays("b.wav"))
        await driver.press("K")
        card.left = 800
        await until(driver, plays("a.wav"))
        await driver.settle()
        assert coming(driver) == ["b.wav", "c.wav", "d.wav"]


async def test_seeking_and_the_volume(library: Library) -> None:
    put(library, "a.wav", level(1, 20 * RATE_HZ))
    card = Card(RATE_HZ)
    async with opened(library, card) as driver:
        told: list[str] = []
        line = driver.screen.query_one(StatusLine)
        driver.screen.watch(line, "heard", lambda new: told.append(new))
        await driver.press("left_parenthesis")
        assert driver.said() == "volume 90 %"
        await driver.press("enter")
        await until(driver, goes_on)
        await driver.press("left_parenthesis", "greater_than_sign", "greater_than_sign")
        await until(driver, lambda heard: heard is not None and heard.at_s >= 10)
        assert any(" · volume 80 %" in each for each in told)
        await driver.press("less_than_sign")
        await until(driver, lambda heard: heard is not None and 5 <= heard.at_s < 10)
        state_folder = driver.app.session.state_folder
    assert recall(state_folder).volume == 0.8
    assert 800 in [each for each, _ in card.taken] or card.left == 0
    async with opened(library, Card(0)) as driver:
        assert driver.app.playing.volume == 0.8


async def test_the_list_may_change(library: Library) -> None:
    async with opened(library, Card(0)) as driver:
        await driver.go_to("b.wav")
        await driver.press("enter")
        assert coming(driver) == ["c.wav", "d.wav"]
        await driver.press("O")
        assert coming(driver) == ["a.wav"]
        await driver.press("O")
        await driver.go_to("c.wav")
        await driver.press("d", "y")
        assert coming(driver) == ["d.wav"]
        put(library, "bb.wav", level(9))
        await driver.press("R")
        assert coming(driver) == ["bb.wav", "d.wav"]
        await driver.press("slash")
        await driver.write("wav -d")
        assert coming(driver) == ["bb.wav"]


async def test_what_is_gone_is_passed_over(library: Library) -> None:
    put(library, "a.wav", level(1, 8 * RATE_HZ))  # longer than is decoded ahead
    card = Card(0)
    async with opened(library, card) as driver:
        await driver.press("enter")
        await driver.go_to("c.wav")
        await driver.press("A")
        library.store.client.delete_object(Bucket=library.bucket, Key=library.full("c.wav"))
        put(library, "b.wav", level(9))  # another one than the list knows
        card.left = ALL
        said: list[str] = []
        driver.screen.watch(
            driver.screen.query_one(StatusLine),
            "said",
            lambda new: said.append(new.sentence if new else ""),
        )
        await until(driver, is_over)
    assert [each for each, _ in card.taken if each] == [1000, 4000]
    told = [each.partition(" was passed over: ")[0] for each in said if "passed over" in each]
    assert told[:2] == ["c.wav", "b.wav"]  # by then the list may know that it is gone


async def test_the_screen_of_the_queue(library: Library) -> None:
    async with opened(library, Card(0)) as driver:
        await driver.press("Q")
        assert driver.asks(QueueScreen) and "Nothing plays, and nothing is queued" in driver.text()
        await driver.press("escape", "end", "enter")
        await driver.press("home", "A", "down", "down", "A", "down", "A", "Q")
        assert coming(driver) == ["a.wav", "b.wav", "c.wav"]
        await driver.press("down", "J")
        assert coming(driver) == ["b.wav", "a.wav", "c.wav"]
        await driver.press("J", "K", "d")
        assert coming(driver) == ["b.wav", "c.wav"]
        await driver.press("enter")
        assert driver.app.playing.queue.current is not None
        assert driver.app.playing.queue.current.row.key == "c.wav"
        assert "Then it ends" in driver.text()
        await driver.press("escape", "A", "A", "Q", "c")
        assert not driver.app.playing.queue.queued
        await driver.press("escape", "comma", "A", "Q", "full_stop")
        assert driver.app.playing.heard is not None


async def test_the_list_goes_on_behind_what_was_queued_by_hand(library: Library) -> None:
    async with opened(library, Card(0)) as driver:
        await driver.press("home", "A", "down", "down", "A", "Q")
        await driver.settle()
        assert coming(driver) == ["a.wav", "b.wav", "c.wav", "d.wav"]
        assert "What is dim comes next" in driver.text()
        assert ". play" in driver.text()
        await driver.press("full_stop")
        await driver.settle()
        assert coming(driver) == ["b.wav", "c.wav", "d.wav"]
        assert ". pause" in driver.text()
        await driver.press("full_stop")
        await until(driver, is_paused)
        await driver.settle()
        assert ". go on" in driver.text()
        await driver.press("escape", "comma", "Q")
        await driver.settle()
        assert coming(driver) == ["b.wav", "c.wav", "d.wav"]


async def test_keys_that_can_do_nothing_say_so(library: Library) -> None:
    put(library, "folder/e.wav", level(9))
    async with opened(library, Card(0)) as driver:
        await driver.press("greater_than_sign")
        assert driver.said() == "Nothing plays"
        await driver.press("home", "w")
        assert driver.said() == "A folder has no waveform"
        await driver.press("full_stop")
        assert driver.said() == "Nothing plays, and nothing is queued"
        await driver.press("end", "w", "J")
        assert isinstance(driver.app.screen, WaveScreen)
        assert "Nothing plays" in driver.text()
        await driver.press("left_parenthesis")
        assert "volume 90 %" in driver.text()
        await driver.press("space")
        await driver.settle()
        await driver.press("J")
        assert "· Nothing comes next" in driver.text()
        await driver.press("d")
        assert "Nothing comes next" not in driver.text()
        await driver.press("escape", "J")
        assert driver.said() == "Nothing comes next"


async def test_a_device_that_vanishes(library: Library) -> None:
    card = Card(RATE_HZ // 4)
    async with opened(library, card) as driver:
        await driver.press("enter")
        await until(driver, goes_on)
        await until_so(driver, lambda: not card.left)
        card.missing = True
        card.vanish()
        await until(driver, is_paused)
        await driver.settle()
        gone = "Paused: the sound device has gone connect one; . goes on"
        assert driver.said() == gone
        await driver.press("full_stop")
        await until_so(driver, lambda: "there is no sound device" in driver.said())
        assert is_paused(driver.app.playing.heard)
        card.missing, card.left = False, ALL
        await driver.press("full_stop")
        await until(driver, is_over)
    assert card.rates == [RATE_HZ, RATE_HZ]
    assert [each for each, _ in card.taken if each % 1000 == 0 and each] == [
        *(1000, 1000, 2000, 3000, 4000)
    ]


async def test_the_waveform_goes_along_unless_one_looks_elsewhere(library: Library) -> None:
    card = Card(RATE_HZ // 2)
    async with opened(library, card) as driver:
        await driver.press("w", "space")
        screen = driver.app.screen
        assert isinstance(screen, WaveScreen)
        await until_so(driver, lambda: bool(screen.wave.playhead) and not card.left)
        await driver.press("plus")
        card.left = RATE_HZ
        await until_so(driver, lambda: plays("b.wav")(driver.app.playing.heard) and not card.left)
        await driver.settle()
        assert screen._row.key == "b.wav"
        assert screen.wave.sound is not None and screen.wave.view.is_whole
        await until_so(driver, lambda: bool(screen.wave.playhead))
        screen.wave.zoom_to(100, 200)  # where it has been already
        card.left = RATE_HZ
        await until(driver, plays("c.wav"))
        await driver.settle()
        assert screen._row.key == "b.wav"
        await driver.press("left_parenthesis", "J")
        card.left = RATE_HZ // 4
        await until(driver, plays("d.wav"))
        await driver.settle()
        assert screen._row.key == "d.wav"
        assert driver.app.playing.volume == 0.9


async def test_what_begins_just_as_it_is_moved_is_still_what_plays(library: Library) -> None:
    card = Card(0)
    async with opened(library, card) as driver:
        side = driver.app.playing
        await driver.press("A", "enter")
        await driver.go_to("c.wav")
        await driver.press("A")
        player, (first, second) = side._thread._player, side.queue.queued
        assert player is not None
        card.left = RATE_HZ + RATE_HZ // 2
        while player.now().index != 1:  # and the app does not look meanwhile
            time.sleep(0.001)
        side.queue.move(second, -1)
        side.changed()
        await until_so(driver, lambda: side.queue.current is first)
        assert side.queue.queued == [second]
        card.left = RATE_HZ
        await until_so(driver, lambda: side.queue.current is second)


def broken(name: str) -> Track:
    def fail(_: CancelToken) -> AbstractContextManager[Seekable]:
        raise ZeroDivisionError("nobody foresaw it")

    return Track(name, fail)


async def test_what_nobody_foresaw_is_told(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made, card = playing.track_of, Card()

    def some(source: object, *rest: object) -> Track:
        track = made(source, *rest)  # type: ignore[arg-type]
        return broken(track.name) if track.name == "a.wav" else track

    monkeypatch.setattr(playing, "track_of", some)
    with caplog.at_level(logging.ERROR, "s3audio"):
        async with opened(library, card) as driver:
            await driver.press("enter")
            await until(driver, is_over)
            assert "a.wav was passed over: playing failed for an unforeseen" in driver.said()
            monkeypatch.setattr(Player, "play", lambda *_, **__: 1 // 0)
            await driver.press("enter")
            await until_so(driver, lambda: driver.said().startswith("playing failed for"))
            assert driver.app.playing.heard is None
    assert [each for each, _ in card.taken] == [2000, 3000, 4000]
    assert [each.message for each in caplog.records] == ["unforeseen error while playing"] * 2


async def test_pictures(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    card = Card(12 * 44_100)
    async with listening(open_demo(), card) as driver:
        await driver.press("home", "enter", "down", "down", "A", "down", "down", "A")
        await until_so(driver, lambda: not card.left)
        await until(driver, lambda heard: heard is not None and heard.at_s > 11)
        driver.screen.status.hush()
        await driver.settle()
        snapshot(driver.app, "playing-queue")
        await driver.press("Q", "down")
        snapshot(driver.app, "queue")
        await driver.pictured_in_themes(snapshot, "queue")
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        snapshot(driver.app, "queue-80x24")
