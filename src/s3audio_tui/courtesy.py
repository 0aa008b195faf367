"""Jobs that compute a lot let whoever waits at the keyboard go first.

Python runs one thread at a time. A job calls `after_you` between steps of at most a millisecond;
the app says with `install` what that waits for. A script waits for nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

_STEP = 100


def _nobody() -> None:
    pass


_wait: Callable[[], None] = _nobody


def install(wait: Callable[[], None]) -> None:
    """Make every job of this process call `wait` between its steps. It may block for a moment."""
    global _wait  # one keyboard for one process
    _wait = wait


def after_you() -> None:
    """Wait a moment, if somebody waits for an answer."""
    _wait()


def in_steps(items: Iterable[T]) -> Iterator[T]:
    """Yield what `items` yields, and wait between a hundred and the next if somebody does."""
    for number, item in enumerate(items, 1):
        yield item
        if not number % _STEP:
            _wait()
