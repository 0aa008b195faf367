"""One transfer: what its work reports to and asks, and how it stands."""

import math
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

import msgspec

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, S3AudioError
from s3audio_tui.library.beside import Beside
from s3audio_tui.library.events import Done, Failed, ItemEvent, Skipped
from s3audio_tui.library.rates import Meter
from s3audio_tui.store.transfer import MIN_PART_BYTES, RateLimit

SMALL_BYTES = MIN_PART_BYTES
"""What is smaller goes with one request."""

Kind = Literal["up", "down"]
State = Literal[
    "waiting", "running", "paused", "done", "skipped", "failed", "cancelled", "interrupted"
]

STATES: tuple[State, ...] = (
    *("running", "paused", "failed", "waiting"),
    *("interrupted", "cancelled", "skipped", "done"),
)
"""All states, in the order in which a panel lists them."""

ALIVE: tuple[State, ...] = ("running", "paused", "waiting")
"""It goes on, or can go on."""

RETRIED: tuple[State, ...] = ("failed", "interrupted", "cancelled")
"""It can be tried again."""

ENDED: tuple[State, ...] = ("failed", "cancelled", "skipped", "done")
"""Nothing more comes of it by itself, and it may be cleared."""


class Record(Protocol):
    """What is written down of a transfer, so that a later run of the program can take it up."""

    def begin(self) -> None:
        """Write it down, or that it is run here. Raises `ConflictError` if it is run elsewhere."""

    def end(self) -> None:
        """Strike it out."""

    def put_off(self) -> None:
        """Strike it out, but for what it has left in S3: that is to be removed later."""

    @property
    def resumable(self) -> bool:
        """Whether the next try goes on where this one ended: then it is kept if that failed."""

    def same_as(self, other: object) -> bool:
        """Return whether `other` is of the same transfer."""


class TransferState(msgspec.Struct, frozen=True):
    """One transfer as it stands now."""

    id: int
    kind: Kind
    key: str
    path: str
    bytes_done: int
    """Never less than it was in the same try."""
    bytes_total: int | None
    """None while nobody knows it."""
    state: State
    rate_bytes_s: float
    seconds_left: float | None
    error: S3AudioError | None
    reason: str
    files_done: int = 0
    files_total: int = 1
    stopping: bool = False
    """Whether it was cancelled, and has not ended yet."""
    seconds: float = 0.0
    """How long it ran; 0 until it has ended."""
    notice: str = ""
    """What a person should know of it while it goes on."""


class Totals(msgspec.Struct, frozen=True):
    """All transfers together. The bytes are those of what runs, waits, or was done with it."""

    counts: Mapping[State, int]
    bytes_done: int
    bytes_total: int
    rate_bytes_s: float
    seconds_left: float | None
    limit_bytes_s: int | None = None
    """The rate that all together keep to; None where there is no limit."""

    def count(self, *states: State) -> int:
        """Return how many are in one of these states."""
        return sum(self.counts[state] for state in states)


