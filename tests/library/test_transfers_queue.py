"""The queue handled: paused, resumed, moved, stopped, tried again, and told in figures."""

import threading
from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from s3audio_tui.errors import ConflictError
from s3audio_tui.library.events import Done, Failed
from s3audio_tui.library.rates import Meter
from s3audio_tui.library.transfers import State, Transfer, TransferQueue


class Script:
    """Transfers of ten steps, each taken when it is let."""

    def __init__(self, queue: TransferQueue) -> None:
        self.queue = queue
        self.steps = threading.Semaphore(0)
        self.began: list[str] = []

    def work(self, transfer: Transfer) -> None:
        """Take ten steps, and stop between two of them when asked."""
        self.began.append(transfer.key)
        for step in range(10):
            transfer.progress(step)
            while not self.steps.acquire(timeout=0.005):
                transfer.cancel.check()
            transfer.cancel.hold()

    def add(self, *keys: str) -> list[int]:
        """Queue transfers of 10 bytes."""
        return [self.queue.submit("up", key, f"/{key}", 10, self.work) for key in keys]

    def let(self, steps: int) -> None:
        """Let steps be taken, by whoever is there."""
        self.steps.release(steps)


@pytest.fixture
def script() -> Iterator[Script]:
    """A queue of two places, let go at the end."""
    made = Script(TransferQueue(2))
    yield made
    made.queue.cancel_all()
    assert made.queue.close(10)


def states(queue: TransferQueue) -> list[State]:
    return [state.state for state in queue.snapshot()]


def reach(queue: TransferQueue, *wanted: State) -> None:
    ends = monotonic() + 10
    while states(queue) != list(wanted):
        assert monotonic() < ends, states(queue)
        sleep(0.005)


def test_a_paused_one_stops_between_steps_and_lets_another_run(script: Script) -> None:
    queue = script.queue
    one, _, _ = script.add("one", "two", "three")
    reach(queue, "running", "running", "waiting")
    queue.pause(one)
    reach(queue, "paused", "running", "running")
    script.let(30)
    reach(queue, "paused", "done", "done")
    assert queue.snapshot()[0].bytes_done < 10
    assert not queue.busy
    queue.resume(one)
    reach(queue, "done", "done", "done")
    assert script.began.count("one") == 1, "it went on, and did not begin anew"


def test_one_that_is_resumed_waits_for_a_place_before_those_behind_it(script: Script) -> None:
    queue = script.queue
    one, two, three, _ = script.add("one", "two", "three", "four")
    queue.pause(one)
    reach(queue, "paused", "running", "running", "waiting")
    queue.resume(one)
    reach(queue, "waiting", "running", "running", "waiting")
    queue.cancel(two)
    reach(queue, "running", "cancelled", "running", "waiting")
    queue.cancel(three)
    reach(queue, "running", "cancelled", "cancelled", "running")


def test_what_waits_can_be_paused_and_is_then_passed_over(script: Script) -> None:
    queue = script.queue
    _, _, three, _ = script.add("one", "two", "three", "four")
    queue.pause(three)
    script.let(30)
    reach(queue, "done", "done", "paused", "done")
    script.let(10)
    queue.resume(three)
    reach(queue, "done", "done", "done", "done")


def test_all_are_paused_and_go_on_in_their_order(script: Script) -> None:
    queue = script.queue
    script.add("one", "two", "three", "four")
    reach(queue, "running", "running", "waiting", "waiting")
    queue.pause_all()
    assert states(queue) == ["paused"] * 4
    queue.resume_all()
    reach(queue, "running", "running", "waiting", "waiting")
    assert queue.window(2, 2) == queue.snapshot()[2:], "three and four wait in their order"
    script.let(40)
    reach(queue, "done", "done", "done", "done")
    assert sorted(script.began) == ["four", "one", "three", "two"], "none began anew"


def test_a_paused_one_is_cancelled_at_once(script: Script) -> None:
    queue = script.queue
    one, two, three = script.add("one", "two", "three")
    queue.pause(one)
    queue.pause(three)
    queue.cancel(one)
    queue.cancel(three)
    reach(queue, "cancelled", "running", "cancelled")
    assert not any(each.bytes_done for each in queue.snapshot()), "none was let take a step for it"
    queue.cancel(two)


def test_what_waits_is_moved() -> None:
    queue = TransferQueue(1)
    script = Script(queue)
    keys = ["one", "a", "b", "c", "d"]
    ids = dict(zip(keys, script.add(*keys), strict=True))

    def line() -> str:
        return "".join(s.key for s in queue.window(0, 10) if s.state == "waiting")

    for key, where, order in [
        ("d", "earlier", "abdc"),
        ("a", "later", "badc"),
        ("c", "first", "cbad"),
        ("c", "earlier", "cbad"),
        ("d", "later", "cbad"),
        ("one", "later", "cbad"),
    ]:
        queue.move(ids[key], where)  # type: ignore[arg-type]
        assert line() == order
    queue.pause(ids["b"])
    queue.resume(ids["b"])
    assert line() == "cbad", "it has its place again"
    script.let(60)
    assert "".join(event.key for event in queue.events() if isinstance(event, Done)) == "onecbad"


def test_a_failed_one_is_tried_again_under_the_name_that_was_asked_for() -> None:
    queue, told = TransferQueue(1), []

    def work(transfer: Transfer) -> None:
        told.append((transfer.key, transfer.tries))
        transfer.progress(5)
        transfer.key = "a (2)"
        if transfer.tries == 1:
            raise ConflictError("it is taken")

    ended: list[int] = []
    first = queue.submit("up", "a", "/a", 10, work, lambda transfer: ended.append(transfer.id))
    assert isinstance(list(queue.events())[-1], Failed)
    queue.retry(first)
    assert isinstance(list(queue.events())[-1], Done)
    assert told == [("a", 1), ("a", 2)]
    assert ended == [first], "whoever asked is told of the first try alone"
    queue.retry(first)
    assert states(queue) == ["done"], "what is done stays done"


