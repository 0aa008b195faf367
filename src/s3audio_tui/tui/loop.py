"""How keys go first: the loop on which the app runs, and what jobs behind it wait for."""

import asyncio
import time
from selectors import DefaultSelector, SelectorKey
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

_AWAY_S = 0.002
"""How long the loop may go on with what it has to do before it looks what came from outside."""

_ANSWER_S = 0.04
"""How long a job behind the screen waits for the answer to a key, between two of its steps."""


class _Selector(DefaultSelector):
    """Looks at most every 2 ms while there is something to do.

    Each look gives up the interpreter's lock. With another thread computing, the loop gets it back
    half a millisecond later, and a key takes it some twenty rounds of the loop.
    """

    _looked_at = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Return what came, as the base does, or nothing."""
        busy = timeout is not None and timeout <= 0
        if busy and time.monotonic() - self._looked_at < _AWAY_S:
            return []
        found = super().select(timeout)
        self._looked_at = time.monotonic()
        return found


def run(app: "App[Any]") -> None:
    """Run the app to its end."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(app.run_async())


def new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop that goes on with what it has to do."""
    return asyncio.SelectorEventLoop(_Selector())


class KeysFirst:
    """When the last key came. Safe in any thread."""

    def __init__(self) -> None:
        self._until = 0.0

    def came(self) -> None:
        """Take note of a key."""
        self._until = time.monotonic() + _ANSWER_S

    @property
    def pending(self) -> bool:
        """Whether a key came so lately that its answer may not be there."""
        return time.monotonic() < self._until

    def wait(self) -> None:
        """Wait a moment if a key has just come, but not for the next one too."""
        time.sleep(max(0.0, self._until - time.monotonic()))
