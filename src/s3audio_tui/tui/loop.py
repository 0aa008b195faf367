"""How keys go first: the loop on which the app runs, and what jobs behind it wait for."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from selectors import DefaultSelector, SelectorKey
from typing import TYPE_CHECKING

from s3audio_tui.tui import garbage

if TYPE_CHECKING:
    from s3audio_tui.tui.app import S3AudioApp

_AWAY_S = 0.002
"""How long the loop may go on with what it has to do before it looks what came from outside."""

_ANSWER_S = 0.04
"""How long a job behind the screen waits for the answer to a key, between two of its steps."""

_BUSY_S = 0.05
"""How long it waits at most for a loop that goes on and on."""


class KeysFirst:
    """When the last key came, and whether the loop has something to do. Safe in any thread."""

    def __init__(self) -> None:
        self._until = 0.0
        self.rests = threading.Event()
        """Set while the loop waits for what comes from outside."""
        self.rests.set()

    def came(self) -> None:
        """Take note of a key."""
        self._until = time.monotonic() + _ANSWER_S

    @property
    def quiet_s(self) -> float:
        """How long no key has come."""
        return time.monotonic() - self._until + _ANSWER_S

    @property
    def pending(self) -> bool:
        """Whether a key came so lately that its answer may not be there."""
        return time.monotonic() < self._until

    def wait(self) -> None:
        """Wait a moment if a key has just come, but not for the next one too; and for the loop."""
        time.sleep(max(0.0, self._until - time.monotonic()))
        self.rests.wait(_BUSY_S)


class _Selector(DefaultSelector):
    """Looks at most every 2 ms while there is something to do, and tells when there is nothing.

    Each look gives up the interpreter's lock. With another thread computing, the loop gets it back
    half a millisecond later, and a key takes it some twenty rounds of the loop.
    """

    def __init__(self, keys: KeysFirst) -> None:
        super().__init__()
        self._rests = keys.rests
        self._looked_at = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Return what came, as the base does, or nothing."""
        busy = timeout is not None and timeout <= 0
        if busy and time.monotonic() - self._looked_at < _AWAY_S:
            return []
        if not busy:
            self._rests.set()
        found = super().select(timeout)
        self._rests.clear()
        self._looked_at = time.monotonic()
        return found


def run(app: "S3AudioApp") -> None:
    """Run the app to its end."""
    garbage.manage()
    with asyncio.Runner(loop_factory=partial(new_loop, app.pools.keys)) as runner:
        runner.run(_to_its_end(app))
    app.pools.keys.rests.set()


async def _to_its_end(app: "S3AudioApp") -> None:
    with _heeded(app.hang_up):
        await app.run_async()


@contextmanager
def _heeded(end: Callable[[int], None]) -> Iterator[None]:
    """Let the signals that ask the program to end call `end` with the exit code.

    A second one changes nothing: where a terminal is closed, its shell sends one too.
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    heeded = {number: each for number, each in before.items() if each is not signal.SIG_IGN}
    for number in heeded:
        loop.add_signal_handler(number, end, 128 + number)
    try:
        yield
    finally:
        for number, handler in heeded.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def new_loop(keys: KeysFirst) -> asyncio.AbstractEventLoop:
    """Return a loop that goes on with what it has to do."""
    return asyncio.SelectorEventLoop(_Selector(keys))