class Note:
    """What is written down of a transfer."""

    resumable = False

    def __init__(self) -> None:
        self.said: list[str] = []

    def begin(self) -> None:
        self.said.append("begin")

    def end(self) -> None:
        self.said.append("end")

    def put_off(self) -> None:
        self.said.append("put off")

    def same_as(self, other: object) -> bool:
        return self is other


def test_what_the_end_of_the_program_stops_stays_written_down(script: Script) -> None:
    queue, notes = script.queue, [Note(), Note(), Note(), Note()]
    for note in notes:
        queue.submit("up", "a", "/a", 10, script.work, record=note)
    reach(queue, "running", "running", "waiting", "waiting")
    one, two, three, _ = (state.id for state in queue.snapshot())
    queue.cancel(one)
    queue.pause(two)
    queue.cancel(three)
    reach(queue, "cancelled", "paused", "cancelled", "running")
    assert queue.close(10)
    assert states(queue) == ["cancelled", "interrupted", "cancelled", "interrupted"]
    assert [note.said[-1] for note in notes] == ["end", "begin", "end", "begin"]
    queue.retry_all()
    script.let(40)
    reach(queue, "cancelled", "done", "cancelled", "done")
    assert [note.said[-1] for note in notes] == ["end"] * 4


def test_what_an_earlier_run_left_is_offered_once(script: Script) -> None:
    queue, note = script.queue, Note()
    offered = queue.offer("down", "a", "/a", 10, script.work, note)
    assert queue.offer("down", "a", "/a", 10, script.work, note) == offered
    assert (states(queue), queue.busy) == (["interrupted"], False)
    queue.clear_ended()
    assert states(queue) == ["interrupted"], "it is not forgotten by clearing"
    queue.retry(offered)
    script.let(10)
    reach(queue, "done")
    assert note.said == ["begin", "end"]


def test_what_an_earlier_run_left_can_be_given_up(script: Script) -> None:
    queue, note = script.queue, Note()
    queue.cancel(queue.offer("down", "a", "/a", 10, script.work, note))
    reach(queue, "cancelled")
    list(queue.events())
    assert note.said == ["end"]


def test_totals_count_what_runs_waits_and_was_done(script: Script) -> None:
    queue = script.queue
    script.add("one", "two", "three")
    script.let(9)
    reach(queue, "running", "running", "waiting")
    totals = queue.totals()
    assert (totals.count("running", "waiting"), totals.bytes_total) == (3, 30)
    script.let(21)
    reach(queue, "done", "done", "done")
    assert (queue.totals().bytes_done, queue.totals().bytes_total) == (30, 30)
    script.add("four")
    assert queue.totals().bytes_total == 10, "a new batch begins from nothing"


def test_a_panel_lists_what_runs_on_top_and_what_ended_below(script: Script) -> None:
    queue = script.queue
    ids = script.add("one", "two", "three", "four", "five")
    queue.cancel(ids[4])
    queue.pause(ids[0])
    reach(queue, "paused", "running", "running", "waiting", "cancelled")
    assert [s.key for s in queue.window(0, 9)] == ["three", "two", "one", "four", "five"]
    assert [s.key for s in queue.window(1, 2)] == ["two", "one"]
    assert queue.place_of(ids[0]) == 2
    assert queue.place_of(999) is None


def test_figures_stand_still_and_never_go_back() -> None:
    now = [0.0]
    meter = Meter(lambda: now[0])
    for step in range(41):
        now[0] = step / 10
        meter.note(step * 100)
    assert meter.rate() == pytest.approx(1000)
    now[0] += 0.3
    meter.note(50_000)
    assert meter.rate() == pytest.approx(1000), "it was worked out a moment ago"
    now[0] += 10
    assert meter.rate() == 0.0, "nothing came for a while"
    meter.note(7)
    assert meter.rate() == 0.0, "what went back begins anew"


def test_the_figure_stands_also_where_little_comes_at_a_time() -> None:
    now, total = [0.0], 0
    meter = Meter(lambda: now[0])
    shown = set()
    for step in range(1, 60):
        now[0] += 0.5 if step % 4 else 3.5
        total += 250_000
        meter.note(total)
        if step > 20:
            shown.add(meter.rate())
    assert 150_000 < min(shown) <= max(shown) < 300_000
    now[0] += 4.5
    assert meter.rate() == 0.0, "nothing came for a while"


def test_a_part_that_is_sent_again_does_not_draw_the_bar_back() -> None:
    queue = TransferQueue(1)
    seen: list[int] = []

    def work(transfer: Transfer) -> None:
        for done in (5, 8, 2, 6):
            transfer.progress(done)
            seen.append(queue.snapshot()[0].bytes_done)

    queue.submit("up", "a", "/a", 10, work)
    list(queue.events())
    assert seen == [5, 8, 8, 8]


def test_what_is_not_listed_takes_no_place_of_what_is() -> None:
    """As the chunks of a recorder, which wait while an address for them cannot be had."""
    queue, may_end, begun = TransferQueue(1), threading.Event(), list[str]()

    def waits(transfer: Transfer) -> None:
        begun.append(transfer.key)
        assert may_end.wait(30)

    for key in ("one", "two"):
        queue.submit("up", key, f"/{key}", 10, waits, quiet=True)
    ended = threading.Event()
    queue.submit("up", "a", "/a", 10, lambda _: None, lambda _: ended.set())
    assert ended.wait(10)
    assert "two" not in begun
    may_end.set()
    assert queue.close(10)
