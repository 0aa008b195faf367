"""Whose turn it is: many small ones at once, the large ones not forgotten."""

import threading
from dataclasses import dataclass

import pytest

from s3audio_tui.library.line import FEW_SMALL, Line
from s3audio_tui.library.transfer import SMALL_BYTES
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.library.workers import Workers


@dataclass(eq=False)
class Turn:
    """Something that waits."""

    turn: float
    is_small: bool
    urgent: bool = False


def fill(line: Line[Turn], kinds: str) -> list[Turn]:
    """Put small and large ones into a line, as `ssl` says."""
    made = [Turn(float(at), kind == "s") for at, kind in enumerate(kinds, 1)]
    for each in made:
        line.add(each)
    return made


def taken(line: Line[Turn], running: list[Turn]) -> str:
    """Let all run that may; return their kinds in the order in which they were taken."""
    kinds = ""
    while (chosen := line.take(running)) is not None:
        running.append(chosen)
        kinds += "s" if chosen.is_small else "l"
    return kinds


def test_small_ones_run_many_at_once_and_large_ones_a_few() -> None:
    line: Line[Turn] = Line(4, 64)
    fill(line, "s" * 100)
    running: list[Turn] = []
    assert taken(line, running) == "s" * 64
    line = Line(4, 64)
    fill(line, "l" * 10)
    assert taken(line, []) == "llll"
    line = Line(4, 64)
    fill(line, "s" * 100 + "l" * 10)
    kinds = taken(line, [])
    assert (kinds.count("l"), kinds.count("s")) == (4, FEW_SMALL), "lines are left to the large"


def test_the_number_that_is_asked_for_bounds_both() -> None:
    line: Line[Turn] = Line(2, 2)
    fill(line, "ssslll")
    assert taken(line, []) == "ss"
    assert taken(Line(0, 0), []) == ""


def test_small_ones_pass_and_each_fourth_is_whoever_waits_longest() -> None:
    line: Line[Turn] = Line(1, 1)
    fill(line, "lll" + "s" * 9)
    order = ""
    for _ in range(12):
        order += taken(line, [])
    assert order == "ssslssslsssl"


def test_what_is_urgent_comes_next_whatever_its_size() -> None:
    line: Line[Turn] = Line(1, 1)
    *_, large = fill(line, "ssl")
    line.remove(large)
    large.turn, large.urgent = 0.5, True
    line.add(large)
    assert taken(line, []) == "l"
    assert [each.turn for each in line] == [1.0, 2.0]


def test_two_change_places_also_across_sizes() -> None:
    line: Line[Turn] = Line(1, 1)
    small, large = fill(line, "sl")
    line.swap(small, large)
    assert [each.is_small for each in line] == [False, True]
    line.remove(large)
    line.remove(large)
    assert list(line) == [small]


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


def test_many_small_files_share_a_few_threads(gate: threading.Event) -> None:
    queue = TransferQueue(2, small_jobs=8)
    seen: set[int] = set()

    def work(transfer: Transfer) -> None:
        seen.add(threading.get_ident())
        if transfer.id <= 8:
            assert gate.wait(10)

    for number in range(300):
        queue.submit("up", f"{number}", "", 1, work)
    assert queue.totals().count("running") == 8
    gate.set()
    list(queue.events())
    assert queue.totals().count("done") == 300
    assert len(seen) < 150, "fewer threads than files"


def test_a_panel_has_large_ones_on_top_and_each_keeps_its_line(gate: threading.Event) -> None:
    queue, ends = TransferQueue(2, small_jobs=8), [threading.Event() for _ in range(9)]

    def work(transfer: Transfer) -> None:
        assert ends[transfer.id].wait(10)

    for key in ("a", "b", "c", "d"):
        queue.submit("up", key, "", 1, work)
    queue.submit("up", "large", "", SMALL_BYTES, work)
    assert [state.key for state in queue.window(0, 5)] == ["large", "a", "b", "c", "d"]
    ends[2].set()
    for event in queue.events():
        if type(event).__name__ == "Done":
            break
    queue.submit("up", "e", "", 1, work)
    assert [state.key for state in queue.window(0, 5)] == ["large", "a", "e", "c", "d"]
    for end in ends:
        end.set()
    assert queue.close(10)


def test_what_is_in_bulk_lets_others_pass(gate: threading.Event) -> None:
    queue, order = TransferQueue(1), []

    def work(transfer: Transfer) -> None:
        assert gate.wait(10)
        order.append(transfer.key)

    queue.submit("up", "first", "", 1, work)
    for key in ("bulk 1", "bulk 2"):
        queue.submit("up", key, "", 1, work, in_bulk=True)
    queue.submit("up", "asked for", "", 1, work)
    gate.set()
    list(queue.events())
    assert order == ["first", "asked for", "bulk 1", "bulk 2"]


def test_a_rate_is_shared_and_can_change() -> None:
    queue, gate = TransferQueue(2), threading.Event()
    limits = []

    def work(transfer: Transfer) -> None:
        limits.append(transfer.limit)
        assert gate.wait(10)
        transfer.limit.take(10_000_000, transfer.cancel.check)
        transfer.limit.take(10_000_000, transfer.cancel.check)

    queue.limit(1)
    queue.submit("up", "a", "", 1, work)
    queue.submit("up", "b", "", 1, work)
    assert queue.totals().limit_bytes_s == 1
    gate.set()
    queue.limit(None)
    list(queue.events())
    assert queue.totals().limit_bytes_s is None
    assert limits[0] is limits[1]


def test_a_thread_that_is_free_is_taken_again() -> None:
    workers, seen = Workers("test"), []
    for _ in range(5):
        done = threading.Event()

        def work(done: threading.Event = done) -> None:
            seen.append(threading.get_ident())
            done.set()

        workers.start(work)
        assert done.wait(10)
    assert len(seen) == 5


def test_where_the_machine_has_no_more_threads_one_that_is_busy_does_it_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workers, gate, done = Workers("test"), threading.Event(), threading.Event()
    begun = threading.Event()

    def busy() -> None:
        begun.set()
        assert gate.wait(30)

    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    workers.start(busy)
    assert begun.wait(30)
    monkeypatch.setattr(threading.Thread, "start", refused)
    workers.start(done.set)
    gate.set()
    assert done.wait(30)