class Transfer(msgspec.Struct, eq=False):
    """One transfer while it is in the queue. `turn` says when it runs, the lowest first."""

    id: int
    kind: Kind
    key: str
    path: str
    bytes_total: int
    work: Callable[["Transfer"], str | None]
    meter: Meter
    limit: RateLimit
    """What it asks before bytes pass; all transfers of the queue share it."""
    beside: Beside
    """Where what is made of its bytes stands in line."""
    record: Record | None = None
    on_end: Callable[["Transfer"], None] | None = None
    give_up: Callable[[], None] | None = None
    """Takes back what an earlier try left of it in S3. Called when no later one goes on."""
    has_end: bool = True
    """Whether its length is known. Of a stream `bytes_total` is what has come so far."""
    files_done: int = 0
    files_total: int = 1
    """More than 1 for what fills one file with many objects."""
    cancel: CancelToken = msgspec.field(default_factory=CancelToken)
    state: State = "waiting"
    turn: float = 0.0
    urgent: bool = False
    in_bulk: bool = False
    """Whether it is one of many, which let others pass."""
    quiet: bool = False
    """Whether somebody else tells of it: it is not listed, and forgotten once it has ended."""
    place: int = 0
    """Where it stands among the small ones that run: it stays there while others come and go."""
    begun: bool = False
    """Whether a thread is at it."""
    tries: int = 0
    """How often it was begun."""
    stopped_as: State = "cancelled"
    """What becomes of it when it is stopped."""
    bytes_done: int = 0
    most_done: int = 0
    error: S3AudioError | None = None
    reason: str = ""
    started_at: float | None = None
    ended_at: float | None = None
    notice: str = ""
    """What a person should know of it while it goes on."""
    verified_by: str = ""
    """By what its bytes were compared: `checksum`, `etag`, or `size` alone."""
    notify: Callable[["Transfer", int], None] = lambda transfer, grown: None
    told: Callable[["Transfer", str], None] = lambda transfer, text: None
    _told: bool = False
    _asked: tuple[str, str, int] = ("", "", 0)

    def __post_init__(self) -> None:
        """Remember what it was called: its work may choose other names."""
        self._asked = (self.key, self.path, self.bytes_total)

    def progress(self, bytes_done: int) -> None:
        """Say that `bytes_done` bytes are over; may go back when a part is tried again.

        Much at the first word of a try came in an earlier one, and tells nothing of the rate.
        """
        known = self.bytes_done if self._told or bytes_done < SMALL_BYTES else bytes_done
        grown, self._told = bytes_done - known, True
        self.bytes_done = bytes_done
        self.most_done = max(self.most_done, bytes_done)
        self.notify(self, grown)

    def note(self, text: str) -> None:
        """Say something that a person should know; it goes on."""
        self.notice = text
        self.told(self, text)

    def grown(self, bytes_done: int) -> None:
        """Say how many bytes are over of what nobody knows the length of."""
        self.bytes_total = max(self.bytes_total, bytes_done)
        self.progress(bytes_done)

    def ends_at(self, size_bytes: int) -> None:
        """Say how long it is, now that it is known."""
        self.bytes_total, self.has_end = size_bytes, True

    @property
    def known_bytes(self) -> int | None:
        """How long it is, None while nobody knows it."""
        return self.bytes_total if self.has_end else None

    def renew(self) -> None:
        """Make it as it was before its first try, to be tried again."""
        self.key, self.path, self.bytes_total = self._asked
        self.cancel, self.stopped_as, self.urgent = CancelToken(), "cancelled", False
        self.bytes_done = self.most_done = self.files_done = 0
        self.error, self.reason, self.notice, self._told = None, "", "", False
        self.verified_by = ""
        self.started_at = self.ended_at = None
        self.meter.forget()

    @property
    def is_small(self) -> bool:
        """Whether it goes with one request."""
        return self.files_total == 1 and self._asked[2] < SMALL_BYTES

    @property
    def seconds(self) -> float:
        """How long it ran; 0 until it has ended."""
        began, ended = self.started_at, self.ended_at
        return 0.0 if began is None or ended is None else ended - began

    def stands(self) -> TransferState:
        """Return how it stands."""
        rate = self.meter.rate() if self.state == "running" else 0.0
        return TransferState(
            self.id,
            self.kind,
            self.key,
            self.path,
            min(self.most_done, self.bytes_total),
            self.known_bytes,
            self.state,
            rate,
            seconds_for(self.bytes_total - self.most_done, rate) if self.has_end else None,
            self.error,
            self.reason,
            self.files_done,
            self.files_total,
            self.state in ALIVE and self.cancel.cancelled,
            self.seconds,
            self.notice,
        )


def seconds_for(size_bytes: int, rate_bytes_s: float) -> float | None:
    """Return how long bytes take at a rate, in whole seconds; None where nobody can know."""
    return float(math.ceil(max(size_bytes, 0) / rate_bytes_s)) if rate_bytes_s > 0 else None


def last_event(transfer: Transfer) -> ItemEvent:
    """Return what its end is told as."""
    key, path = transfer.key, transfer.path
    if transfer.state == "done":
        return Done(key, path, transfer.bytes_total, transfer.verified_by)
    if transfer.state == "skipped":
        return Skipped(key, path, transfer.reason)
    return Failed(key, path, transfer.error or CancelledError("stopped"))
