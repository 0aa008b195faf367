"""How long the store may keep silent: not each step waits anew for one that has said nothing."""

from s3audio_tui.errors import S3AudioError
from s3audio_tui.store import exchange
from s3audio_tui.store.failures import SilentError
from s3audio_tui.store.lanes import QUESTION

_SILENT = 2
"""After so many requests without an answer it is known to be silent."""

_MOST = 6
_FORGOTTEN = 2
"""Each question that is hurried forgets so many, so that a store that wakes up slowly is waited for
again after five of them.
"""


class Silence:
    """Counts requests that were not answered since one was. Any thread may use it."""

    def __init__(self) -> None:
        self._unanswered = 0

    def patience_s(self, size_bytes: int) -> float:
        """Return how long a request of a transfer of this size waits without a byte."""
        if size_bytes != QUESTION:
            return exchange.STALL_S
        wanted_s = exchange.ANSWER_S
        if self._unanswered >= _SILENT:
            wanted_s, self._unanswered = exchange.HURRIED_S, self._unanswered - _FORGOTTEN
        return min(wanted_s, exchange.STALL_S)

    def note(self, error: S3AudioError | None) -> None:
        """Take in how a request ended: with None it was answered."""
        if error is None:
            self._unanswered = 0
        elif isinstance(error, SilentError):
            self._unanswered = min(self._unanswered + 1, _MOST)
