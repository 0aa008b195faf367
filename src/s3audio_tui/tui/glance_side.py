"""The small waveforms of the rows in sight, found behind the screen, a few at a time.

What has left the screen before its turn is not looked for.
"""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from s3audio_tui import courtesy
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.tui.pools import DaemonPool

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library

Version = tuple[str, str]
Told = Callable[[set[Version]], None]
"""Is told of which versions more is known now."""
OnLoop = Callable[[Callable[[], None]], object]

_AT_ONCE = 2
_MOST_KNOWN = 4096


class GlanceSide:
    """Knows some glances, and looks for more. All methods are called on the loop."""

    def __init__(
        self, library: "Library", rows: DaemonPool, pool: DaemonPool, on_loop: OnLoop, told: Told
    ) -> None:
        """Take threads for the catalog, others for what takes long, a way back, and a listener."""
        self._library, self._rows, self._pool = library, rows, pool
        self._on_loop, self._told = on_loop, told
        self._known: dict[Version, bytes] = {}
        self._tried: set[tuple[Version, bool]] = set()
        """What nothing was found of; whether the store was asked too."""
        self._lock = threading.Lock()
        self._wanted: list[Row] = []
        self._turn = 0
        self._working = 0

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
        with self._lock:
            self._wanted = []
            self._turn += 1
            turn = self._turn
        if lacking:
            self._rows.submit(partial(self._read, lacking, ask, turn))

    def close(self) -> None:
        """Look for nothing any more."""
        self.want([], ask=False)

    def _ended(self, row: Row, *, ask: bool) -> bool:
        version = (row.key, row.etag)
        return version in self._known or (version, ask) in self._tried

    def _read(self, rows: list[Row], ask: bool, turn: int) -> None:
        from s3audio_tui.library.glances import kept

        try:
            found = kept(self._library, rows)
        except S3AudioError:
            return
        rest = [row for row in rows if (row.key, row.etag) not in found]
        self._on_loop(partial(self._take, found))
        with self._lock:
            if turn != self._turn:
                return  # others are in sight by now
            self._wanted = rest
            idle = min(_AT_ONCE - self._working, len(rest))
            self._working += idle
        for _ in range(idle):
            self._pool.submit(partial(self._work, ask))

    def _work(self, ask: bool) -> None:
        try:
            while (row := self._next()) is not None:
                courtesy.after_you()
                self._one(row, ask)
        except BaseException:
            with self._lock:
                self._working -= 1
            raise

    def _next(self) -> Row | None:
        """Return one, or sign off: at once, so that who wants more now starts another worker."""
        with self._lock:
            if self._wanted:
                return self._wanted.pop(0)
            self._working -= 1
            return None

    def _one(self, row: Row, ask: bool) -> None:
        from s3audio_tui.library.glances import found

        try:
            data = found(self._library, row, ask=ask)
        except S3AudioError:
            with self._lock:
                self._wanted = []
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
