"""The queue of uploads and downloads: a few run at once, each with progress and cancel.

One queue serves both faces: the app draws `snapshot`, the command line reads `events`.
"""

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, S3AudioError
from s3audio_tui.library.events import Done, Failed, ItemEvent, Progress, Skipped, Started

Kind = Literal["up", "down"]
State = Literal["waiting", "running", "done", "skipped", "failed", "cancelled"]

_EVENT_INTERVAL_S = 0.1
_RATE_WINDOW_S = 3.0


@dataclass(frozen=True, slots=True)
class TransferState:
    """One transfer as it stands now."""

    id: int
    kind: Kind
    key: str
    path: str
    bytes_done: int
    bytes_total: int
    state: State
    rate_bytes_s: float
    seconds_left: float | None
    error: S3AudioError | None
    reason: str


@dataclass
class Transfer:
    """One transfer while it runs: what its work reports to and asks."""

    id: int
    kind: Kind
    key: str
    path: str
    bytes_total: int
    work: Callable[["Transfer"], str | None]
    on_end: Callable[["Transfer"], None] | None
    cancel: CancelToken = field(default_factory=CancelToken)
    state: State = "waiting"
    bytes_done: int = 0
    error: S3AudioError | None = None
    reason: str = ""
    files_done: int = 0
    files_total: int = 1
    """More than 1 for what fills one file with many objects."""
    notify: Callable[[], None] = lambda: None
    samples: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=64))

    def progress(self, bytes_done: int) -> None:
        """Say that `bytes_done` bytes are over; may go back when a part is tried again."""
        self.bytes_done = bytes_done
        self.notify()


