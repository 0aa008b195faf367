"""Room of the quota for what goes up bit by bit: held for a while ahead, and settled in one go.

So most bits need no request for it. What is held counts until it is settled, also what has landed,
so that nobody else can take it; what a program held that was killed counts no more, as ever.
"""

import threading

from s3audio_tui.errors import QuotaError
from s3audio_tui.library import quota
from s3audio_tui.library.opening import Library


class Allowance:
    """Room for one program. Safe in any thread; who needs more waits for who asks for it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._asking = threading.Lock()
        """Held while S3 is asked; `end`, which tells only what has been, never waits for that."""
        self._lock = threading.Lock()
        self._held: quota.Reservation | None = None
        self._left = 0
        """How many bytes of it nobody has taken."""
        self._under_way = 0
        self._landed: list[tuple[float, int]] = []
        """All since something is held."""

    def prepare(self, ahead_bytes: int) -> None:
        """Hold so many, if none are left, so that who takes some need not wait."""
        with self._asking:
            if not self._left:
                self._hold(0, ahead_bytes)

    def take(self, size_bytes: int, ahead_bytes: int) -> None:
        """Take some, and where not so much is held, hold `ahead_bytes` if there is that much.

        Raises `QuotaError` where there is no room for `size_bytes`.
        """
        if self._taken(size_bytes):
            return
        with self._asking:
            if self._taken(size_bytes):
                return
            try:
                self._hold(size_bytes, max(size_bytes, ahead_bytes), measures=False)
            except QuotaError:
                self._hold(size_bytes, size_bytes)

    def end(self, size_bytes: int, *, landed: bool) -> None:
        """Say what became of what was taken."""
        at = self._library.clock()
        with self._lock:
            self._under_way -= size_bytes
            if landed:
                self._landed.append((at, size_bytes))
            else:
                self._left += size_bytes

    def rest(self) -> None:
        """Give back what is held, unless some is on its way."""
        with self._asking:
            with self._lock:
                held, landed = self._held, self._landed
                if held is None or self._under_way:
                    return
                self._held, self._left, self._landed = None, 0, []
            held.settle(landed)

    def _taken(self, size_bytes: int) -> bool:
        """Take some of what is held, if there is so much; return whether there was."""
        with self._lock:
            enough = size_bytes <= self._left
            if enough:
                self._left -= size_bytes
                self._under_way += size_bytes
            return enough

    def _hold(self, taken_bytes: int, free_bytes: int, *, measures: bool = True) -> None:
        """Hold `free_bytes` beside what is on its way, and take some of them at once."""
        held = self._held = self._held or quota.Reservation(self._library)
        with self._lock:  # nobody takes any until the answer is there; what fails comes back
            landed, size_bytes = list(self._landed), self._under_way + free_bytes
            left, self._left = self._left, 0
        taken = 0
        try:
            held.renew(size_bytes, landed, measures=measures)
            left, taken = free_bytes - taken_bytes, taken_bytes
        finally:
            with self._lock:
                self._left += left
                self._under_way += taken
