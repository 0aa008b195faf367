"""Jobs that compute a lot let whoever waits at the keyboard go first.

Python runs one thread at a time. A job calls `after_you` between steps of at most a millisecond;
the app says with `install` what that waits for. A script waits for nothing.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

T = TypeVar("T")

_STEP = 100


def _nobody() -> None:
    pass


class _Door:
    """Lets one job through at a time, and none before somebody who waits for an answer."""

    def __init__(self, wait: Callable[[], None]) -> None:
        self._wait = wait
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()
        self._wait()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_wait: Callable[[], None] = _nobody
_door: AbstractContextManager[None] = nullcontext()


def install(wait: Callable[[], None]) -> None:
    """Make every job of this process call `wait` between its steps. It may block for a moment."""
    global _wait, _door  # one keyboard for one process
    _wait, _door = wait, _Door(wait)


def one_by_one() -> AbstractContextManager[None]:
    """Return what a job enters to compute for a millisecond, where many do so side by side.

    Sixty that begin at once keep both the processor and Python's lock from whoever waits.
    """
    return _door


def after_you() -> None:
    """Wait a moment, if somebody waits for an answer."""
    _wait()


def in_steps(items: Iterable[T]) -> Iterator[T]:
    """Yield what `items` yields, and wait between a hundred and the next if somebody does."""
    for number, item in enumerate(items, 1):
        yield item
        if not number % _STEP:
            _wait()
