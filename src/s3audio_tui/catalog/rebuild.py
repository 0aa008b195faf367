"""Making the file of a catalog, and making it anew when it cannot be used. The journal is kept."""

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from s3audio_tui.catalog.schema import ADDED, APPLICATION_ID, LATER, TABLES, VERSION

_KEPT = {
    "actions": ("id", "at", "kind", "state", "pid", "program"),
    "action_items": ("id", "action", "item"),
    "unfinished": ("id", "at", "program", "what"),
    "copies": ("upload_id", "at", "program", "what"),
}
"""What a rebuild carries over: acts that can be undone, transfers and copies that are under way."""

_PAGE_BYTES = 8192
"""A search reads many pages: with SQLite's own 4096 it takes a tenth longer."""

_NO_CATALOG = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""A table is missing, the file is damaged, it is no database. Else it is only busy, say."""


def rebuild(path: Path) -> None:
    """Put a new catalog in the place of the file `path`, with the journal of the old one.

    The caller holds a lock, so that two programs do not do it at once.
    """
    kept = _salvaged(path)
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(fd)
    try:
        _make(Path(temporary), kept)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        Path(temporary).replace(path)
    finally:
        for ending in ("", "-wal", "-shm"):
            Path(temporary + ending).unlink(missing_ok=True)


def usable(path: Path) -> bool:
    """Whether the file is a catalog of this version, as far as its first pages tell."""
    if path.stat().st_size == 0:
        return False
    try:
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if (application, version) != (APPLICATION_ID, VERSION):
                return False
            connection.executescript(LATER)
            _add_columns(connection)
            for table in (
                "objects",
                "folders",
                "markers",
                "removals",
                "meta",
                "changes",
                "peaks",
                *_KEPT,
            ):
                connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in _NO_CATALOG:
            return False
        raise
    return True


def _add_columns(connection: sqlite3.Connection) -> None:
    """Give an older file the columns that came after it; each is there at once or not at all."""
    for table, name, kind in ADDED:
        names = _columns(connection, table)
        if names and name not in names:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}


def _make(path: Path, kept: dict[str, list[Any]]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "PRAGMA page_size=8192"
        )  # a search reads many; 4096 takes a tenth longer
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.executescript(f"BEGIN; {TABLES} {LATER}; COMMIT;")
        for table, rows in kept.items():
            names = _KEPT[table]
            marks = ", ".join("?" * len(names))
            sql = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})"
            connection.executemany(sql, rows)
        connection.execute(f"PRAGMA user_version={VERSION}")


def _salvaged(path: Path) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    try:
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
            for table, names in _KEPT.items():
                with suppress(sqlite3.OperationalError):  # an older file has not all of them
                    there = _columns(connection, table)
                    wanted = [name if name in there else "NULL" for name in names]
                    sql = f"SELECT {', '.join(wanted)} FROM {table}"
                    found[table] = connection.execute(sql).fetchall()
    except sqlite3.DatabaseError:
        return {}
    return found
