"""All rows of a list compared with its condition, once, on several processors.

SQLite needs 0.1 µs a row, and lets other Python threads run meanwhile: two halves of a million
rows take half the time. They are halves by size, because a bound of an integer costs a tenth of
what a bound of a key does.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from sqlite3 import Connection

from s3audio_tui.catalog.database import Database
from s3audio_tui.catalog.query import Condition

KEPT = 5000
"""Keys that are kept of a search. Where there are more, one in 200 or so matches at a million
rows, and an index that is walked soon has a window full."""

_ALONE = 20_000
"""Rows for which a second thread does not pay."""

_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Matches:
    """The rows that meet a condition. `keys`, in key order, is None where they are too many."""

    count: int
    bytes: int
    keys: list[str] | None


@dataclass(frozen=True, slots=True)
class Part:
    """Some of all rows: those that meet `where`, found in the order of `columns`."""

    where: Condition
    index: str
    columns: str


ALL = (Part(Condition("true", ()), "", "key"),)


def parts(connection: Connection, rows: int) -> tuple[Part, ...]:
    """Return parts of about the same number of rows, one a worker, for a catalog of `rows`."""
    workers = min(os.cpu_count() or 1, _WORKERS)
    if workers == 1 or rows <= _ALONE:
        return ALL
    sizes = {0, 1 << 62}
    for i in range(1, workers):
        sql = "SELECT size FROM objects INDEXED BY by_size ORDER BY size LIMIT 1 OFFSET ?"
        sizes.update(connection.execute(sql, (rows * i // workers,)).fetchone() or ())
    return tuple(
        Part(Condition("size >= ? AND size < ?", bounds), "INDEXED BY by_size", "size, key")
        for bounds in pairwise(sorted(sizes))
    )


def matches(database: Database, where: Condition, among: tuple[Part, ...]) -> Matches:
    """Return the rows of all parts that meet `where`."""
    if len(among) == 1:
        return _search(database, where, among[0])
    with ThreadPoolExecutor(len(among), "s3audio-search") as pool:
        found = list(pool.map(lambda part: _search(database, where, part), among))
    count = sum(part.count for part in found)
    size = sum(part.bytes for part in found)
    if count > KEPT:
        return Matches(count, size, None)
    return Matches(count, size, sorted(key for part in found for key in part.keys or ()))


def _search(database: Database, where: Condition, part: Part) -> Matches:
    """Collect the first matches; when they are too many, only count the others behind them.

    The first are fetched as one text: each step between SQLite and Python would wait for the
    other threads.
    """
    here = where.also(part.where.sql, *part.where.values)
    rows = f"FROM objects {part.index} WHERE"
    with database.read() as connection:
        first = f"SELECT key, size {rows} {here.sql} ORDER BY {part.columns} LIMIT {KEPT + 1}"
        sql = "SELECT count(*), total(size), max(size), CAST(group_concat(key, x'FF') AS BLOB)"
        found = connection.execute(f"{sql} FROM ({first})", here.values).fetchone()
        count, size, largest, joined = found
        keys = [key.decode() for key in joined.split(b"\xff")] if count else []
        if count <= KEPT:
            return Matches(count, int(size), sorted(keys))
        at = (largest, keys[-1]) if part.columns == "size, key" else (keys[-1],)
        marks = ", ".join("?" * len(at))
        behind = here.also(f"({part.columns}) > ({marks})", *at)
        sql = f"SELECT count(*), total(size) {rows} {behind.sql}"
        more, more_bytes = connection.execute(sql, behind.values).fetchone()
        return Matches(count + more, int(size + more_bytes), None)
