"""What goes on behind the screen: S3 asked for its list, a job followed."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING

from s3audio_tui.cancel import CancelToken
from s3audio_tui.library.events import ItemEvent, Started
from s3audio_tui.tui.desk import Outcome

if TYPE_CHECKING:
    from s3audio_tui.library.browse import Refresh
    from s3audio_tui.library.opening import Library

_TELL_S = 0.1
"""Ten times a second is often enough for the eye."""


def read_store(library: "Library", tell: "Callable[[Refresh], None]", cancel: CancelToken) -> None:
    """Bring the catalog up to date; `tell` is called for a page at most ten times a second.

    Blocks. Raises as `browse.refresh` does.
    """
    from s3audio_tui.library.browse import refresh  # on this thread, behind the first frame

    told = -_TELL_S
    for page in refresh(library, cancel=cancel):
        if page.done or monotonic() - told >= _TELL_S:
            told = monotonic()
            tell(page)


def follow(
    start: Callable[[], Iterator[ItemEvent]], tell: Callable[[int], None], cancel: CancelToken
) -> Outcome:
    """Run a job to its end or until it is cancelled; `tell` gets the number of ended items.

    Blocks. What was under way when it was cancelled is in the outcome too.
    """
    outcome, told = Outcome(), monotonic()
    for event in start():
        outcome.add(event)
        if monotonic() - told >= _TELL_S and not isinstance(event, Started):
            told = monotonic()
            tell(len(outcome.done) + len(outcome.skipped) + len(outcome.failed))
    outcome.stopped = cancel.cancelled
    return outcome
