"""One SQLite file: private, made and rebuilt as needed, read and written from any thread."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from s3audio_tui.catalog.rebuild import rebuild, usable
from s3audio_tui.errors import S3AudioError, UsageError
from s3audio_tui.private import private_file

_BUSY_S = 10.0
_IDLE = 4
"""Connections kept open."""

_READING = "PRAGMA cache_size=-1000"
"""In kB. A search passes through all pages once: what fits the processor's cache is fastest."""

_WRITING = "PRAGMA cache_size=-16000"
"""A page of the list may touch thousands; those that do not fit would be written twice."""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_OUTSIDE = {
    sqlite3.SQLITE_BUSY: "wait for the other program that uses it",
    sqlite3.SQLITE_FULL: "make room on its disk",
    sqlite3.SQLITE_IOERR: "see that its disk is well",
    sqlite3.SQLITE_READONLY: "see that you may write it",
    sqlite3.SQLITE_CANTOPEN: "see that you may write its folder",
    sqlite3.SQLITE_PERM: "see that you may write it",
}
"""What can go wrong without a mistake of ours, and what to do."""


class Database:
    """The file of one catalog. Two programs may have it open at once.

    A file that is not a catalog, is damaged, or has another schema is rebuilt, empty but for the
    journal. Raises `S3AudioError` where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        self._file = 0
        """Which file the connections have open: a rebuild makes another one."""
        with self._explained():
            self._prepare()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the catalog throughout the block."""
        with self._explained(), self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for one transaction: committed at the end, undone by an exception."""
        with self._explained(), self._writing, self._connection() as connection:
            connection.execute(_WRITING)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            connection.execute(_READING)

    def close(self) -> None:
        """Close all connections; those in use are closed when they are given back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
            file = self._file
        if connection is None:
            connection = self._connect()
        try:
            yield connection
        finally:
            with self._lock:
                kept = (
                    not self._closed
                    and file == self._file
                    and len(self._idle) < _IDLE
                    and not connection.in_transaction
                )
                if kept:
                    self._idle.append(connection)
            if not kept:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(_READING)
        return connection

    def _prepare(self, damaged: int | None = None) -> None:
        """Make or rebuild the file where needed, while no other program does.

        `damaged` is the file that cannot be used; if another one is in its place, that is left.
        """
        try:
            private_file(self._path)
            lock = os.open(private_file(self._path.with_suffix(".lock")), os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if self._path.stat().st_ino == damaged or not usable(self._path):
                    rebuild(self._path)
                self._file = self._path.stat().st_ino
            finally:
                os.close(lock)
        except OSError as error:
            raise S3AudioError(
                f"{self._path} cannot be used ({error.strerror})",
                "see that you may write its folder",
            ) from None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError:
            raise UsageError("the name is not Unicode", "rename the file first") from None
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _DAMAGED:
                self._begin_anew()
                raise S3AudioError(
                    "what this machine remembered of the library was damaged, and is rebuilt",
                    "do it again",
                ) from error
            if code in _OUTSIDE:
                raise S3AudioError(
                    f"{self._path} cannot be used ({error})", _OUTSIDE[code]
                ) from error
            raise

    def _begin_anew(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
            damaged = self._file
        for connection in idle:
            connection.close()
        self._prepare(damaged)
