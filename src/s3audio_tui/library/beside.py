"""Work beside the transfers: one piece at a time, of what can go on, and nobody waits for it."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library

_MOST_WAITING = 64
"""Each has a file open. What comes when so many wait goes without."""

_LOOK_S = 0.1


class Task(Protocol):
    """A piece of work."""

    @property
    def ready(self) -> bool:
        """Whether it can go on now."""

    def run(self, others_wait: Callable[[], bool]) -> bool:
        """Do it, and raise nothing; return False to be called again when it is ready."""

    def drop(self) -> None:
        """Give it up: it is ready then, and ends soon."""


class Beside:
    """The line of one queue of transfers. Safe in any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Task] = []
        self._running: Task | None = None
        self._at_work = False
        self.grown: Counter[Library] = Counter()
        """The bytes that tasks have put into libraries, and that their quota was not told of; for
        tasks while they run."""

    def add(self, task: Task) -> bool:
        """Let it be done when its turn comes; return False where that cannot be."""
        with self._changed:
            if len(self._waiting) >= _MOST_WAITING:
                return False
            if not self._at_work:
                worker = threading.Thread(target=self._work, name="s3audio-beside", daemon=True)
                try:
                    worker.start()  # it waits for what is held here
                except RuntimeError:  # there are too many threads
                    return False
                self._at_work = True
            self._waiting.append(task)
        return True

    def wait(self, timeout_s: float) -> bool:
        """Wait until all is done; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._at_work, timeout_s)

    def drop(self) -> None:
        """Give up all of it."""
        with self._changed:
            running = [] if self._running is None else [self._running]
            tasks = [*self._waiting, *running]
        for task in tasks:
            task.drop()

    def _work(self) -> None:
        ended = False
        try:
            while (task := self._taken()) is not None:
                if not task.run(self._others_wait):
                    with self._changed:
                        self._waiting.append(task)
            ended = True
        finally:
            if not ended:  # by a defect: what waits is done with the next one that comes
                with self._changed:
                    self._rest()

    def _taken(self) -> Task | None:
        """Return the first one that can go on, as soon as there is one; None without any.

        Nothing comes in between that and the end of the thread, so that `add` starts another.
        """
        with self._changed:
            self._running = None
            while self._waiting:
                found = next((task for task in self._waiting if task.ready), None)
                if found is not None:
                    self._waiting.remove(found)
                    self._running = found
                    return found
                self._changed.wait(_LOOK_S)
            self._rest()
            return None

    def _rest(self) -> None:
        self._at_work, self._running = False, None
        self._changed.notify_all()

    def _others_wait(self) -> bool:
        with self._changed:
            return any(task.ready for task in self._waiting)
