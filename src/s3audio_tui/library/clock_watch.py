"""Whether the machine's clock was set while something is recorded, or the machine has slept."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from s3audio_tui.errors import S3AudioError
from s3audio_tui.units import duration_text

_JUMP = timedelta(seconds=30)
"""Less is a clock that is being put right."""


class ClockWatch:
    """Compares the clock with one that nobody sets, from look to look."""

    def __init__(
        self, clock: Callable[[], datetime], steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock, self._steady = clock, steady
        self._began = self._now()

    def jumped(self) -> timedelta | None:
        """Return by how much the clock has jumped since this was asked last, if it has."""
        before, self._began = self._began, self._now()
        by = self._began - before
        return by if abs(by) >= _JUMP else None

    def _now(self) -> datetime:
        return self._clock() - timedelta(seconds=self._steady())


def was_set(by: timedelta) -> S3AudioError:
    """Return what is said of a clock that has jumped."""
    length, goes_on = duration_text(abs(by).total_seconds()), "the take's own times go on as before"
    if by > timedelta():
        return S3AudioError(f"the clock is {length} ahead, or the machine slept: {goes_on}", "")
    return S3AudioError(f"the clock was set back by {length}: {goes_on}", "")
