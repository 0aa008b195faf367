"""Threads that are none: what they shall do is done at once, or when the test says so."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from s3audio_tui.tui.pools import DaemonPool

T = TypeVar("T")


class AtOnce(DaemonPool):
    """Does what it is given before it returns."""

    def __init__(self) -> None:
        super().__init__("test", 1)

    def submit(self, call: Callable[[], T]) -> "Future[T]":
        """As the base."""
        future: Future[T] = Future()
        future.set_result(call())
        return future


class WhenTold(DaemonPool):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__("test", 1)
        self.calls: list[Callable[[], Any]] = []

    def submit(self, call: Callable[[], T]) -> "Future[T]":
        """As the base."""
        self.calls.append(call)
        return Future()
