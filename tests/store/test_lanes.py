"""How many requests run at once, and whose turn it is."""

import threading
from collections.abc import Callable
from http.client import HTTPConnection

import pytest

from s3audio_tui.errors import CancelledError
from s3audio_tui.store.lanes import MOST, QUESTION, Lane, Lanes


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def connection() -> HTTPConnection:
    return HTTPConnection("127.0.0.1", 1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def lanes(clock: Callable[[], float], most: int = MOST) -> Lanes:
    return Lanes(connection, most=most, clock=clock)


def taken(line: Lanes, count: int) -> list[Lane]:
    return [line.take(0) for _ in range(count)]


def waiting(line: Lanes, size_bytes: int, order: list[int]) -> threading.Thread:
    """Start a thread that wants a lane, notes its size when it has one, and gives it back."""

    def run() -> None:
        lane = line.take(size_bytes)
        order.append(size_bytes)
        line.give(lane, reusable=True)

    before = line.waiting
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while line.waiting == before:
        pass
    return thread


def test_small_ones_go_first_and_large_ones_are_not_starved(clock: Clock) -> None:
    line = lanes(clock, most=1)
    (held,) = taken(line, 1)
    order: list[int] = []
    sizes = [900, 7, 6, 5, 4, 3, 2, 1]
    threads = [waiting(line, size, order) for size in sizes]
    line.give(held, reusable=True)
    for thread in threads:
        thread.join(30)
    assert order == [1, 2, 900, 3, 4, 5, 7, 6]


def test_lanes_grow_while_answers_stay_quick_and_somebody_waits(clock: Clock) -> None:
    line = lanes(clock)
    first = line.allowed
    line.learn(0.05)
    assert line.allowed == first, "nobody waits"
    taken(line, first)
    threads = [threading.Thread(target=line.take, args=(1,), daemon=True) for _ in range(100)]
    for thread in threads:
        thread.start()
    while line.waiting < 100:
        pass
    for _ in range(MOST):
        line.learn(0.05)
    assert line.allowed == MOST


def test_a_near_store_gets_few_and_a_far_one_as_many_as_there_are(clock: Clock) -> None:
    line = lanes(clock)
    first = line.allowed
    line.learn(0.04)
    assert line.allowed == first
    line.learn(0.001)
    near = line.allowed
    assert near < first
    line.learn(0.001, written=True)
    assert line.allowed == first, "each write may wait for disks"
    clock.now = 60.0
    assert line.allowed == near


def test_a_busy_store_gets_half_as_many_but_not_twice_in_a_moment(clock: Clock) -> None:
    line = lanes(clock)
    first = line.allowed
    line.slow_down()
    line.slow_down()
    assert line.allowed == first // 2
    clock.now = 2.0
    line.slow_down()
    assert line.allowed == first // 4
    for second in range(3, 30):
        clock.now = float(second)
        line.slow_down()
    assert line.allowed >= 1


def test_growing_delays_shrink_it(clock: Clock) -> None:
    line = lanes(clock)
    first = line.allowed
    line.learn(0.01)
    for second in range(2, 12):
        clock.now = float(second)
        line.learn(3.0)
    assert line.allowed < first


def test_one_who_waits_can_be_stopped(clock: Clock) -> None:
    line = lanes(clock, most=1)
    (held,) = taken(line, 1)

    def check() -> None:
        raise CancelledError("stopped", "")

    with pytest.raises(CancelledError):
        line.take(1, check)
    line.give(held, reusable=True)
    assert line.take(1) is held


def test_a_connection_that_cannot_be_used_again_is_closed(clock: Clock) -> None:
    line = lanes(clock, most=1)
    (lane,) = taken(line, 1)
    closed: list[bool] = []
    lane.connection.close = lambda: closed.append(True)  # type: ignore[method-assign]
    line.give(lane, reusable=False)
    assert closed == [True]


def test_a_question_does_not_wait_for_bytes(clock: Clock) -> None:
    line = lanes(clock)
    taken(line, line.allowed)
    for _ in range(3):
        line.take(QUESTION)
    assert line.waiting == 0
