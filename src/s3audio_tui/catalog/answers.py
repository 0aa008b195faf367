"""Answers kept for the next question: what a search found is asked for its size, then its rows."""

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")

_KEPT = 16


class Answers:
    """The last few answers, each good for one state of the catalog. Safe in any thread."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Hashable, object]] = {}
        self._lock = threading.Lock()

    def get(self, question: Hashable, state: Hashable, find: Callable[[], T]) -> T:
        """Return the answer to `question` in that state; `find` gives it when it is not known.

        A question always has answers of one type.
        """
        with self._lock:
            found = self._kept.get(question)
        if found is not None and found[0] == state:
            return cast(T, found[1])
        answer = find()
        with self._lock:
            self._kept.pop(question, None)
            self._kept[question] = (state, answer)
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return answer

    def known(self) -> list[tuple[Hashable, Hashable, object]]:
        """Return question, state and answer of all that is kept, the newest first."""
        with self._lock:
            return [(question, *found) for question, found in reversed(self._kept.items())]
