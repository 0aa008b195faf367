"""How a long job is asked to stop, or to wait."""

from collections.abc import Callable
from threading import Event

from s3audio_tui.errors import CancelledError

_LOOK_S = 0.1


class CancelToken:
    """Asked by a job between its steps; set by whoever wants it to stop. Safe in any thread.

    Small, because each of ten thousand transfers that wait has one.
    """

    __slots__ = ("_cancelled", "_keeps", "_pause")

    def __init__(self) -> None:
        self._cancelled = False
        self._keeps = True
        self._pause: Event | None = None
        """There while the job is paused; set at the end of the pause."""

    def cancel(self, *, keep: bool = False) -> None:
        """Ask the job to stop, also one that is paused.

        With `keep` what is half done shall stay, to be gone on with later; once somebody has asked
        without, nothing stays.
        """
        self._keeps = self._keeps and keep
        self._cancelled = True
        self.resume()

    def pause(self) -> None:
        """Ask the job to wait where it next can: between two parts or blocks."""
        if not self._cancelled and self._pause is None:
            self._pause = Event()

    def resume(self) -> None:
        """Let a job that was paused go on."""
        pause, self._pause = self._pause, None
        if pause is not None:
            pause.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._cancelled

    @property
    def keeps(self) -> bool:
        """Whether the job was interrupted, and what is half done shall stay."""
        return self._cancelled and self._keeps

    @property
    def paused(self) -> bool:
        """Whether somebody asked the job to wait."""
        return self._pause is not None

    def check(self) -> None:
        """Raise `CancelledError` once somebody has asked."""
        if self._cancelled:
            raise CancelledError("stopped", "run it again to finish")

    def hold(self, check: Callable[[], None] | None = None) -> None:
        """Wait while the job is paused; then, and meanwhile, ask `check`, which may raise."""
        ask = check or self.check
        while (pause := self._pause) is not None:
            pause.wait(_LOOK_S)
            ask()
        ask()
