"""What goes on behind the screen: S3 asked for its list, headers learnt, a job followed."""

import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import ConflictError, NotFoundError, S3AudioError
from s3audio_tui.library.events import ItemEvent, Started
from s3audio_tui.tui.desk import Outcome
from s3audio_tui.tui.pools import DaemonPool

if TYPE_CHECKING:
    from s3audio_tui.library.browse import Refresh
    from s3audio_tui.library.opening import Library

_TELL_S = 0.1
"""Ten times a second is often enough for the eye."""


def read_store(library: "Library", tell: "Callable[[Refresh], None]", cancel: CancelToken) -> None:
    """Bring the catalog up to date; `tell` is called for a page at most ten times a second.

    Blocks. Raises as `browse.refresh` does.
    """
    from s3audio_tui.library.browse import refresh  # on this thread, behind the first frame

    told = -_TELL_S
    for page in refresh(library, cancel=cancel):
        if page.done or monotonic() - told >= _TELL_S:
            told = monotonic()
            tell(page)


def follow(
    start: Callable[[], Iterator[ItemEvent]], tell: Callable[[int], None], cancel: CancelToken
) -> Outcome:
    """Run a job to its end or until it is cancelled; `tell` gets the number of ended items.

    Blocks. What was under way when it was cancelled is in the outcome too.
    """
    outcome, told = Outcome(), monotonic()
    for event in start():
        outcome.add(event)
        if monotonic() - told >= _TELL_S and not isinstance(event, Started):
            told = monotonic()
            tell(len(outcome.done) + len(outcome.skipped) + len(outcome.failed))
    outcome.stopped = cancel.cancelled
    return outcome


class Learner:
    """Learns the headers of the rows that are on the screen, a few at a time.

    What has left the screen before its turn is not asked for.
    """

    def __init__(
        self,
        library: "Library",
        pool: DaemonPool,
        told: Callable[[], None],
    ) -> None:
        self._library = library
        self._pool = pool
        self._told = told
        self._lock = threading.Lock()
        self._wanted: list[Row] = []
        self._working = 0
        self.allowed = False
        """Whether the store answers, so that asking it makes sense."""

    def want(self, rows: list[Row]) -> None:
        """Learn these rows next, and no others. Returns at once."""
        with self._lock:
            self._wanted = rows if self.allowed else []
            idle = min(2 - self._working, len(self._wanted))
            self._working += idle
        for _ in range(idle):
            self._pool.submit(self._work)

    def _work(self) -> None:
        try:
            while (row := self._next()) is not None:
                self._one(row)
        finally:
            with self._lock:
                self._working -= 1

    def _next(self) -> Row | None:
        with self._lock:
            return self._wanted.pop(0) if self._wanted else None

    def _one(self, row: Row) -> None:
        from s3audio_tui.library.details import learn

        try:
            unknown = self._library.catalog.without_sound([row.key])
            if unknown:
                learn(self._library, unknown[0])
                self._told()
        except (ConflictError, NotFoundError):
            return  # it changed or went away; the next refresh knows
        except S3AudioError:
            self.allowed = False
            with self._lock:
                self._wanted = []
