"""The transfers that wait, and whose turn it is: many small ones at once, a few large."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterator
from heapq import merge
from typing import Generic, Protocol, TypeVar

FAIR_TURN = 4
"""Where small and large wait for the same place, each fourth goes to whoever waits longest."""

FEW_SMALL = 16
"""So many small ones run at once, at most, while a large one runs or waits."""


class Waiting(Protocol):
    """What stands in a line. `turn` is its place there, the lowest first, and its alone."""

    turn: float
    urgent: bool
    """A person wants it before all others."""

    @property
    def is_small(self) -> bool:
        """Whether it is over so soon that the round trips count, and not the bytes."""


T = TypeVar("T", bound=Waiting)


def _turn(waiting: Waiting) -> float:
    return waiting.turn


class Line(Generic[T]):
    """Those that wait. `jobs` large ones run at once, and `small_jobs` in all, if that is more."""

    def __init__(self, jobs: int, small_jobs: int) -> None:
        self._jobs = jobs
        self._small_jobs = small_jobs
        self._small: list[T] = []
        self._large: list[T] = []
        self._taken = 0

    def __len__(self) -> int:
        return len(self._small) + len(self._large)

    def __iter__(self) -> Iterator[T]:
        """Yield all in their order."""
        return merge(self._small, self._large, key=_turn)

    def add(self, waiting: T) -> None:
        """Let one wait where its turn is."""
        insort(self._of(waiting), waiting, key=_turn)

    def remove(self, waiting: T) -> None:
        """Let one wait no longer."""
        line = self._of(waiting)
        at = bisect_left(line, waiting.turn, key=_turn)
        if line[at : at + 1] == [waiting]:
            line.pop(at)

    def swap(self, one: T, other: T) -> None:
        """Let two change places."""
        self.remove(one)
        self.remove(other)
        one.turn, other.turn = other.turn, one.turn
        self.add(one)
        self.add(other)

    def take(self, running: Collection[T]) -> T | None:
        """Return the next one that may run beside those that do; None where it must wait."""
        small = sum(each.is_small for each in running)
        large = len(running) - small
        if len(running) >= max(self._jobs, self._small_jobs):
            return None
        heads = []
        if self._small and small < self._most_small(large):
            heads.append(self._small[0])
        if self._large and large < self._jobs:
            heads.append(self._large[0])
        if not heads:
            return None
        chosen = heads[0] if len(heads) == 1 else self._fair(*heads)
        self.remove(chosen)
        return chosen

    def _most_small(self, large: int) -> int:
        if large or self._large:
            return min(self._small_jobs, max(FEW_SMALL, self._jobs))
        return self._small_jobs

    def _fair(self, small: T, large: T) -> T:
        longest = min(small, large, key=_turn)
        self._taken += 1
        return longest if longest.urgent or self._taken % FAIR_TURN == 0 else small

    def _of(self, waiting: T) -> list[T]:
        return self._small if waiting.is_small else self._large
