"""How fast bytes pass, in figures that a person can read: steady, and gone soon after a stop."""

from collections import deque
from collections.abc import Callable

_WINDOW_S = 4.0
_FEW = 12
_LONGEST_S = 20.0
"""Where fewer than those came within the window, as with a limit, it is as long as they took."""

_SAMPLE_S = 0.1
_LEAST_S = 0.3
"""Before that a rate is a guess."""

_FIGURE_S = 0.5
"""A figure stands this long: what changes more often cannot be read."""


class Meter:
    """The rate of a sum that grows. Not safe in several threads by itself.

    What does not grow takes next to no memory.
    """

    __slots__ = ("_clock", "_rate", "_samples", "_worked_out_at")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._samples: deque[tuple[float, int]] | None = None
        self._rate = 0.0
        self._worked_out_at = float("-inf")

    def note(self, total: int) -> None:
        """Say how much it is now; where it went back, what was before counts no more."""
        now = self._clock()
        if self._samples is None:
            self._samples = deque(maxlen=64)
        samples = self._samples
        if samples and total < samples[-1][1]:
            samples.clear()
        if len(samples) > 1 and now - samples[-2][0] < _SAMPLE_S:
            samples[-1] = (now, total)
        else:
            samples.append((now, total))

    def forget(self) -> None:
        """Begin anew: after a pause, the time of the pause does not count."""
        self._samples = None
        self._worked_out_at = float("-inf")

    def rate(self) -> float:
        """Return how much a second passed lately."""
        now = self._clock()
        if now - self._worked_out_at >= _FIGURE_S:
            self._rate, self._worked_out_at = self._now(now), now
        return self._rate

    def _now(self, now: float) -> float:
        if not self._samples or now - self._samples[-1][0] > _WINDOW_S:
            return 0.0
        samples = list(self._samples)
        recent = [sample for sample in samples if now - sample[0] <= _WINDOW_S]
        if len(recent) < _FEW:
            recent = [sample for sample in samples[-_FEW:] if now - sample[0] <= _LONGEST_S]
        if len(recent) < 2 or now - recent[0][0] < _LEAST_S:
            return 0.0
        (start_s, start), (_, end) = recent[0], recent[-1]
        return max(0.0, (end - start) / (now - start_s))
