"""Many transfers that wait: what each of them holds."""

import gc
import threading
import tracemalloc

from s3audio_tui.library.transfers import Transfer, TransferQueue

MANY = 2000
MOST_BYTES = 1200
"""Of the queue itself, for each; a token with two events alone took 2,400."""


def test_what_waits_takes_little_memory() -> None:
    queue, goes = TransferQueue(1), threading.Event()

    def work(transfer: Transfer) -> None:
        assert goes.wait(60)
        transfer.progress(10)

    queue.submit("up", "first.wav", "/first.wav", 10, work)
    names = [f"take {number}.wav" for number in range(MANY)]
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for name in names:
            queue.submit("up", name, name, 10, work)
        gc.collect()
        waiting, _ = tracemalloc.get_traced_memory()
        goes.set()
        for _ in queue.events():
            pass
        queue.take_ended()
        gc.collect()
        ended, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert queue.totals().counts["done"] == MANY + 1
    assert (waiting - before) / MANY < MOST_BYTES
    assert (ended - before) / MANY < MOST_BYTES
