"""What a player says: what is heard now, and what has happened."""

import logging
from dataclasses import dataclass
from typing import Literal

from s3audio_tui import logs
from s3audio_tui.errors import S3AudioError

State = Literal["stopped", "buffering", "playing", "paused"]


@dataclass(frozen=True, slots=True)
class Now:
    """What is heard now. `frames` is the sound's length, None where nobody knows it yet."""

    state: State = "stopped"
    index: int = 0
    name: str = ""
    frame: int = 0
    frames: int | None = None
    sample_rate_hz: int = 0
    volume: float = 1.0

    @property
    def at_s(self) -> float:
        """The place in seconds."""
        return self.frame / self.sample_rate_hz if self.sample_rate_hz else 0.0

    @property
    def duration_s(self) -> float | None:
        """The length in seconds."""
        known = self.frames is not None and self.sample_rate_hz
        return (self.frames or 0) / self.sample_rate_hz if known else None


@dataclass(frozen=True, slots=True)
class Changed:
    """The state, the sound or the volume is another now."""

    now: Now


@dataclass(frozen=True, slots=True)
class Failed:
    """A sound could not be played, or not to its end; it goes on with the next, if there is one."""

    error: S3AudioError | OSError
    name: str


@dataclass(frozen=True, slots=True)
class Halted:
    """The device has gone, or the network: it is paused, and can be resumed."""

    error: S3AudioError | OSError
    name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """All was heard."""


Event = Changed | Failed | Halted | Ended


def unforeseen(error: BaseException) -> S3AudioError:
    """Log an error that nobody foresaw; return what is said of it."""
    logging.getLogger(logs.NAME).error("unforeseen error while playing", exc_info=error)
    kind = type(error).__name__
    return S3AudioError(f"playing failed for an unforeseen reason ({kind})", "the log has it all")
