"""Whose waveform is made: the row that is wanted last, and nobody's once the screen has gone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import NotAudioError, S3AudioError, UnreachableError
from s3audio_tui.library.waveforms import Shown
from s3audio_tui.tui import wave_side
from s3audio_tui.tui.wave_side import Told, WaveSide
from s3audio_tui.tui.widgets.waveform_room import WaveformRoom
from tests.library.conftest import MakeLibrary
from tests.library.waves import put, wav
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.tui.driving import driven
from tests.tui.sooner import AtOnce


class Timer:
    def stop(self) -> None:
        """Nothing runs here."""


class Soon:
    """Keeps what shall be done in a moment, for the test to do it."""

    def __init__(self) -> None:
        self.acts: list[Callable[[], None]] = []
        self.waits: list[float] = []

    def __call__(self, seconds: float, act: Callable[[], None]) -> Any:
        self.acts.append(act)
        self.waits.append(seconds)
        return Timer()


def row(key: str, etag: str = "1") -> Row:
    return Row(key, 10, 0.0, etag, "STANDARD", "wav")


def nothing(_: Row, __: CancelToken) -> Iterator[Shown]:
    yield from ()


def side(soon: Soon, make: wave_side.Make = nothing) -> WaveSide:
    return WaveSide(make, AtOnce(), lambda act: act(), soon)


def wanted(of: WaveSide) -> str:
    return of._row.etag if of._row is not None else ""


def test_what_was_wanted_meanwhile_is_made_when_the_one_that_is_held_is_left() -> None:
    made = side(Soon())
    made.look_at(row("a", "1"))
    release = made.hold(row("a", "1"))
    made.look_at(row("a", "2"))
    assert wanted(made) == "1"
    release()
    assert wanted(made) == "2"


def test_who_is_closed_makes_and_tells_nothing() -> None:
    soon, told = Soon(), list[Told]()
    made = side(soon)
    end = made.follow(told.append)
    made.look_at(row("a"))
    soon.acts.pop()()
    token = made._token
    states = [token.cancelled]
    told.clear()
    made.close()
    assert [*states, token.cancelled] == [False, True]
    assert wanted(made) == "" and not told
    end()


@pytest.mark.parametrize(
    ("error", "tries"),
    [(UnreachableError("the store cannot be reached", ""), 2), (NotAudioError("no sound", ""), 1)],
)
def test_what_could_not_be_read_is_tried_again_when_asked(error: S3AudioError, tries: int) -> None:
    tried: list[str] = []

    def broken(of: Row, cancel: CancelToken) -> Iterator[Shown]:
        tried.append(of.key)
        yield from ()
        raise error

    soon, told = Soon(), list[Told]()
    made = side(soon, broken)
    made.follow(told.append)
    made.look_at(row("a"))
    made.look_again()
    assert not tried, "it has not begun yet"
    soon.acts.pop()()
    made.look_again()
    assert len(tried) == tries
    assert told[-1] is error


def test_only_who_goes_on_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    now, soon = [100.0], Soon()
    monkeypatch.setattr(wave_side, "monotonic", lambda: now[0])
    made = side(soon)
    for key, seconds in (("a", 0.0), ("b", 0.03), ("c", 0.03), ("d", 1.0)):
        now[0] += seconds
        made.look_at(row(key))
    first, *rest, last = soon.waits
    assert first == last < min(rest) and len(rest) == 2


async def test_a_refresh_looks_again(
    make_library: MakeLibrary, plain_s3: Any, s3_server: StrictS3
) -> None:
    library = make_library(waveforms=True)
    put(plain_s3, library, "a.wav", wav())
    s3_server.set_faults(library.bucket, Fault(method="GET", key="a.wav", code="AccessDenied"))
    async with driven(library) as driver:
        room = driver.screen.query_one(WaveformRoom)
        assert room.note and room.sound is None
        s3_server.set_faults(library.bucket)
        await driver.press("R")
        assert not room.note and room.sound is not None


async def test_a_decoder_stands_ready_before_it_is_needed(make_library: MakeLibrary) -> None:
    library = make_library(waveforms=True)
    async with driven(library):
        assert library.decoders._spare


async def test_details_that_come_into_sight_have_their_waveform(
    make_library: MakeLibrary, plain_s3: Any
) -> None:
    library = make_library(waveforms=True)
    put(plain_s3, library, "a.wav", wav())
    async with driven(library, size=(90, 34)) as driver:
        room = driver.screen.query_one(WaveformRoom)
        assert room.sound is None, "there is no room for the details"
        await driver.pilot.resize_terminal(140, 34)
        await driver.settle()
        assert room.sound is not None


async def test_a_store_that_answers_again_is_asked_for_the_row_that_is_looked_at(
    make_library: MakeLibrary, plain_s3: Any, s3_server: StrictS3
) -> None:
    library = make_library(waveforms=True)
    for seed, key in enumerate(("a.wav", "b.wav")):
        put(plain_s3, library, key, wav(seed=seed))
    async with driven(library) as driver:
        room = driver.screen.query_one(WaveformRoom)
        s3_server.set_faults(library.bucket, Fault(query="list-type", code="AccessDenied"))
        await driver.press("R", "down")
        assert driver.key == "b.wav" and room.sound is None
        s3_server.set_faults(library.bucket)
        await driver.press("R")
        assert room.sound is not None
