"""Whose waveform is made: the row that is wanted last, and nobody's once the screen has gone."""

from collections.abc import Callable, Iterator
from typing import Any

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.library.waveforms import Shown
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.wave_side import Told, WaveSide


class Timer:
    def stop(self) -> None:
        """Nothing runs here."""


class Soon:
    """Keeps what shall be done in a moment, for the test to do it."""

    def __init__(self) -> None:
        self.acts: list[Callable[[], None]] = []

    def __call__(self, seconds: float, act: Callable[[], None]) -> Any:
        self.acts.append(act)
        return Timer()


def row(key: str, etag: str = "1") -> Row:
    return Row(key, 10, 0.0, etag, "STANDARD", "wav")


def nothing(_: Row, __: CancelToken) -> Iterator[Shown]:
    yield from ()


def side(soon: Soon) -> WaveSide:
    return WaveSide(nothing, DaemonPool("test", 1), lambda act: act(), soon)


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
