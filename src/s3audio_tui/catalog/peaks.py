"""Peaks that were made or fetched once, by key and ETag. What they hold is the caller's matter."""

import random
import time
from collections.abc import Callable, Iterable

from s3audio_tui.catalog.database import Database

_MOST_BYTES = 256 * 1024**2
"""What is longest unused goes when they take more."""

_LOOKS = 0.02
"""How often a write looks whether they take more: it counts them all."""

_MAKE_ROOM = (
    "DELETE FROM peaks WHERE key IN (SELECT key FROM (SELECT key, sum(size) OVER"
    " (ORDER BY at DESC, key DESC) AS upto FROM peaks) WHERE upto > ?) AND key != ?"
)


class PeakTable:
    """The peaks of one library on this machine. Disposable: a rebuild of the catalog drops them."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self._database = database
        self._clock = clock
        self._most_bytes = most_bytes

    def get(self, key: str, etag: str) -> bytes | None:
        """Return what is kept of this version of `key`, None where nothing is."""
        with self._database.read() as connection:
            sql = "SELECT data FROM peaks WHERE key = ? AND etag = ?"
            found = connection.execute(sql, (key, etag)).fetchone()
        return None if found is None else bytes(found[0])

    def has(self, key: str, etag: str) -> bool:
        """Whether something is kept of this version of `key`."""
        with self._database.read() as connection:
            sql = "SELECT 1 FROM peaks WHERE key = ? AND etag = ?"
            return connection.execute(sql, (key, etag)).fetchone() is not None

    def put(self, key: str, etag: str, data: bytes) -> None:
        """Keep it in place of what there is of any version of `key`."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM peaks WHERE key = ?", (key,))
            sql = "INSERT INTO peaks (key, etag, at, size, data) VALUES (?, ?, ?, ?, ?)"
            connection.execute(sql, (key, etag, self._clock(), len(data), data))
            if random.random() < _LOOKS or len(data) > _LOOKS * self._most_bytes:
                connection.execute(_MAKE_ROOM, (self._most_bytes, key))

    def follow(self, old: tuple[str, str], new: tuple[str, str], *, move: bool) -> None:
        """Give what is kept of `old` (key, ETag) to `new`, and with `move` to it alone."""
        if not self.has(*old):
            return
        with self._database.write() as connection:
            sql = (
                "INSERT OR REPLACE INTO peaks (key, etag, at, size, data)"
                " SELECT ?, ?, at, size, data FROM peaks WHERE key = ? AND etag = ?"
            )
            connection.execute(sql, (*new, *old))
            if move and old[0] != new[0]:
                connection.execute("DELETE FROM peaks WHERE key = ?", (old[0],))

    def drop(self, keys: Iterable[str]) -> None:
        """Forget what is kept of them."""
        with self._database.write() as connection:
            for key in keys:
                connection.execute("DELETE FROM peaks WHERE key = ?", (key,))
                connection.execute("DELETE FROM glances WHERE key = ?", (key,))
