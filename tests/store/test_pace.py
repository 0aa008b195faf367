"""How many parts of one file are on their way at once."""

import threading

import pytest

from s3audio_tui.errors import CancelledError
from s3audio_tui.store.pace import Pace

MIB = 1024 * 1024


class Line:
    """A line of a fixed rate, and the clock beside it."""

    def __init__(self, bytes_s: float) -> None:
        self.bytes_s = bytes_s
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def moved(self) -> int:
        return int(self.now * self.bytes_s)

    def pace(self) -> Pace:
        made = Pace(16 * MIB, self.moved, self.clock)
        made.allowed()
        return made


def test_a_fast_line_is_filled_soon() -> None:
    line = Line(500 * MIB)
    pace = line.pace()
    assert pace.allowed() == 2
    line.now = 0.16
    assert pace.allowed() >= 16


@pytest.mark.parametrize(("mib_s", "parts"), [(0.1, 2), (6, 3), (20, 10)])
def test_a_slow_one_gets_what_it_carries_in_eight_seconds(mib_s: float, parts: int) -> None:
    line = Line(mib_s * MIB)
    pace = line.pace()
    line.now = 2.0
    assert pace.allowed() == parts


def test_the_next_begins_when_one_has_arrived() -> None:
    pace = Line(0.0).pace()
    begun = threading.Event()

    def third() -> None:
        with pace.turn(lambda: None):
            begun.set()

    with pace.turn(lambda: None):
        with pace.turn(lambda: None):
            thread = threading.Thread(target=third)
            thread.start()
            assert not begun.wait(0.2)
        assert begun.wait(60)
    thread.join(60)


def test_one_who_waits_can_be_stopped() -> None:
    pace = Line(0.0).pace()

    def check() -> None:
        raise CancelledError("stopped", "")

    with (
        pace.turn(check),
        pace.turn(check),
        pytest.raises(CancelledError),
        pace.turn(check),
    ):
        pass


def test_of_those_who_wait_one_looks_at_the_clock() -> None:
    looked = set[int]()
    line = Line(0.0)

    def clock() -> float:
        looked.add(threading.get_ident())
        return line.now

    pace = Pace(16 * MIB, line.moved, clock)
    stop, looks = threading.Event(), threading.Semaphore(0)

    def check() -> None:
        if stop.is_set():
            raise CancelledError("stopped", "")
        looks.release()

    def waits() -> None:
        with pytest.raises(CancelledError), pace.turn(check):
            pass

    with pace.turn(lambda: None), pace.turn(lambda: None):
        threads = [threading.Thread(target=waits) for _ in range(20)]
        for each in threads:
            each.start()
        assert all(looks.acquire(timeout=60) for _ in range(60))
        assert len(looked - {threading.get_ident()}) == 1
        stop.set()
        for each in threads:
            each.join(60)
    assert not any(each.is_alive() for each in threads)
