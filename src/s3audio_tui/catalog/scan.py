"""All rows of a list compared with its condition, once, on several processors.

SQLite needs 0.1 µs a row, and lets other Python threads run meanwhile: two halves of a million
rows take half the time. They are halves by size, because a bound of an integer costs a tenth of
what a bound of a key does.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from sqlite3 import Connection

from s3audio_tui.catalog.database import Database
from s3audio_tui.catalog.filtering import Condition, Filter

_WORKERS = 4
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is a lot, in rows."""

    kept: int = 2000
    """Keys that are kept of a search. Where there are more, one in 500 or so matches at a million
    rows, and an index that is walked soon has a window full."""
    alone: int = 20_000
    """A catalog up to which a second thread does not pay."""


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Matches:
    """The rows that meet a condition. `keys`, in key order, is None where they are too many."""

    count: int
    bytes: int
    keys: list[str] | None


@dataclass(frozen=True, slots=True)
class Part:
    """The rows with a size from `start` up to `end`, less that, or to the largest; else all rows.

    Without `start` they are found by key.
    """

    start: int | None = None
    end: int | None = None

    @property
    def order(self) -> str:
        """The columns by which the rows are found."""
        return "key" if self.start is None else "size, key"

    def rows(self, wanted: Filter, last: tuple[int, str] | None = None) -> Condition:
        """Return the condition for the wanted rows, those behind the `last` one seen."""
        if self.start is None:
            return wanted.by_key(after=last[1] if last else None)
        start = last or (self.start, "")
        bounded = wanted.by_other().also("(size, key) > (?, ?)", *start)
        return bounded if self.end is None else bounded.also("size < ?", self.end)


ALL = (Part(),)


def parts(connection: Connection, rows: int, alone: int) -> tuple[Part, ...]:
    """Return parts of about the same number of rows, one a worker, where more than `alone`."""
    workers = min(os.cpu_count() or 1, _WORKERS)
    if workers == 1 or rows <= alone:
        return ALL
    sizes = {0}
    for i in range(1, workers):
        sql = "SELECT size FROM objects INDEXED BY by_size ORDER BY size LIMIT 1 OFFSET ?"
        sizes.update(connection.execute(sql, (rows * i // workers,)).fetchone() or ())
    starts = sorted(sizes)
    return tuple(map(Part, starts, [*starts[1:], None]))


def matches(database: Database, wanted: Filter, among: tuple[Part, ...], kept: int) -> Matches:
    """Return the rows of all parts that are wanted, with their keys if at most `kept` do."""
    if len(among) == 1:
        return _search(database, wanted, among[0], kept)
    with ThreadPoolExecutor(len(among), "s3audio-search") as pool:
        found = list(pool.map(lambda part: _search(database, wanted, part, kept), among))
    count = sum(part.count for part in found)
    size = sum(part.bytes for part in found)
    if count > kept:
        return Matches(count, size, None)
    return Matches(count, size, sorted(key for part in found for key in part.keys or ()))


def among(connection: Connection, wanted: Filter, keys: list[str]) -> Matches:
    """Return those of `keys`, which are few, that are wanted."""
    where = wanted.by_other()
    found: list[tuple[str, int]] = []
    for at in range(0, len(keys), _CHUNK):
        chunk = keys[at : at + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        sql = f"SELECT key, size FROM objects WHERE key IN ({marks}) AND {where.sql}"
        found += connection.execute(sql, (*chunk, *where.values))
    return Matches(len(found), sum(size for _, size in found), sorted(key for key, _ in found))


def _search(database: Database, wanted: Filter, part: Part, kept: int) -> Matches:
    """Collect the first matches; when they are too many, only count the others behind them.

    The first are fetched as one text: each step between SQLite and Python would wait for the
    other threads.
    """
    index = "" if part.start is None else "INDEXED BY by_size"
    rows = f"FROM objects {index} WHERE"
    size = "coalesce(sum(size), 0)"
    with database.read() as connection:
        here = part.rows(wanted)
        first = f"SELECT key, size {rows} {here.sql} ORDER BY {part.order} LIMIT {kept + 1}"
        sql = f"SELECT count(*), {size}, max(size), CAST(group_concat(key, x'FF') AS BLOB)"
        found = connection.execute(f"{sql} FROM ({first})", here.values).fetchone()
        count, bytes_, largest, joined = found
        if count <= kept:
            keys = [key.decode() for key in joined.split(b"\xff")] if count else []
            return Matches(count, bytes_, sorted(keys))
        behind = part.rows(wanted, (largest, joined.rpartition(b"\xff")[2].decode()))
        sql = f"SELECT count(*), {size} {rows} {behind.sql}"
        more, more_bytes = connection.execute(sql, behind.values).fetchone()
        return Matches(count + more, bytes_ + more_bytes, None)
