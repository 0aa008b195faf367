"""What many transfers leave behind, written together: at most one write each quarter of a second.

A commit for each of a thousand small files costs more than the files do. If the program is killed
before a write, the next list brings the rows, and the next run finds what has arrived.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from s3audio_tui.catalog import local
from s3audio_tui.catalog.database import Database
from s3audio_tui.catalog.folding import storable
from s3audio_tui.catalog.rows import Listed, Sound
from s3audio_tui.catalog.unfinished import What
from s3audio_tui.errors import S3AudioError

APART_S = 0.25


@dataclass
class _Pending:
    puts: dict[str, tuple[Listed, Sound | None]] = field(default_factory=dict)
    """By key; the later one counts."""
    changes: dict[int, What] = field(default_factory=dict)
    drops: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.puts or self.changes or self.drops)

    def before(self, later: "_Pending") -> "_Pending":
        """Return both, where the later ones count."""
        drops = self.drops | later.drops
        return _Pending(self.puts | later.puts, self.changes | later.changes, drops)


class Batched:
    """Rows and notes on their way into one catalog. Safe in any thread.

    The first is written at once, what follows soon after it together. Whoever reads what depends
    on it calls `flush` before.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._now = now
        self._clock = clock
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._pending = _Pending()
        self._wrote_at = float("-inf")
        self._timer: threading.Timer | None = None

    def put(self, entry: Listed, sound: Sound | None = None) -> None:
        """Note an object that was just written, as `Catalog.put` does."""
        if storable(entry.key):
            with self._lock:
                self._pending.puts.pop(entry.key, None)
                self._pending.puts[entry.key] = (entry, sound)
            self._noted()

    def change(self, note: int, what: What) -> None:
        """Say anew what is written down of an unfinished transfer."""
        with self._lock:
            self._pending.changes[note] = what
        self._noted()

    def drop(self, note: int) -> None:
        """Strike out an unfinished transfer."""
        with self._lock:
            self._pending.drops.add(note)
        self._noted()

    def flush(self) -> None:
        """Write what is pending; return when it is on disk.

        What cannot be written stays pending for the next time; nothing is raised, because what
        was transferred is there all the same.
        """
        if not self._pending:
            with self._writing:  # another thread may be at it
                return
        with self._writing:
            with self._lock:
                taken, self._pending = self._pending, _Pending()
                self._wrote_at = self._clock()
            if taken:
                self._write_or_keep(taken)

    def close(self) -> None:
        """Write what is pending, the last time."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        self.flush()

    def _noted(self) -> None:
        with self._lock:
            if self._timer is not None:
                return
            wait_s = self._wrote_at + APART_S - self._clock()
            if wait_s > 0:
                self._timer = threading.Timer(wait_s, self._due)
                self._timer.daemon = True
                self._timer.start()
                return
            self._wrote_at = self._clock()
        self.flush()

    def _due(self) -> None:
        with self._lock:
            self._timer = None
        self.flush()

    def _write_or_keep(self, taken: _Pending) -> None:
        try:
            with self._database.write() as connection:
                self._write(connection, taken)
        except S3AudioError:
            with self._lock:
                self._pending = taken.before(self._pending)

    def _write(self, connection: sqlite3.Connection, taken: _Pending) -> None:
        now = self._now()
        for entry, sound in taken.puts.values():
            local.put(connection, entry, sound, now)
        changed = [(json.dumps(what), note) for note, what in taken.changes.items()]
        connection.executemany("UPDATE unfinished SET what = ? WHERE id = ?", changed)
        dropped = [(note,) for note in taken.drops]
        connection.executemany("DELETE FROM unfinished WHERE id = ?", dropped)
