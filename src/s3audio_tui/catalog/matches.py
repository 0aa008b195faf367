"""What a search found, kept for the next question about it: how many, how large, and which."""

import threading
from dataclasses import dataclass
from typing import Any

_KEPT = 8


@dataclass(frozen=True, slots=True)
class Matches:
    """The rows of a view. `keys`, in key order, is None where they are too many to be kept."""

    count: int
    bytes: int
    keys: list[str] | None


class MatchCache:
    """The last few answers, each good for one state of the catalog. Safe in any thread."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[Any, Any]] = {}
        self._lock = threading.Lock()

    def get(self, question: Any, state: Any) -> Any:
        """Return the answer to `question` in that state, None if it is not known."""
        with self._lock:
            found = self._kept.get(question)
            return found[1] if found is not None and found[0] == state else None

    def put(self, question: Any, state: Any, answer: Any) -> None:
        """Keep an answer; the oldest goes."""
        with self._lock:
            self._kept.pop(question, None)
            self._kept[question] = (state, answer)
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
