"""Results in their order, made a little ahead of whoever takes them, several at a time."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from s3audio_tui.errors import CancelledError

S = TypeVar("S")
T = TypeVar("T")


def ahead(
    act: Callable[[S, Callable[[], None]], T],
    tasks: Iterable[S],
    *,
    workers: int,
    check: Callable[[], None],
) -> Iterator[T]:
    """Yield what `act` makes of each task, in order; `workers` of them are made or wait.

    `act` gets the task, and a function to ask that raises when nobody wants the result any more.
    """
    left = threading.Event()

    def wanted() -> None:
        if left.is_set():
            raise CancelledError("stopped", "run it again to finish")
        check()

    pool = ThreadPoolExecutor(workers, thread_name_prefix="s3audio-ahead")
    made: deque[Future[T]] = deque()
    try:
        for task in tasks:
            made.append(pool.submit(act, task, wanted))
            if len(made) == workers:
                yield made.popleft().result()
        while made:
            yield made.popleft().result()
    finally:
        left.set()
        pool.shutdown(wait=False, cancel_futures=True)
