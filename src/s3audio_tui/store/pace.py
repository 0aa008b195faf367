"""How many parts of one file are on their way at once: what the line carries in some seconds.

On a slow line many parts side by side all take long, and whoever is killed meanwhile has sent
them for nothing. A few, one after another, arrive as soon, and stay.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_FIRST = 2
_DOUBLED_IN_S = 0.03
_IN_FLIGHT_S = 8.0
_QUICK_S = 0.5
_QUICK_LOOK_S = 0.02
_LOOK_S = 0.1


class Pace:
    """Lets parts of one file begin. Safe in any thread.

    `moved` says how many bytes have left so far. It begins with two, twice as many every 0.03 s,
    for as long as the line carries those on their way within 8 s.
    """

    def __init__(
        self,
        part_bytes: int,
        moved: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._part_bytes = part_bytes
        self._moved = moved
        self._clock = clock
        self._door = threading.Lock()
        self._changed = threading.Condition()
        self._on_their_way = 0
        self._began: tuple[float, int] | None = None

    def allowed(self) -> int:
        """Return how many parts may be on their way now."""
        now, moved = self._clock(), self._moved()
        if self._began is None:
            self._began = now, moved
        elapsed_s = now - self._began[0]
        doublings = min(elapsed_s / _DOUBLED_IN_S, 10)
        if elapsed_s < _DOUBLED_IN_S:
            return _FIRST
        carried = (moved - self._began[1]) / elapsed_s * _IN_FLIGHT_S / self._part_bytes
        return max(_FIRST, int(min(_FIRST * 2**doublings, carried)))

    @contextmanager
    def turn(self, check: Callable[[], None]) -> Iterator[None]:
        """Wait until one more part may begin; `check` may raise meanwhile.

        Only the first of those who wait looks at the clock: a hundred threads that wake again and
        again would take the processor from those who send.
        """
        with self._door, self._changed:
            while self._on_their_way >= self.allowed():
                check()
                self._changed.wait(self._look_s())
            self._on_their_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._on_their_way -= 1
                self._changed.notify()

    def _look_s(self) -> float:
        """Return how soon more may be allowed, with none of them arriving."""
        began_at = self._began[0] if self._began else self._clock()
        return _QUICK_LOOK_S if self._clock() - began_at < _QUICK_S else _LOOK_S
