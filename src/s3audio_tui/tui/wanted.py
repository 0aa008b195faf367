"""Rows that somebody wants something of, a few at a time; what is not wanted any more is left."""

import threading
from collections.abc import Callable, Sequence

from s3audio_tui.catalog.rows import Row
from s3audio_tui.tui.pools import DaemonPool

_AT_ONCE = 2


class Wanted:
    """Does `act` with the rows that are wanted now, on threads. Safe in any thread."""

    def __init__(self, pool: DaemonPool, act: Callable[[Row], None]) -> None:
        self._pool, self._act = pool, act
        self._lock = threading.Lock()
        self._rows: list[Row] = []
        self._working = 0

    @property
    def working(self) -> bool:
        """Whether some are under way."""
        return self._working > 0

    def want(self, rows: Sequence[Row]) -> None:
        """Do these next, and no others any more. Returns at once."""
        with self._lock:
            self._rows = [*rows]
            idle = min(_AT_ONCE - self._working, len(self._rows))
            self._working += idle
        for _ in range(idle):
            self._pool.submit(self._work)

    def _work(self) -> None:
        try:
            while (row := self._next()) is not None:
                self._act(row)
        except BaseException:
            with self._lock:
                self._working -= 1
            raise

    def _next(self) -> Row | None:
        """Return one, or sign off: at once, so that who wants more now starts another worker."""
        with self._lock:
            if self._rows:
                return self._rows.pop(0)
            self._working -= 1
            return None
