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
        self._lock = threading.Lock()
        self._held: quota.Reservation | None = None
        self._left = 0
        """How many bytes of it nobody has taken."""
        self._under_way = 0
        self._landed: list[tuple[float, int]] = []
        """All since something is held."""

    def prepare(self, ahead_bytes: int) -> None:
        """Hold so many, if none are left, so that who takes some need not wait."""
        with self._lock:
            if not self._left:
                self._renew(0, ahead_bytes)

    def take(self, size_bytes: int, ahead_bytes: int) -> None:
        """Take some, and where not so much is held, hold `ahead_bytes` if there is that much.

        Raises `QuotaError` where there is no room for `size_bytes`.
        """
        with self._lock:
            if size_bytes > self._left:
                self._renew(size_bytes, max(size_bytes, ahead_bytes))
            self._left -= size_bytes
            self._under_way += size_bytes

    def end(self, size_bytes: int, *, landed: bool) -> None:
        """Say what became of what was taken."""
        with self._lock:
            self._under_way -= size_bytes
            if landed:
                self._landed.append((self._library.clock(), size_bytes))
            else:
                self._left += size_bytes

    def rest(self) -> None:
        """Give back what is held, unless some is on its way."""
        with self._lock:
            if self._held is None or self._under_way:
                return
            self._held.settle(self._landed)
            self._held, self._left, self._landed = None, 0, []

    def _renew(self, least_bytes: int, most_bytes: int) -> None:
        try:
            self._hold(most_bytes)
        except QuotaError:
            if least_bytes in (0, most_bytes):
                raise
            self._hold(least_bytes)

    def _hold(self, free_bytes: int) -> None:
        size_bytes = self._under_way + free_bytes
        if self._held is None:
            self._held = quota.Reservation(self._library)
        self._held.renew(size_bytes, self._landed)
        self._left = free_bytes
