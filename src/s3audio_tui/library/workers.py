"""Threads that take one piece of work after another: a new one only where none is free."""

import logging
import threading
from collections import deque
from collections.abc import Callable

from s3audio_tui import logs

_LOG = logging.getLogger(logs.NAME)

_IDLE_S = 5.0
"""A thread without work ends after this."""


class Workers:
    """As many threads as have work at once. They do not keep the program from ending."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._ready = threading.Condition()
        self._tasks: deque[Callable[[], None]] = deque()
        self._idle = 0

    def start(self, work: Callable[[], None]) -> None:
        """Let a thread do the work now; where the machine has no more, as soon as one is free."""
        with self._ready:
            self._tasks.append(work)
            if self._idle >= len(self._tasks):
                self._ready.notify()
                return
        try:
            threading.Thread(target=self._run, name=self._name, daemon=True).start()
        except RuntimeError as error:
            _LOG.warning("%s: %s", self._name, error)

    def _run(self) -> None:
        while True:
            with self._ready:
                self._idle += 1
                there = self._ready.wait_for(lambda: self._tasks, _IDLE_S)
                self._idle -= 1
                if not there:
                    return
                work = self._tasks.popleft()
            work()
