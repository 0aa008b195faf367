"""One page of the store's list brought into the catalog, in the transaction of its caller."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from s3audio_tui.catalog.folders import FolderTotals
from s3audio_tui.catalog.folding import stored_fold
from s3audio_tui.catalog.rows import Changes, Listed, end_of, format_of

HIDDEN = ".s3audio/"
"""What s3audio keeps beside the audio. It never gets into the catalog."""

_SAME_S = 1.0
"""A HEAD tells the second, a list the millisecond: less than this is no other version."""

_Known = tuple[int, float, str, str]
"""Size, modified, ETag, storage class of a row."""


@dataclass(slots=True)
class _Difference:
    added: list[Listed] = field(default_factory=list)
    rewritten: list[tuple[Listed, int]] = field(default_factory=list)
    """With the bytes they had before."""
    touched: list[Listed] = field(default_factory=list)
    """The same bytes with another date or storage class."""
    removed: list[tuple[str, int]] = field(default_factory=list)


def merge_page(
    connection: sqlite3.Connection,
    prefix: str,
    after: str,
    entries: Sequence[Listed],
    *,
    last: bool,
    asked_at: float,
    through: str | None = None,
) -> Changes:
    """Make the rows of `prefix` behind `after`, up to `through`, what `entries` are.

    Without `through` they reach to the page's last key, those of a `last` page to the end of the
    prefix. What this program wrote or removed at or after `asked_at` stays, for the list may be
    older.
    """
    end = end_of(prefix) if last else None
    if through is None:
        through = entries[-1].key if entries else ""
    if end is None and not through:
        return Changes(0, 0, 0)
    bounds = _Bounds(prefix, after, end, through)
    kept = [entry for entry in entries if belongs(entry.key)]
    files = [entry for entry in kept if not is_marker(entry)]
    protected = _protected(connection, bounds, asked_at)
    difference = _compare(bounds.known(connection), files, protected)
    totals = FolderTotals(connection)
    _write(connection, totals, difference)
    markers = [entry.key for entry in kept if is_marker(entry)]
    marked = _merge_markers(connection, totals, bounds, markers, protected)
    totals.apply()
    changed = len(difference.rewritten) + len(difference.touched)
    found = Changes(len(difference.added), changed, len(difference.removed))
    if marked or found != Changes(0, 0, 0):
        connection.execute("UPDATE changes SET names = names + 1")
    return found


def is_marker(entry: Listed) -> bool:
    """Whether an object stands for a folder, as some consoles make one."""
    return entry.key.endswith("/") and entry.size_bytes == 0


def belongs(key: str) -> bool:
    """Whether a key is kept here: the program's own, at any depth, are not."""
    return bool(key) and f"/{HIDDEN}" not in f"/{key}"


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The keys that a page tells of: behind `after`, up to `end` or, without one, `through`."""

    prefix: str
    after: str
    end: str | None
    through: str

    def where(self, column: str) -> tuple[str, tuple[str, str]]:
        """Return the condition. SQLite would walk from the lesser of two lower bounds."""
        lower = (">", self.after) if self.after >= self.prefix else (">=", self.prefix)
        upper = ("<=", self.through) if self.end is None else ("<", self.end)
        return f"{column} {lower[0]} ? AND {column} {upper[0]} ?", (lower[1], upper[1])

    def known(self, connection: sqlite3.Connection) -> dict[str, _Known]:
        condition, values = self.where("key")
        sql = f"SELECT key, size, modified, etag, storage_class FROM objects WHERE {condition}"
        return {key: tuple(rest) for key, *rest in connection.execute(sql, values)}


def _protected(connection: sqlite3.Connection, bounds: _Bounds, asked_at: float) -> set[str]:
    """Return the keys that this program wrote or removed since the list was asked for."""
    keys: set[str] = set()
    for table, column, at in (
        ("objects", "key", "touched_at"),
        ("markers", "path", "touched_at"),
        ("removals", "key", "at"),
    ):
        condition, values = bounds.where(column)
        sql = f"SELECT {column} FROM {table} WHERE {condition} AND {at} >= ?"
        keys.update(key for (key,) in connection.execute(sql, (*values, asked_at)))
    return keys


def _compare(known: dict[str, _Known], files: Iterable[Listed], protected: set[str]) -> _Difference:
    found = _Difference()
    for entry in files:
        before = known.pop(entry.key, None)
        if entry.key in protected:
            continue
        if before is None:
            found.added.append(entry)
        elif (before[0], before[2]) != (entry.size_bytes, entry.etag):
            found.rewritten.append((entry, before[0]))
        elif before[3] != entry.storage_class or abs(before[1] - entry.modified) >= _SAME_S:
            found.touched.append(entry)
    found.removed = [(key, row[0]) for key, row in known.items() if key not in protected]
    return found


def _write(connection: sqlite3.Connection, totals: FolderTotals, difference: _Difference) -> None:
    for key, size in difference.removed:
        totals.take(key, size)
    connection.executemany(
        "DELETE FROM objects WHERE key = ?", [(key,) for key, _ in difference.removed]
    )
    for entry, before in difference.rewritten:
        totals.resize(entry.key, entry.size_bytes - before)
    insert(connection, totals, difference.added)
    connection.executemany(
        "UPDATE objects SET size = ?, modified = ?, etag = ?, storage_class = ?, format = ?,"
        " duration = NULL, rate = NULL, channels = NULL, codec = NULL, bits = NULL, header = 0,"
        " touched_at = NULL WHERE key = ?",
        [
            (e.size_bytes, e.modified, e.etag, e.storage_class, format_of(e.key), e.key)
            for e, _ in difference.rewritten
        ],
    )
    connection.executemany(
        "UPDATE objects SET modified = ?, storage_class = ? WHERE key = ?",
        [(entry.modified, entry.storage_class, entry.key) for entry in difference.touched],
    )


def insert(
    connection: sqlite3.Connection,
    totals: FolderTotals,
    entries: Iterable[Listed],
    touched_at: float | None = None,
) -> None:
    """Add rows that are not there yet, and count them."""
    rows = []
    for entry in entries:
        key = entry.key
        folded = stored_fold(key)
        name_at = (key if folded is None else folded).rfind("/") + 2
        totals.add(key, entry.size_bytes)
        rows.append(
            (
                *(key, folded, name_at, totals.id_for(key)),
                *(entry.size_bytes, entry.modified, format_of(key)),
                *(entry.etag, entry.storage_class, touched_at),
            )
        )
    connection.executemany(
        "INSERT INTO objects"
        " (key, folded, name_at, folder, size, modified, format, etag, storage_class, touched_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _merge_markers(
    connection: sqlite3.Connection,
    totals: FolderTotals,
    bounds: _Bounds,
    listed: list[str],
    protected: set[str],
) -> bool:
    condition, values = bounds.where("path")
    sql = f"SELECT path FROM markers WHERE {condition}"
    before = {path for (path,) in connection.execute(sql, values)}
    gone = before - set(listed) - protected
    new = set(listed) - before - protected
    for path in gone:
        totals.mark(path, -1)
    for path in new:
        totals.mark(path, 1)
    connection.executemany("DELETE FROM markers WHERE path = ?", [(path,) for path in gone])
    connection.executemany("INSERT INTO markers (path) VALUES (?)", [(path,) for path in new])
    return bool(gone or new)
