"""How a long job is asked to stop, or to wait."""

from collections.abc import Callable
from threading import Event

from s3audio_tui.errors import CancelledError

_LOOK_S = 0.1


class CancelToken:
    """Asked by a job between its steps; set by whoever wants it to stop. Safe in any thread."""

    def __init__(self) -> None:
        self._flag = Event()
        self._goes = Event()
        self._goes.set()
        self._keeps = True

    def cancel(self, *, keep: bool = False) -> None:
        """Ask the job to stop, also one that is paused.

        With `keep` what is half done shall stay, to be gone on with later; once somebody has asked
        without, nothing stays.
        """
        self._keeps = self._keeps and keep
        self._flag.set()
        self._goes.set()

    def pause(self) -> None:
        """Ask the job to wait where it next can: between two parts or blocks."""
        if not self._flag.is_set():
            self._goes.clear()

    def resume(self) -> None:
        """Let a job that was paused go on."""
        self._goes.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._flag.is_set()

    @property
    def keeps(self) -> bool:
        """Whether the job was interrupted, and what is half done shall stay."""
        return self._flag.is_set() and self._keeps

    @property
    def paused(self) -> bool:
        """Whether somebody asked the job to wait."""
        return not self._goes.is_set()

    def check(self) -> None:
        """Raise `CancelledError` once somebody has asked."""
        if self._flag.is_set():
            raise CancelledError("stopped", "run it again to finish")

    def hold(self, check: Callable[[], None] | None = None) -> None:
        """Wait while the job is paused; then, and meanwhile, ask `check`, which may raise."""
        ask = check or self.check
        while not self._goes.wait(_LOOK_S):
            ask()
        ask()
