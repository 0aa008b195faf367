"""Part sizes, the rate, and the crew of threads: without a network."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, ConflictError, LimitError
from s3audio_tui.store.transfer import (
    MAX_PART_BYTES,
    MAX_PARTS,
    MIB,
    MIN_PART_BYTES,
    Count,
    Crew,
    RateLimit,
    part_size_for,
)

TIB = 1024**4


@given(st.integers(0, 48 * TIB))
def test_parts_are_as_s3_takes_them(size_bytes: int) -> None:
    part_bytes = part_size_for(size_bytes)
    assert MIN_PART_BYTES <= part_bytes <= MAX_PART_BYTES
    assert -(-size_bytes // part_bytes) <= MAX_PARTS


def test_parts_are_of_a_good_size() -> None:
    assert [part_size_for(size * MIB) // MIB for size in (5, 100, 256, 10_000)] == [5, 7, 16, 16]
    a_second = 20 * MIB
    assert part_size_for(256 * MIB, a_second, 0.04) == 16 * MIB
    assert part_size_for(10_000 * MIB, 10 * a_second, 0.1) == 400 * MIB
    assert part_size_for(10_000 * MIB, a_second / 200, 0.1) == 6 * MIB
    with pytest.raises(LimitError):
        part_size_for(MAX_PARTS * MAX_PART_BYTES + 1)


def test_a_low_rate_lets_few_at_once() -> None:
    waited: list[float] = []
    limit = RateLimit(MIB / 50, sleep=waited.append)

    def stop() -> None:
        raise CancelledError("stopped")

    with limit.turn():
        with pytest.raises(CancelledError), limit.turn(stop):
            pass
        limit.set_rate(MIB)
        with limit.turn(stop):
            pass
        limit.set_rate(None)
        with limit.turn(stop):
            pass
    assert waited == []


class Clock:
    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_rate_that_changes_while_one_waits() -> None:
    clock = Clock()
    limit = RateLimit(1000, clock=clock, sleep=clock.sleep)
    limit.take(100_000)  # an advance of 100 s
    asked = 0

    def faster() -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            limit.set_rate(100_000)

    limit.take(1, faster)
    assert clock.now - 1e9 == pytest.approx(1.2, abs=0.2)
    limit.set_rate(None)
    limit.take(10**12)
    assert clock.now - 1e9 < 2


def test_whoever_waits_can_be_stopped() -> None:
    clock, cancel = Clock(), CancelToken()
    limit = RateLimit(1, clock=clock, sleep=lambda _: cancel.cancel())
    limit.take(100)
    with pytest.raises(CancelledError):
        limit.take(1, cancel.check)


def test_a_count() -> None:
    said: list[int] = []
    count = Count(said.append)
    for size in (5, 3, -3):
        count.add(size)
    assert said == [5, 8, 5]


def test_a_crew_does_everything_once() -> None:
    done: list[int] = []
    Crew(done.append, range(1, 200), workers=4, cancel=None).run()
    assert sorted(done) == list(range(1, 200))
    Crew(done.append, [], workers=0, cancel=None).run()


def test_the_first_error_stops_the_others() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        done.append(number)
        if number == 5:
            raise ConflictError("five")

    crew = Crew(work, range(1, 100_000), workers=3, cancel=None)
    with pytest.raises(ConflictError, match="five"):
        crew.run()
    assert len(done) < 99_999
    assert crew.wait(10)


def test_a_crew_that_hangs_is_left() -> None:
    cancel, let_go = CancelToken(), threading.Event()

    def hang(_: int) -> None:
        cancel.cancel()
        let_go.wait(60)

    crew = Crew(hang, [1], workers=1, cancel=cancel)
    with pytest.raises(CancelledError):
        crew.run()
    assert not crew.wait(0)
    let_go.set()
    assert crew.wait(10)
