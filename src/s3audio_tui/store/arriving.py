"""What of a download is in its file already, for whoever reads it meanwhile."""

from bisect import bisect_right
from collections.abc import Sequence

from s3audio_tui.store.pieces import Piece


class Arriving:
    """One download as seen from outside. Safe in any thread; it costs the download nothing."""

    def __init__(self) -> None:
        self._pieces: Sequence[Piece] = ()
        self.spoiled = False
        """Whether something came wrong, so that what was read before may not be right."""

    def show(self, pieces: Sequence[Piece]) -> None:
        """Let the others see the pieces, as they fill."""
        self._pieces = pieces

    def until(self, start: int, end: int) -> int:
        """Return up to where the bytes from `start` to `end` are there without a gap."""
        pieces, at = self._pieces, start
        first = bisect_right(pieces, start, key=lambda piece: piece.start) - 1
        for number in range(max(first, 0), len(pieces)):
            at = max(at, pieces[number].at)
            if at >= end or not pieces[number].done:
                break
        return min(at, end)
