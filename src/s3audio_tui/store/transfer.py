"""What uploads, downloads and copies share: threads for parts, progress, a rate, part sizes."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, LimitError, S3AudioError

T = TypeVar("T")

Progress = Callable[[int], None]
"""Told how many bytes are over so far, by any thread, one at a time; goes back on a retry."""

MIB = 1024 * 1024
MIN_PART_BYTES = 5 * MIB
MAX_PART_BYTES = 5 * 1024 * MIB
MAX_PARTS = 10_000

_GOOD_PART_BYTES = 16 * MIB
"""From here on larger parts gain nothing: facts measured with 16 connections of 20 MiB/s."""

_ROUND_TRIPS = 20
_LONGEST_S = 60.0
"""What is lost when the connection breaks takes no longer than this to be sent again."""

_POLL_S = 0.1
_GRACE_S = 0.2
_SLICE_S = 0.1
_TICK_S = 0.001
_EACH_S = 5.0
_BLOCK_BYTES = 256 * 1024


def part_size_for(
    size_bytes: int, rate_bytes_s: float | None = None, round_trip_s: float = 0.0
) -> int:
    """Return the size of the parts in which `size_bytes` are sent: about 16 parts, of 5 to 16 MiB.

    Larger where a part would last less than 20 round trips at the rate of one connection, smaller
    where it would last more than a minute; and above 156 GiB, because there can be only 10,000.
    Raises `LimitError` for what S3 does not take in parts of 5 GiB.
    """
    good = float(_GOOD_PART_BYTES)
    if rate_bytes_s is not None:
        good = max(good, rate_bytes_s * round_trip_s * _ROUND_TRIPS)
        good = min(good, rate_bytes_s * _LONGEST_S, MAX_PART_BYTES)
    wanted = min(_whole_mib(good), _whole_mib(size_bytes / 16))
    part_bytes = max(MIN_PART_BYTES, wanted, _whole_mib(size_bytes / MAX_PARTS))
    if part_bytes > MAX_PART_BYTES:
        raise LimitError("it is larger than S3 takes, which is 48.8 TiB", "split it")
    return part_bytes


def _whole_mib(size_bytes: float) -> int:
    return int(-(-size_bytes // MIB)) * MIB


class Count:
    """Adds up what several threads have done, and says so."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self.total_bytes = 0

    def add(self, size_bytes: int) -> None:
        """Add, or with a negative size take back."""
        with self._lock:
            self.total_bytes += size_bytes
            if self._progress is not None:
                self._progress(self.total_bytes)


class RateLimit:
    """Lets bytes pass at a rate in bytes a second, shared by all threads that ask it."""

    def __init__(
        self,
        bytes_s: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bytes_s = bytes_s
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._places = 0
        self._allowed_bytes = 0.0
        self._filled_at = clock()

    def set_rate(self, bytes_s: float | None) -> None:
        """Change the rate, also for those who wait; None is no limit."""
        with self._lock:
            self._bytes_s = bytes_s

    def take(self, size_bytes: int, check: Callable[[], None] = lambda: None) -> None:
        """Wait until `size_bytes` may pass. Asks `check`, which may raise, while it waits.

        Whoever comes when something is allowed may take more than that, and the next ones wait
        for it: so any size passes at any rate.
        """
        while True:
            check()
            wait_s = self._try(size_bytes)
            if wait_s <= 0:
                return
            self._sleep(min(wait_s, _SLICE_S))

    @contextmanager
    def turn(self, check: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold a place for one request, of which there are fewer at a low rate.

        A store gives up a connection on which nothing came for some 20 s; so each shall get a
        block through every 5 s. Asks `check`, which may raise, while it waits.
        """
        while not self._enter():
            check()
            self._sleep(_SLICE_S)
        try:
            yield
        finally:
            with self._lock:
                self._places -= 1

    def _enter(self) -> bool:
        with self._lock:
            most = self._bytes_s * _EACH_S / _BLOCK_BYTES if self._bytes_s else None
            if most is not None and self._places >= max(1, int(most)):
                return False
            self._places += 1
            return True

    def _try(self, size_bytes: int) -> float:
        with self._lock:
            if not self._bytes_s:
                return 0
            now = self._clock()
            gained = (now - self._filled_at) * self._bytes_s
            self._filled_at = now
            self._allowed_bytes = min(self._allowed_bytes + gained, self._bytes_s * _SLICE_S)
            wait_s = -self._allowed_bytes / self._bytes_s
            if wait_s > _TICK_S:
                return wait_s
            self._allowed_bytes -= size_bytes
            return 0


class Crew(Generic[T]):
    """A few threads that do the tasks of one transfer; the first that fails stops the others.

    The tasks are taken one by one, by whichever thread is free, so that a generator of them is
    never far ahead of the work. While it is paused none is taken. The threads do not keep the
    program from ending.
    """

    def __init__(
        self,
        work: Callable[[T], None],
        tasks: Iterable[T],
        *,
        workers: int,
        cancel: CancelToken | None,
    ) -> None:
        self._work = work
        self._tasks = iter(tasks)
        self._workers = workers
        self._cancel = cancel or CancelToken()
        self._taking = threading.Lock()
        self._changed = threading.Condition()
        self._active = 0
        self._stopping = False
        self._error: S3AudioError | None = None

    def check(self) -> None:
        """Raise `CancelledError` once the work shall stop, for whatever reason."""
        if self._stopping:
            raise CancelledError("stopped", "run it again to finish")
        self._cancel.check()

    def hold(self) -> None:
        """Wait while the work is paused; raise as `check` does."""
        self._cancel.hold(self.check)

    def run(self) -> None:
        """Do all tasks; raise the first error, or `CancelledError` within 0.3 s of a cancel.

        Threads that hang in the network may then still be at work: see `wait`.
        """
        self._active = self._workers
        for _ in range(self._workers):
            threading.Thread(target=self._run, name="s3audio-part", daemon=True).start()
        stopped_at: float | None = None
        try:
            with self._changed:
                while self._active:
                    self._changed.wait(_POLL_S)
                    self._stopping = self._stopping or self._cancel.cancelled
                    if self._stopping:
                        stopped_at = stopped_at or time.monotonic()
                        if time.monotonic() - stopped_at > _GRACE_S:
                            break
        finally:
            unfinished = self._active > 0
            self._stopping = self._stopping or unfinished
        if self._error is not None:
            raise self._error
        if unfinished:
            raise CancelledError("stopped", "run it again to finish")

    def wait(self, timeout_s: float) -> bool:
        """Wait for the threads, and return whether all have ended."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._active, timeout_s)

    def _run(self) -> None:
        error: S3AudioError | None = S3AudioError("s3audio has a defect here", "see its log")
        try:
            self._do_tasks()
            error = None
        except S3AudioError as ours:
            error = ours
        finally:
            with self._changed:
                if error is not None:
                    self._stopping = True
                    self._error = self._error or error
                self._active -= 1
                self._changed.notify_all()

    def _do_tasks(self) -> None:
        while True:
            self.hold()
            with self._taking:
                self.check()
                task = next(self._tasks, None)
            if task is None:
                return
            self._work(task)
