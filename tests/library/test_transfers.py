import threading

from s3audio_tui.errors import ConflictError
from s3audio_tui.library.events import Done, Failed, Skipped, Started
from s3audio_tui.library.transfers import Transfer, TransferQueue


def test_each_transfer_says_how_it_ended() -> None:
    queue = TransferQueue(2)

    def fail(transfer: Transfer) -> None:
        raise ConflictError("it is taken")

    queue.submit("up", "a", "/a", 10, lambda transfer: None)
    queue.submit("up", "b", "/b", 10, lambda transfer: "it is there already")
    queue.submit("up", "c", "/c", 10, fail)
    events = list(queue.events())
    assert {type(event) for event in events if event.key == "a"} == {Started, Done}
    assert {type(event) for event in events if event.key == "b"} == {Started, Skipped}
    assert {type(event) for event in events if event.key == "c"} == {Started, Failed}
    assert [state.state for state in queue.snapshot()] == ["done", "skipped", "failed"]
    assert not queue.busy


def test_no_more_than_jobs_run_at_once_and_none_is_forgotten() -> None:
    queue = TransferQueue(3)
    lock, now, most = threading.Lock(), [0], [0]
    gate = threading.Event()

    def work(transfer: Transfer) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
            if now[0] == 3:
                gate.set()
        assert gate.wait(60)
        with lock:
            now[0] -= 1

    for number in range(40):
        queue.submit("down", f"{number}", "", 1, work)
    assert sum(isinstance(event, Done) for event in queue.events()) == 40
    assert most[0] == 3


def test_cancel_ends_what_runs_and_what_waits() -> None:
    queue = TransferQueue(1)
    running = threading.Event()

    def work(transfer: Transfer) -> None:
        running.set()
        while True:
            transfer.cancel.check()

    first = queue.submit("up", "a", "", 1, work)
    second = queue.submit("up", "b", "", 1, work)
    assert running.wait(60)
    queue.cancel(second)
    queue.cancel(first)
    list(queue.events())
    assert [state.state for state in queue.snapshot()] == ["cancelled", "cancelled"]
    queue.clear_ended()
    assert queue.snapshot() == []


def test_rate_and_time_left_come_from_what_was_sent() -> None:
    time_s = [100.0]
    queue = TransferQueue(1, clock=lambda: time_s[0])
    reached, go = threading.Event(), threading.Event()

    def work(transfer: Transfer) -> None:
        transfer.progress(0)
        time_s[0] += 1.0
        transfer.progress(250)
        reached.set()
        assert go.wait(60)

    queue.submit("up", "a", "", 1000, work)
    assert reached.wait(60)
    (state,) = queue.snapshot()
    assert (state.rate_bytes_s, state.seconds_left) == (250.0, 3.0)
    go.set()
    list(queue.events())


def test_what_ends_badly_by_a_defect_still_ends() -> None:
    queue = TransferQueue(1)
    ended: list[int] = []

    def work(transfer: Transfer) -> None:
        raise OSError(28, "No space left on device")

    queue.submit("down", "a", "/x/a", 1, work, lambda transfer: ended.append(transfer.id))
    (failed,) = [event for event in queue.events() if isinstance(event, Failed)]
    assert "No space left on device" in failed.error.message
    assert ended == [1]
