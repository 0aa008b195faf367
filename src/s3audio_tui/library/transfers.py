"""The queue of uploads and downloads: filled, paused, moved, stopped, tried again, looked at.

One queue serves both faces: the app draws `totals` and `window`, the command line reads `events`.
"""

import itertools
import time
from collections.abc import Callable
from typing import Literal

from s3audio_tui.config import Settings
from s3audio_tui.library.rates import Meter
from s3audio_tui.library.transfer import (
    ALIVE,
    ENDED,
    RETRIED,
    Kind,
    Record,
    State,
    Totals,
    Transfer,
    TransferState,
)
from s3audio_tui.library.watching import Watched
from s3audio_tui.store.transfer import RateLimit
from s3audio_tui.units import parse_rate

__all__ = ["MANY", "Kind", "State", "Totals", "Transfer", "TransferQueue", "TransferState"]

MANY = 50
"""More than so many at once are in bulk: what is asked for after them does not wait for them."""

Where = Literal["earlier", "later", "first"]


class TransferQueue(Watched):
    """All transfers of one run of the program. Safe in any thread; nothing here waits.

    `jobs` large ones run at once; small ones too, or `small_jobs` of them where that is said.
    """

    def __init__(
        self,
        jobs: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        small_jobs: int | None = None,
    ) -> None:
        super().__init__(jobs, jobs if small_jobs is None else small_jobs, clock)
        self._ids = itertools.count(1)
        self._limit = RateLimit(None)

    def limit(self, bytes_s: int | None) -> None:
        """Let all together keep to a rate from now on, also those that run; None ends that."""
        with self._changed:
            self._limit_bytes_s = bytes_s
            self._limit.set_rate(bytes_s)

    # Filling

    def submit(
        self,
        kind: Kind,
        key: str,
        path: str,
        bytes_total: int | None,
        work: Callable[[Transfer], str | None],
        on_end: Callable[[Transfer], None] | None = None,
        *,
        files: int = 1,
        record: Record | None = None,
        give_up: Callable[[], None] | None = None,
        in_bulk: bool = False,
        quiet: bool = False,
    ) -> int:
        """Queue `work` and return its id. What is `in_bulk` lets all others pass; what is `quiet`
        is neither listed nor among the events, is forgotten once it has ended, and takes no place
        of what is listed.

        `work` gets the transfer, reports to its `progress`, asks its `cancel`, and returns None
        when it is done, or why it was skipped. `on_end` runs once, after the first try, however
        it ended. `bytes_total` is None for a stream. `files` is how many objects fill the one
        file. The `record` is what is written down of it; it is struck out when the transfer has
        ended, but not when it is interrupted.
        """
        transfer = self._made(kind, key, path, bytes_total or 0, work, files, record)
        transfer.has_end = bytes_total is not None
        transfer.on_end, transfer.give_up, transfer.in_bulk = on_end, give_up, in_bulk
        transfer.quiet = quiet
        with self._changed:
            if quiet:
                self._quiet[transfer.id] = transfer
            self._queue(transfer)
            self._fill()
        return transfer.id

    def offer(
        self,
        kind: Kind,
        key: str,
        path: str,
        bytes_total: int,
        work: Callable[[Transfer], str | None],
        record: Record,
        *,
        give_up: Callable[[], None] | None = None,
        files: int = 1,
        bytes_done: int = 0,
    ) -> int:
        """List what an earlier run of the program did not finish, once; `retry` takes it up.

        `bytes_done` are there already, and `give_up` takes them back when it is cancelled.
        """
        with self._changed:
            for known in self._all():
                if record.same_as(known.record):
                    return known.id
            transfer = self._made(kind, key, path, bytes_total, work, files, record)
            transfer.give_up, transfer.bytes_done = give_up, bytes_done
            transfer.most_done = bytes_done
            self._set(transfer, "interrupted")
        return transfer.id

    def _made(
        self,
        kind: Kind,
        key: str,
        path: str,
        bytes_total: int,
        work: Callable[[Transfer], str | None],
        files: int,
        record: Record | None,
    ) -> Transfer:
        meter = Meter(self._clock)
        made = Transfer(
            next(self._ids), kind, key, path, bytes_total, work, meter, self._limit, self.beside
        )
        made.record = record
        made.files_total = files
        made.notify, made.told = self._progressed, self._noted
        return made

    # Pausing

    def pause(self, transfer_id: int) -> None:
        """Let one wait at its next part or block, and another one run meanwhile."""
        with self._changed:
            self._pause(self._find(transfer_id, "running", "waiting"))
            self._fill()

    def resume(self, transfer_id: int) -> None:
        """Let a paused one go on, as soon as there is a place for it."""
        with self._changed:
            self._resume(self._find(transfer_id, "paused"))
            self._fill()

    def pause_all(self) -> None:
        """Pause everything that waits or runs, and is listed."""
        with self._changed:
            for transfer in [*self._line, *self._by["running"].values()]:
                if not transfer.quiet:
                    self._pause(transfer)

    def resume_all(self) -> None:
        """Let everything that is paused go on."""
        with self._changed:
            for transfer in list(self._by["paused"].values()):
                self._resume(transfer)
            self._fill()

    def _pause(self, transfer: Transfer | None) -> None:
        if transfer is None or transfer.cancel.cancelled:
            return
        if transfer.state == "waiting":
            self._line_of(transfer).remove(transfer)
        else:
            transfer.cancel.pause()
        self._set(transfer, "paused")

    def _resume(self, transfer: Transfer | None) -> None:
        if transfer is not None and not transfer.cancel.cancelled:
            self._queue(transfer)

    # Moving

    def move(self, transfer_id: int, where: Where) -> None:
        """Let one that waits run before or after its neighbour, or before all others."""
        with self._changed:
            transfer = self._find(transfer_id, "waiting")
            if transfer is None or transfer.quiet:
                return
            line = list(self._line)
            at = line.index(transfer)
            transfer.urgent = where == "first"
            if where == "first":
                self._line.remove(transfer)
                transfer.turn = line[0].turn / 2
                self._line.add(transfer)
                return
            to = at + (1 if where == "later" else -1)
            if 0 <= to < len(line):
                self._line.swap(transfer, line[to])

    # Stopping, and trying again

    def cancel(self, transfer_id: int) -> None:
        """Ask one transfer to stop; one that does not run ends at once."""
        with self._changed:
            self._stop(self._find(transfer_id, *ALIVE), "cancelled")
            transfer = self._find(transfer_id, "interrupted")
            if transfer is not None and not transfer.begun:
                self._give_up(transfer)

    def cancel_all(self) -> None:
        """Ask every transfer to stop, for good."""
        self._stop_all("cancelled")

    def stop_all(self) -> None:
        """Ask every transfer to stop; a later run of the program can take it up."""
        self._stop_all("interrupted")

    def _stop_all(self, stopped_as: State) -> None:
        self.beside.drop()
        with self._changed:
            for state in ALIVE:
                for transfer in list(self._by[state].values()):
                    self._stop(transfer, stopped_as)

    def _stop(self, transfer: Transfer | None, stopped_as: State) -> None:
        if transfer is None or (transfer.cancel.cancelled and not transfer.cancel.keeps):
            return  # what was cancelled for good is not offered again
        transfer.stopped_as = stopped_as
        transfer.cancel.cancel(keep=stopped_as == "interrupted")
        if transfer.state == "waiting":
            self._line_of(transfer).remove(transfer)
        if not transfer.begun:
            self._give_up(transfer)
        elif transfer.state == "waiting":
            self._set(transfer, "paused")  # it was resumed, and has no place yet

    def retry(self, transfer_id: int) -> None:
        """Queue one again that failed, was cancelled, or was interrupted."""
        with self._changed:
            self._retry(self._find(transfer_id, *RETRIED))
            self._fill()

    def retry_all(self) -> None:
        """Queue again all that failed or were interrupted."""
        with self._changed:
            failed, interrupted = self._by["failed"].values(), self._by["interrupted"].values()
            for transfer in [*failed, *interrupted]:
                self._retry(transfer)
            self._fill()

    def _retry(self, transfer: Transfer | None) -> None:
        if transfer is not None and not transfer.begun:
            transfer.renew()
            transfer.turn = 0.0
            self._queue(transfer)

    def clear_ended(self) -> None:
        """Forget the transfers that have ended; what was interrupted stays."""
        with self._changed:
            for state in ENDED:
                ended = self._by[state].items()
                kept = {id_: each for id_, each in ended if each.begun}
                self._by[state] = kept

    def close(self, timeout_s: float) -> bool:
        """Stop everything; return whether all had stopped, parts and all, within `timeout_s`."""
        self.stop_all()
        with self._changed:
            return self._changed.wait_for(lambda: not self._at_work, timeout_s)

    def _find(self, transfer_id: int, *states: State) -> Transfer | None:
        return next((self._by[s][transfer_id] for s in states if transfer_id in self._by[s]), None)


def limit_for(settings: Settings) -> RateLimit:
    """Return the rate that the settings name, for what goes without a queue."""
    return RateLimit(parse_rate(settings.limit_rate))


def queue_for(settings: Settings) -> TransferQueue:
    """Return an empty queue that keeps to the settings."""
    queue = TransferQueue(settings.jobs, small_jobs=settings.small_jobs)
    queue.limit(parse_rate(settings.limit_rate))
    return queue