class TransferQueue:
    """Runs at most `jobs` transfers at once, oldest first, on threads of its own."""

    def __init__(self, jobs: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs = jobs
        self._clock = clock
        self._ids = itertools.count(1)
        self._all: dict[int, Transfer] = {}
        self._waiting: deque[Transfer] = deque()
        self._running = 0
        self._changed = threading.Condition()
        self._events: deque[ItemEvent] = deque()
        self._last_event: dict[int, float] = {}

    def submit(
        self,
        kind: Kind,
        key: str,
        path: str,
        bytes_total: int,
        work: Callable[[Transfer], str | None],
        on_end: Callable[[Transfer], None] | None = None,
        *,
        files: int = 1,
    ) -> int:
        """Queue `work` and return its id.

        `work` gets the transfer, reports to its `progress`, asks its `cancel`, and returns None
        when it is done, or why it was skipped. `on_end` runs once after it, however it ended.
        `files` is how many objects fill the one file.
        """
        transfer = Transfer(next(self._ids), kind, key, path, bytes_total, work, on_end)
        transfer.files_total = files
        transfer.notify = lambda: self._progressed(transfer)
        with self._changed:
            self._all[transfer.id] = transfer
            self._waiting.append(transfer)
            if self._running < self._jobs:
                self._running += 1
                threading.Thread(target=self._work, name="s3audio-transfer", daemon=True).start()
        return transfer.id

    def _work(self) -> None:
        try:
            while True:
                with self._changed:
                    if not self._waiting:
                        return
                    transfer = self._waiting.popleft()
                self._run(transfer)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _run(self, transfer: Transfer) -> None:
        ended: State = "failed"
        error: S3AudioError | None = S3AudioError("s3audio has a defect here", "see its log")
        try:
            transfer.cancel.check()
            self._emit(transfer, "running", Started(*_names(transfer), transfer.bytes_total))
            transfer.reason = transfer.work(transfer) or ""
            ended, error = ("skipped" if transfer.reason else "done"), None
        except CancelledError as stopped:
            ended, error = "cancelled", stopped
        except S3AudioError as failure:
            error = failure
        except OSError as failure:
            error = S3AudioError(f"{transfer.path}: {failure.strerror}", "see to it and try again")
        finally:
            transfer.error = error
            try:
                if transfer.on_end:
                    transfer.on_end(transfer)
            finally:
                self._emit(transfer, ended, _last_event(transfer, ended))

    def _progressed(self, transfer: Transfer) -> None:
        now = self._clock()
        with self._changed:
            transfer.samples.append((now, transfer.bytes_done))
            if now - self._last_event.get(transfer.id, float("-inf")) < _EVENT_INTERVAL_S:
                return
            self._last_event[transfer.id] = now
            self._events.append(
                Progress(*_names(transfer), transfer.bytes_done, transfer.bytes_total)
            )
            self._changed.notify_all()

    def _emit(self, transfer: Transfer, state: State, event: ItemEvent) -> None:
        with self._changed:
            transfer.state = state
            if state == "done":
                transfer.bytes_done = transfer.bytes_total
            self._events.append(event)
            self._changed.notify_all()

    def events(self) -> Iterator[ItemEvent]:
        """Yield what happens, as it happens, until nothing waits or runs any more."""
        while True:
            with self._changed:
                while not self._events:
                    if not self._running and not self._waiting:
                        return
                    self._changed.wait()
                event = self._events.popleft()
            yield event

    def forget_events(self) -> None:
        """Drop the events that nobody will read: for a face that draws snapshots instead."""
        with self._changed:
            self._events.clear()

    def snapshot(self) -> list[TransferState]:
        """Return every transfer as it stands now, oldest first."""
        now = self._clock()
        with self._changed:
            return [self._state(transfer, now) for transfer in self._all.values()]

    def _state(self, transfer: Transfer, now: float) -> TransferState:
        rate = _rate(transfer, now) if transfer.state == "running" else 0.0
        waits = transfer.state == "waiting"
        left = (transfer.bytes_total - transfer.bytes_done) / rate if rate > 0 else None
        return TransferState(
            transfer.id,
            transfer.kind,
            transfer.key,
            transfer.path,
            transfer.bytes_done,
            transfer.bytes_total,
            "cancelled" if waits and transfer.cancel.cancelled else transfer.state,
            rate,
            left,
            transfer.error,
            transfer.reason,
        )

    @property
    def busy(self) -> bool:
        """Whether anything waits or runs."""
        with self._changed:
            return bool(self._running or self._waiting)

    def cancel(self, transfer_id: int) -> None:
        """Ask one transfer to stop; one that waits ends at once."""
        with self._changed:
            transfer = self._all.get(transfer_id)
            if transfer is None or transfer.state not in ("waiting", "running"):
                return
            transfer.cancel.cancel()

    def cancel_all(self) -> None:
        """Ask every transfer to stop."""
        with self._changed:
            for transfer in self._all.values():
                transfer.cancel.cancel()

    def clear_ended(self) -> None:
        """Forget the transfers that have ended."""
        with self._changed:
            alive = ("waiting", "running")
            self._all = {k: v for k, v in self._all.items() if v.state in alive}

    def close(self, timeout_s: float) -> bool:
        """Stop everything; return whether all had stopped, parts and all, within `timeout_s`."""
        self.cancel_all()
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, timeout_s)


def _names(transfer: Transfer) -> tuple[str, str]:
    return transfer.key, transfer.path


def _rate(transfer: Transfer, now: float) -> float:
    recent = [sample for sample in transfer.samples if now - sample[0] <= _RATE_WINDOW_S]
    if len(recent) < 2:
        return 0.0
    (start_s, start), (_, end) = recent[0], recent[-1]
    return max(0.0, (end - start) / max(now - start_s, 0.05))


def _last_event(transfer: Transfer, ended: State) -> ItemEvent:
    key, path = _names(transfer)
    if ended == "done":
        return Done(key, path, transfer.bytes_total)
    if ended == "skipped":
        return Skipped(key, path, transfer.reason)
    return Failed(key, path, transfer.error or CancelledError("stopped"))
