"""Copies in parts that are under way in the store, so that none is forgotten."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from s3audio_tui.catalog.database import Database

What = dict[str, object]


@dataclass(frozen=True, slots=True)
class Kept:
    """One copy under way. `program` carries it out; empty where nobody does."""

    upload_id: str
    program: str
    what: What


class CopyTable:
    """The copies in parts of this machine on one library. They survive a rebuild of the catalog."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def add(self, upload_id: str, program: str, what: What) -> None:
        """Write down a copy that was begun."""
        with self._database.write() as connection:
            sql = "INSERT OR REPLACE INTO copies (upload_id, at, program, what) VALUES (?, ?, ?, ?)"
            connection.execute(sql, (upload_id, self._clock(), program, json.dumps(what)))

    def take(self, upload_id: str, before: str, program: str) -> bool:
        """Note that `program` carries it out now; return False where another was faster."""
        with self._database.write() as connection:
            sql = "UPDATE copies SET program = ? WHERE upload_id = ? AND program = ?"
            return connection.execute(sql, (program, upload_id, before)).rowcount == 1

    def drop(self, upload_id: str) -> None:
        """Forget a copy."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM copies WHERE upload_id = ?", (upload_id,))

    def all(self) -> list[Kept]:
        """Return all copies, the oldest first, but for rows that are none."""
        with self._database.read() as connection:
            sql = "SELECT upload_id, program, what FROM copies ORDER BY at"
            rows = connection.execute(sql).fetchall()
        found = []
        for upload_id, program, text in rows:
            with suppress(ValueError):
                found.append(Kept(upload_id, program, json.loads(text)))
        return found
