"""What a long job says while it runs: frozen values that both faces read."""

from dataclasses import dataclass
from threading import Event as Flag

from s3audio_tui.errors import CancelledError, S3AudioError


class CancelToken:
    """Asked by a job between its steps; set by whoever wants it to stop. Safe in any thread."""

    def __init__(self) -> None:
        self._flag = Flag()

    def cancel(self) -> None:
        """Ask the job to stop."""
        self._flag.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked."""
        return self._flag.is_set()

    def check(self) -> None:
        """Raise `CancelledError` once somebody has asked."""
        if self._flag.is_set():
            raise CancelledError("stopped", "run it again to finish")


@dataclass(frozen=True, slots=True)
class Started:
    """Work on `key` begins. `path` is the local file, or the other key of a move."""

    key: str
    path: str
    bytes_total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """`bytes_done` of `bytes_total` are over; may go back when a part is tried again."""

    key: str
    path: str
    bytes_done: int
    bytes_total: int


@dataclass(frozen=True, slots=True)
class Done:
    """`key` is finished and verified."""

    key: str
    path: str
    bytes_total: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """`key` was left as it is, for `reason`."""

    key: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """`key` could not be done; what was there before is there still."""

    key: str
    path: str
    error: S3AudioError


ItemEvent = Started | Progress | Done | Skipped | Failed
