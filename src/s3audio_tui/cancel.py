"""How a long job is asked to stop."""

from threading import Event

from s3audio_tui.errors import CancelledError


class CancelToken:
    """Asked by a job between its steps; set by whoever wants it to stop. Safe in any thread."""

    def __init__(self) -> None:
        self._flag = Event()

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
