"""Threads for work that may block: daemon ones, so that a hung call never keeps the app open."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from s3audio_tui.tui.loop import KeysFirst

T = TypeVar("T")

_Task = tuple["Future[Any]", Callable[[], Any]]


class DaemonPool:
    """A few daemon threads that take calls in turn.

    The executor of the standard library waits for its threads when the interpreter ends; these
    are left behind instead.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._name = name
        self._threads = threads
        self._started = False
        self._pending = 0
        self._lock = Lock()

    @property
    def pending(self) -> int:
        """The number of calls that wait or run."""
        with self._lock:
            return self._pending

    def submit(self, call: Callable[[], T]) -> "Future[T]":
        """Queue `call`; its result or its exception arrives in the future."""
        if not self._started:
            self._started = True
            for number in range(self._threads):
                Thread(target=self._serve, name=f"{self._name}-{number}", daemon=True).start()
        future: Future[T] = Future()
        with self._lock:
            self._pending += 1
        self._tasks.put((future, call))
        return future

    async def run(self, call: Callable[[], T]) -> T:
        """Return what `call` returns, without holding up the loop."""
        return await asyncio.wrap_future(self.submit(call))

    def close(self) -> None:
        """Let the idle threads end; those that are in a call end after it."""
        if self._started:
            for _ in range(self._threads):
                self._tasks.put(None)

    def _serve(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                _run(*task)
            finally:
                with self._lock:
                    self._pending -= 1
            del task


def _run(future: "Future[Any]", call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - handed to the waiter, as every executor does
        future.set_exception(error)
    else:
        future.set_result(result)


class Pools:
    """One pool a kind of work, so that none starves another."""

    def __init__(self) -> None:
        self.rows = DaemonPool("rows", 2)
        """The catalog on this disk."""
        self.store = DaemonPool("store", 4)
        """Short calls to S3, and what the user does with them."""
        self.learning = DaemonPool("learning", 2)
        """Headers of the rows on the screen."""
        self.waves = DaemonPool("waves", 2)
        """The waveform that is looked at, and the one before while it is being left."""
        self.glances = DaemonPool("glances", 2)
        """The small waveforms of the rows on the screen."""
        self.sound = DaemonPool("sound", 1)
        """What plays: one act after the other."""
        self.recording = DaemonPool("recording", 1)
        """What is recorded: the same."""
        self.keys = KeysFirst()
        """What the jobs that compute a lot let through."""

    @property
    def _all(self) -> tuple[DaemonPool, ...]:
        reading = (self.rows, self.store, self.learning, self.waves, self.glances)
        return (*reading, self.sound, self.recording)

    @property
    def pending(self) -> int:
        """The number of calls that wait or run."""
        return sum(pool.pending for pool in self._all)

    def close(self) -> None:
        """Let all idle threads end."""
        for pool in self._all:
            pool.close()
