"""What is on its way to or from S3, so that it is not forgotten when the program ends."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from s3audio_tui.catalog.database import Database

What = dict[str, object]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One transfer that has not ended. `at` is when it was asked for, `program` who runs it."""

    id: int
    at: float
    program: str
    what: What


class UnfinishedTable:
    """The transfers of this machine on one library. They survive a rebuild of the catalog."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def add(self, program: str, whats: Sequence[What]) -> list[int]:
        """Write down several transfers at once; return their ids."""
        at, made = self._clock(), []
        with self._database.write() as connection:
            for what in whats:
                sql = "INSERT INTO unfinished (at, program, what) VALUES (?, ?, ?)"
                row = connection.execute(sql, (at, program, json.dumps(what)))
                made.append(row.lastrowid or 0)
        return made

    def change(self, note: int, what: What) -> None:
        """Say anew what a transfer is; it is on disk when this returns."""
        with self._database.write() as connection:
            sql = "UPDATE unfinished SET what = ? WHERE id = ?"
            connection.execute(sql, (json.dumps(what), note))

    def take(self, notes: Sequence[tuple[int, str]], program: str) -> set[int]:
        """Note that `program` runs them from now on; return those that no other one took before.

        Each is named by its id and the program that had it.
        """
        sql = "UPDATE unfinished SET program = ? WHERE id = ? AND program = ?"
        with self._database.write() as connection:
            return {
                note
                for note, before in notes
                if connection.execute(sql, (program, note, before)).rowcount == 1
            }

    def drop(self, notes: Sequence[int]) -> None:
        """Forget transfers."""
        with self._database.write() as connection:
            connection.executemany("DELETE FROM unfinished WHERE id = ?", [(n,) for n in notes])

    def all(self) -> list[Unfinished]:
        """Return all transfers, the oldest first, but for rows that are none."""
        with self._database.read() as connection:
            sql = "SELECT id, at, program, what FROM unfinished ORDER BY id"
            rows = connection.execute(sql).fetchall()
        found = []
        for note, at, program, text in rows:
            with suppress(ValueError, TypeError):
                found.append(Unfinished(note, float(at), program, json.loads(text)))
        return found
