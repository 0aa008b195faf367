"""A take that has ended, put together as one file behind the screen, and what is said of it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from s3audio_tui.errors import CancelledError, S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.rec_rest import OnLoop
from s3audio_tui.tui.widgets.status_line import Said

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.takes import Take
    from s3audio_tui.library.transfer import Transfer
    from s3audio_tui.library.transfers import TransferQueue


class Whole:
    """One at a time. All methods are called on the loop."""

    def __init__(
        self,
        queue: "TransferQueue",
        on_loop: OnLoop,
        say: Callable[[Said], None],
        tell: Callable[[], None],
    ) -> None:
        """Take what does the work, a way to the loop, and who hears that something is new."""
        self._queue, self._on_loop, self._say, self._tell = queue, on_loop, say, tell
        self._take: Take | None = None
        self._transfer: int | None = None
        self._trouble: S3AudioError | None = None

    @property
    def at_work(self) -> bool:
        """Whether one is under way."""
        return self._transfer is not None

    def can_turn(self, library: "Library", take: "Take") -> bool:
        """Return whether it can be begun with a take, or stopped."""
        from s3audio_tui.library.recording_plan import home_of

        if self.at_work:
            return self.is_of(take)
        is_there = take.finished and take.frames > 0 and not take.joined
        return is_there and take.home == home_of(library)

    def turn(self, library: "Library", take: "Take") -> None:
        """Begin, or stop what is under way."""
        from s3audio_tui.library.whole_queue import queue_whole

        if self._transfer is not None:
            self._queue.cancel(self._transfer)
        elif self.can_turn(library, take):
            self._take, self._trouble = take, None
            ended = partial(self._ended, take)
            self._transfer = queue_whole(library, self._queue, take, on_end=ended)
        self._tell()

    def _ended(self, take: "Take", transfer: "Transfer") -> None:
        """Hand it to the loop; called in a thread of the queue."""
        error, key = transfer.error, transfer.key
        self._on_loop(partial(self._show, take, error if transfer.state != "done" else None, key))

    def _show(self, take: "Take", error: S3AudioError | None, key: str) -> None:
        self._transfer, self._trouble = None, error
        if take.joined:
            self._say(Said(f"{take.name} is one file: {key}", "", "good"))
        elif error is not None and not isinstance(error, CancelledError):
            self._say(Said(f"{take.name}: {error.message}", error.remedy, "wrong"))
        self._tell()

    def words(self, take: "Take") -> Content | None:
        """Return how it goes with a take; None where nobody has asked for it."""
        if take.joined:
            return Content.assemble(("✓ ", "$accent"), f"one file: {safe(take.joined)}")
        if not self.is_of(take):
            return None
        if self._transfer is not None:
            return Content.assemble(("↑ ", "$accent"), f"put together as one file: {self._done}")
        error = self._trouble
        if error is None or isinstance(error, CancelledError):
            return Content.styled("stopped: there is no file of the whole; all chunks are in S3")
        remedy = f"  {safe(error.remedy)}" if error.remedy else ""
        return Content.assemble((f"✗ {safe(error.message)}", "$error"), (remedy, "$dim"))

    def is_of(self, take: "Take") -> bool:
        """Return whether it was the last that was begun."""
        return self._take is not None and self._take.id == take.id

    @property
    def _done(self) -> str:
        """How far it is; it is made, and then read back."""
        place = self._queue.place_of(self._transfer) if self._transfer is not None else None
        for state in self._queue.window(place, 1) if place is not None else ():
            if state.stopping:
                return "is being stopped"
            return f"{100 * state.bytes_done / (state.bytes_total or 1):.0f} %"
        return ""
