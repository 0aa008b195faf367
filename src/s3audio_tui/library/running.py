"""Transfers run: some at once, each on a thread, and told as they go."""

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial

from s3audio_tui.errors import CancelledError, NotFoundError, S3AudioError
from s3audio_tui.library.beside import Beside
from s3audio_tui.library.events import ItemEvent, Noted, Progress, Started
from s3audio_tui.library.line import Line
from s3audio_tui.library.rates import Meter
from s3audio_tui.library.transfer import ALIVE, STATES, Record, State, Transfer, last_event
from s3audio_tui.library.workers import Workers

_EVENT_INTERVAL_S = 0.1
_LAST = 1e9
"""Added to the turn of what shall run after all that was asked for by itself."""


class Runner:
    """Runs some transfers at once, as `Line` has it. What is paused takes no place.

    `TransferQueue` hands it the transfers. `_queue`, `_set`, `_fill` and `_give_up` want
    `_changed` to be held.
    """

    def __init__(
        self, jobs: int, small_jobs: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._turns = itertools.count(1)
        self._by: dict[State, dict[int, Transfer]] = {state: {} for state in STATES}
        self._quiet: dict[int, Transfer] = {}
        """Those that are not listed; they are in `_by` too."""
        self._line: Line[Transfer] = Line(jobs, small_jobs)
        self._quiet_line: Line[Transfer] = Line(jobs, small_jobs)
        """Of those that are not listed. They may wait long, and keep no others up."""
        self._workers = Workers("s3audio-transfer")
        self.beside = Beside()
        self._given_up: deque[Transfer] = deque()
        """Those that were stopped before they ran: their end is told from a thread."""
        self._reaping = False
        self._just_ended: deque[Transfer] = deque()
        """Those whose end nobody has looked at yet."""
        self._at_work = 0
        """How many threads have work, those of paused transfers among them."""
        self._changed = threading.Condition()
        self._events: deque[ItemEvent] = deque()
        self._last_event: dict[int, float] = {}
        self._meter = Meter(clock)
        self._moved_bytes = 0
        self._done_bytes = 0
        """The bytes of what was done since the queue last was empty."""

    @property
    def busy(self) -> bool:
        """Whether anything waits or runs."""
        with self._changed:
            waiting = self._line or self._quiet_line
            return bool(self._by["running"] or waiting or self._reaping)

    @property
    def resumable(self) -> int:
        """How many have failed, and a later try can go on with what is kept of them."""
        with self._changed:
            failed = list(self._by["failed"].values())
        kept = [each.record for each in failed if not isinstance(each.error, NotFoundError)]
        return sum(record is not None and record.resumable for record in kept)

    def events(self) -> Iterator[ItemEvent]:
        """Yield what happens, as it happens, until nothing waits, runs or is paused any more."""
        while True:
            with self._changed:
                while not self._events:
                    if not self._at_work and not any(self._by[state] for state in ALIVE):
                        return
                    self._changed.wait()
                event = self._events.popleft()
            yield event

    def finish(self, timeout_s: float) -> bool:
        """Wait for what is made beside the transfers; return whether it is all done."""
        return self.beside.wait(timeout_s)

    def forget_events(self) -> None:
        """Drop the events that nobody will read: for a face that draws the state instead."""
        with self._changed:
            self._events.clear()

    def _queue(self, transfer: Transfer) -> None:
        """Put it into the line, where its turn is; without one at the end, in bulk behind it."""
        if not any(self._by[state] for state in ALIVE):
            self._done_bytes = 0
        if not transfer.turn:
            transfer.turn = next(self._turns) + (_LAST if transfer.in_bulk else 0.0)
        self._set(transfer, "waiting")
        self._line_of(transfer).add(transfer)

    def _line_of(self, transfer: Transfer) -> Line[Transfer]:
        return self._quiet_line if transfer.quiet else self._line

    def _set(self, transfer: Transfer, state: State) -> None:
        self._by[transfer.state].pop(transfer.id, None)
        self._by[state][transfer.id] = transfer
        transfer.state = state

    def _fill(self) -> None:
        """Let the next ones run, for as long as there are places."""
        running = self._by["running"].values()
        while (transfer := self._next()) is not None:
            transfer.place = _free_place(running)
            self._set(transfer, "running")
            if transfer.begun:
                transfer.meter.forget()
                transfer.cancel.resume()
            else:
                transfer.begun = True
                self._start(partial(self._run, transfer))

    def _next(self) -> Transfer | None:
        running = self._by["running"].values()
        if not self._quiet:
            return self._line.take(running)
        listed = self._line.take([each for each in running if not each.quiet])
        return listed or self._quiet_line.take([each for each in running if each.quiet])

    def _give_up(self, transfer: Transfer) -> None:
        """End one that has no thread."""
        transfer.begun = True
        self._set(transfer, transfer.stopped_as)
        self._given_up.append(transfer)
        if not self._reaping:
            self._reaping = True
            self._start(self._reap)

    def _start(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            finally:
                with self._changed:
                    self._at_work -= 1
                    self._changed.notify_all()

        self._at_work += 1
        self._workers.start(run)

    def _reap(self) -> None:
        while True:
            with self._changed:
                if not self._given_up:
                    self._reaping = False
                    return
                transfer = self._given_up.popleft()
            self._end(transfer, transfer.stopped_as, CancelledError("stopped"))

    def _run(self, transfer: Transfer) -> None:
        ended: State = "failed"
        error: S3AudioError | None = S3AudioError("s3audio has a defect here", "see its log")
        try:
            transfer.cancel.hold()
            if transfer.record is not None:
                transfer.record.begin()
            self._started(transfer)
            transfer.reason = transfer.work(transfer) or ""
            ended, error = ("skipped" if transfer.reason else "done"), None
        except CancelledError as stopped:
            ended, error = transfer.stopped_as, stopped
        except S3AudioError as failure:
            error = failure
        except OSError as failure:
            error = S3AudioError(f"{transfer.path}: {failure.strerror}", "see to it and try again")
        finally:
            self._end(transfer, ended, error)

    def _started(self, transfer: Transfer) -> None:
        with self._changed:
            transfer.tries += 1
            transfer.started_at = self._clock()
            self._tell(transfer, Started(transfer.key, transfer.path, transfer.known_bytes))
            self._changed.notify_all()

    def _end(self, transfer: Transfer, ended: State, error: S3AudioError | None) -> None:
        """Tell first whoever asked for it how it ended, then all others."""
        if ended == "interrupted":
            error = CancelledError("stopped", "s3audio uploads resume goes on")
        transfer.error = error
        on_end, transfer.on_end = transfer.on_end, None
        try:
            nothing_left = _gave_up(transfer, ended)
            record = transfer.record
            if record is not None and not _goes_on(record, ended):
                with suppress(S3AudioError):  # it is offered again, and then found to be there
                    (record.end if nothing_left else record.put_off)()
            if on_end is not None:
                on_end(transfer)
        finally:
            with self._changed:
                transfer.ended_at = self._clock()
                transfer.meter.forget()
                transfer.begun = False
                if ended == "done":
                    transfer.bytes_done = transfer.most_done = transfer.bytes_total
                    self._done_bytes += transfer.bytes_total
                self._set(transfer, ended)
                self._last_event.pop(transfer.id, None)
                if not transfer.quiet:
                    self._just_ended.append(transfer)
                else:
                    del self._by[ended][transfer.id], self._quiet[transfer.id]
                self._tell(transfer, last_event(transfer))
                self._fill()
                self._changed.notify_all()

    def _noted(self, transfer: Transfer, text: str) -> None:
        with self._changed:
            self._tell(transfer, Noted(transfer.key, transfer.path, text))
            self._changed.notify_all()

    def _tell(self, transfer: Transfer, event: ItemEvent) -> None:
        """Put it among the events; of one that is quiet nobody would take it away."""
        if not transfer.quiet:
            self._events.append(event)

    def _progressed(self, transfer: Transfer, grown: int) -> None:
        now = self._clock()
        with self._changed:
            self._moved_bytes += max(grown, 0)
            self._meter.note(self._moved_bytes)
            transfer.meter.note(transfer.bytes_done)
            if now - self._last_event.get(transfer.id, float("-inf")) < _EVENT_INTERVAL_S:
                return
            self._last_event[transfer.id] = now
            key, path = transfer.key, transfer.path
            done = transfer.bytes_done
            self._tell(transfer, Progress(key, path, done, transfer.known_bytes))
            self._changed.notify_all()


def _gave_up(transfer: Transfer, ended: State) -> bool:
    """Take back what nobody goes on with; return False where the store does not let go of it."""
    if transfer.give_up is not None and ended in ("cancelled", "skipped"):
        try:
            transfer.give_up()
        except S3AudioError:
            return False
    return True


def _goes_on(record: Record, ended: State) -> bool:
    """Return whether a later try goes on with it."""
    return ended == "interrupted" or (ended == "failed" and record.resumable)


def _free_place(running: Collection[Transfer]) -> int:
    """Return the first place that no other one has."""
    taken = {each.place for each in running}
    return next(place for place in itertools.count() if place not in taken)
