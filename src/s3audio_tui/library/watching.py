"""The queue as it stands: figures, and the transfers in the order of a panel."""

import itertools
from collections.abc import Iterator

from s3audio_tui.library.running import Runner
from s3audio_tui.library.transfer import (
    ENDED,
    STATES,
    Totals,
    Transfer,
    TransferState,
    seconds_for,
)


class Watched(Runner):
    """What both faces look at. Safe in any thread; nothing here waits."""

    _limit_bytes_s: int | None = None

    def snapshot(self) -> list[TransferState]:
        """Return every transfer as it stands now, oldest first."""
        with self._changed:
            return [each.stands() for each in sorted(self._all(), key=lambda each: each.id)]

    def window(self, first: int, lines: int) -> list[TransferState]:
        """Return some transfers in the order of a panel: what runs on top, what ended below."""
        with self._changed:
            return [each.stands() for each in itertools.islice(self._all(), first, first + lines)]

    def take_ended(self) -> list[TransferState]:
        """Return those that have ended since this was asked last, as they stand now."""
        with self._changed:
            ended = [each.stands() for each in self._just_ended if each.state in ENDED]
            self._just_ended.clear()
            return ended

    def place_of(self, transfer_id: int) -> int | None:
        """Return where a transfer is in that order, from 0 on; None where it is no more."""
        with self._changed:
            found = (at for at, each in enumerate(self._all()) if each.id == transfer_id)
            return next(found, None)

    def totals(self) -> Totals:
        """Return all transfers together."""
        with self._changed:
            running, waiting = self._by["running"].values(), self._by["waiting"].values()
            active = [*running, *waiting]
            known = active and all(each.has_end for each in active)
            total = sum(each.bytes_total for each in active)
            done = sum(min(each.most_done, each.bytes_total) for each in active)
            rate = self._meter.rate() if running else 0.0
            counts = {state: len(self._by[state]) for state in STATES}
            for each in self._quiet.values():
                counts[each.state] -= 1
            return Totals(
                counts,
                self._done_bytes + done,
                self._done_bytes + total,
                rate,
                seconds_for(total - done, rate) if known else None,
                self._limit_bytes_s,
            )

    def _all(self) -> Iterator[Transfer]:
        """Yield all that are not quiet, in the order of a panel."""
        if not self._quiet:
            yield from self._in_order()
            return
        yield from (each for each in self._in_order() if not each.quiet)

    def _in_order(self) -> Iterator[Transfer]:
        """Yield large ones on top, and of what ended the latest."""
        for state in STATES:
            if state == "running":
                running = self._by[state].values()
                yield from sorted(running, key=lambda each: each.place if each.is_small else -1)
            elif state == "waiting":
                yield from self._line
            elif state in ENDED:
                yield from reversed(self._by[state].values())
            else:
                yield from self._by[state].values()
