"""How many requests for bytes run at once, and whose turn it is: lanes, each one connection.

Their number follows what pays: more while answers stay quick, half as many when the store says
that it is too busy. The rule is TCP's own, growth by steps and retreat by halves (RFC 5681), with
the growing delay as the first sign (as in TCP Vegas).
"""

import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection

MOST = 64

QUESTION = -1
"""The size of a request that carries next to nothing: it does not wait for what carries much."""

_FIRST = 32
"""Fewer cost a far store's users a third of the speed; with a near one they are no faster."""

_NEAR = 8
"""So many pay however near the store is."""

_REQUEST_S = 0.0006
"""What a request takes of the processor: no more of them fit into the time of one answer."""

_LEAST = 2
_FAIR_TURN = 4
_SPARE = 8
"""Lanes beside those allowed, for questions."""

_LOOK_S = 0.2
_SHRINK_PAUSE_S = 1.0
_OLD_S = 30.0
_SMOOTHING = 0.2


@dataclass(slots=True)
class Lane:
    """One connection, in one thread's hands at a time; `buffer` is for what passes through it."""

    connection: HTTPConnection
    buffer: bytearray = field(default_factory=bytearray)

    def room(self, size_bytes: int) -> memoryview:
        """Return the buffer, made at least `size_bytes` large."""
        if len(self.buffer) < size_bytes:
            self.buffer = bytearray(size_bytes)
        return memoryview(self.buffer)


@dataclass(slots=True)
class _Ticket:
    size_bytes: int
    granted: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class _Delay:
    """How long answers take to begin: the least of the last time, and of late."""

    short_s: float
    long_s: float
    least_s: float | None = None
    of_late_s: float = 0.0
    noted_at: float | None = None
    _least_at: float = 0.0

    def note(self, delay_s: float, now: float) -> None:
        """Take in one more."""
        if self.least_s is None or delay_s < self.least_s or now - self._least_at > _OLD_S:
            self.least_s, self._least_at = delay_s, now
        self.noted_at = now
        self.of_late_s += _SMOOTHING * (delay_s - self.of_late_s)

    @property
    def is_short(self) -> bool:
        """Whether more at once would hardly wait for each other."""
        return self.of_late_s < 2 * (self.least_s or 0.0) + self.short_s

    @property
    def is_long(self) -> bool:
        """Whether those at once wait for each other."""
        return self.of_late_s > 4 * (self.least_s or 0.0) + self.long_s


class Lanes:
    """The lanes to one store, shared by all transfers. Safe in any thread.

    Whoever waits gets one in the order of size, small first; every fourth goes to the one that
    has waited longest, so that the large are not starved.
    """

    def __init__(
        self,
        connect: Callable[[], HTTPConnection],
        *,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._allowed = float(min(_FIRST, most))
        self._taken = 0
        self._turns = 0
        self._waiting: list[_Ticket] = []
        self._idle: list[Lane] = []
        self._shrunk_at = -_OLD_S
        self._ever_shrunk = False
        self._plain = _Delay(0.02, 0.1)
        self._written = _Delay(0.02, 0.1)
        self._bulk = _Delay(0.2, 1.0)
        self._rate_bytes_s: float | None = None

    @property
    def allowed(self) -> int:
        """How many may be taken at once, for now."""
        return min(int(self._allowed), self._useful())

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        with self._lock:
            return len(self._waiting)

    def take(self, size_bytes: int, check: Callable[[], None] = lambda: None) -> Lane:
        """Wait for a lane; `check` may raise meanwhile. The connection may not be open yet."""
        ticket = _Ticket(size_bytes)
        with self._lock:
            self._waiting.append(ticket)
            self._grant()
        try:
            while not ticket.granted.wait(_LOOK_S):
                check()
        except BaseException:
            self._leave(ticket)
            raise
        return self._lane()

    def give(self, lane: Lane, *, reusable: bool) -> None:
        """Return a lane; one whose connection cannot be used again is closed."""
        if not reusable:
            lane.connection.close()
        with self._lock:
            self._idle.append(lane)
            self._taken -= 1
            self._grant()

    def learn(self, delay_s: float, *, written: bool = False, bulk: bool = False) -> None:
        """Note how long an answer took to begin, and have more lanes while that stays short.

        The answer to what is `written`, and to `bulk`, many bytes, begins when the store has put
        it away: it is compared with others of its kind.
        """
        with self._lock:
            delay = self._bulk if bulk else self._written if written else self._plain
            delay.note(delay_s, self._clock())
            if delay.is_long:
                self._shrink(0.9)
            elif self._waiting and delay.is_short:
                step = 1 / self._allowed if self._ever_shrunk else 1.0
                self._allowed = min(self._allowed + step, float(self._most))
                self._grant()

    def learn_rate(self, size_bytes: int, seconds: float) -> None:
        """Note how long so many bytes took on one lane."""
        with self._lock:
            rate = size_bytes / max(seconds, 0.001)
            before = self._rate_bytes_s or rate
            self._rate_bytes_s = before + _SMOOTHING * (rate - before)

    @property
    def pace(self) -> tuple[float | None, float]:
        """The rate of one lane in bytes a second, None until it is known; a round trip in s."""
        with self._lock:
            known = [each.least_s for each in (self._plain, self._written) if each.least_s]
            return self._rate_bytes_s, min(known, default=0.0)

    def slow_down(self) -> None:
        """Note that the store was too busy: have half as many lanes."""
        with self._lock:
            self._shrink(0.5)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for lane in idle:
            lane.connection.close()

    def _lane(self) -> Lane:
        with self._lock:
            lane = self._idle.pop() if self._idle else None
        if lane is None:
            return Lane(self._connect())
        if _was_closed(lane.connection):
            lane.connection.close()
        return lane

    def _leave(self, ticket: _Ticket) -> None:
        with self._lock:
            if ticket.granted.is_set():
                self._taken -= 1
                self._grant()
            else:
                self._waiting.remove(ticket)

    def _grant(self) -> None:
        while (ticket := self._next()) is not None:
            self._waiting.remove(ticket)
            self._taken += 1
            ticket.granted.set()

    def _next(self) -> _Ticket | None:
        """Return whose turn it is, None while nobody's is."""
        allowed = self.allowed
        if self._waiting and self._taken < allowed:
            self._turns += 1
            if self._turns % _FAIR_TURN:
                return min(self._waiting, key=lambda each: each.size_bytes)
            return self._waiting[0]
        if self._taken < allowed + _SPARE:
            return next((each for each in self._waiting if each.size_bytes == QUESTION), None)
        return None

    def _useful(self) -> int:
        """Return how many requests the processor can keep on their way, as far as is known.

        Of writes the store itself may have many at once, while each waits for its disks.
        """
        least_s, written_at = self._plain.least_s, self._written.noted_at
        if least_s is None or (written_at is not None and self._clock() - written_at < _OLD_S):
            return self._most
        return max(_NEAR, int(least_s / _REQUEST_S))

    def _shrink(self, factor: float) -> None:
        now = self._clock()
        if now - self._shrunk_at >= _SHRINK_PAUSE_S:
            self._allowed = max(float(_LEAST), self._allowed * factor)
            self._shrunk_at, self._ever_shrunk = now, True


def _was_closed(connection: HTTPConnection) -> bool:
    """Return whether the other side has ended an idle connection: then there is an end to read."""
    if connection.sock is None:
        return False
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))
