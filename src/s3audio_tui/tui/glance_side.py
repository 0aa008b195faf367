"""The small waveforms of the rows in sight, found behind the screen, a few at a time.

What has left the screen before its turn is not looked for.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from s3audio_tui import courtesy
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.wanted import Wanted

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library

Version = tuple[str, str]
Told = Callable[[set[Version]], None]
"""Is told of which versions more is known now."""
OnLoop = Callable[[Callable[[], None]], object]

_MOST_KNOWN = 4096


class GlanceSide:
    """Knows some glances, and looks for more. All methods are called on the loop."""

    def __init__(
        self, library: "Library", rows: DaemonPool, pool: DaemonPool, on_loop: OnLoop, told: Told
    ) -> None:
        """Take threads for the catalog, others for what takes long, a way back, and a listener."""
        self._library, self._rows = library, rows
        self._on_loop, self._told = on_loop, told
        self._known: dict[Version, bytes] = {}
        self._tried: set[tuple[Version, bool]] = set()
        """What nothing was found of; whether the store was asked too."""
        self._ask = False
        """Whether the store may be asked now."""
        self._turn = 0
        self._wanted = Wanted(pool, self._one)

    def of(self, row: Row) -> bytes:
        """Return what is known of a row, maybe nothing."""
        return self._known.get((row.key, row.etag), b"")

    def look_again(self, row: Row | None = None) -> None:
        """Try again what was not found, of one row or of all: there may be more by now."""
        if row is None:
            self._tried.clear()
        else:
            self._tried -= {((row.key, row.etag), ask) for ask in (True, False)}

    def want(self, rows: Iterable[Row], *, ask: bool) -> None:
        """Look for the glances of these rows, and of no others; with `ask` also in the store."""
        lacking = [row for row in rows if row.format and not self._ended(row, ask=ask)]
        self._wanted.want([])
        self._ask = ask
        self._turn += 1
        if lacking:
            self._rows.submit(partial(self._read, lacking, self._turn))

    def close(self) -> None:
        """Look for nothing any more."""
        self.want([], ask=False)

    def _ended(self, row: Row, *, ask: bool) -> bool:
        version = (row.key, row.etag)
        return version in self._known or (version, ask) in self._tried

    def _read(self, rows: list[Row], turn: int) -> None:
        from s3audio_tui.library.glances import kept

        try:
            found = kept(self._library, rows)
        except S3AudioError:
            return
        self._on_loop(partial(self._look, rows, found, turn))

    def _look(self, rows: list[Row], found: dict[Version, bytes], turn: int) -> None:
        """Take what is kept, and look for the rest, unless others are in sight by now."""
        self._take(found)
        if turn == self._turn:
            self._wanted.want([row for row in rows if (row.key, row.etag) not in found])

    def _one(self, row: Row) -> None:
        from s3audio_tui.library.glances import found

        courtesy.after_you()
        ask = self._ask  # it may be another one than when the row was wanted
        try:
            data = found(self._library, row, ask=ask)
        except S3AudioError:
            self._wanted.want([])
            return
        if data:
            self._on_loop(partial(self._take, {(row.key, row.etag): data}))
        else:
            self._on_loop(partial(self._miss, (row.key, row.etag), ask))

    def _miss(self, version: Version, ask: bool) -> None:
        self._tried.add((version, ask))

    def _take(self, found: dict[Version, bytes]) -> None:
        if not found:
            return
        self._known.update(found)
        while len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._told(set(found))
