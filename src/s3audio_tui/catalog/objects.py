"""The rows of a library: brought up to date from lists, changed after an act, read one by one."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from s3audio_tui.catalog import local, merge
from s3audio_tui.catalog.answers import Answers
from s3audio_tui.catalog.database import Database
from s3audio_tui.catalog.folding import storable
from s3audio_tui.catalog.rows import (
    Changes,
    Folder,
    Listed,
    Row,
    Sound,
    Totals,
    end_of,
    rows_of,
)
from s3audio_tui.catalog.scan import USUAL, Limits
from s3audio_tui.catalog.schema import INDEXES
from s3audio_tui.catalog.sorting import indexed

_WINDOW = 1000


class Catalog:
    """What this machine remembers of one library. Safe to use from several threads.

    Keys are relative to the library. Times in seconds since 1970, UTC. Every change is one short
    transaction. All raise `S3AudioError` when the file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        limits: Limits = USUAL,
    ) -> None:
        self.limits = limits
        self.database = Database(path)
        self.answers = Answers()
        self._clock = clock

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def apply_page(
        self,
        prefix: str,
        after: str,
        entries: Sequence[Listed],
        *,
        last: bool,
        asked_at: float,
        through: str | None = None,
        more: bool = False,
    ) -> Changes:
        """Bring one page of the store's list in: `entries` in key order, all behind `after`.

        Rows of `prefix` between `after` and `through`, or the page's last key, become what the page
        says; the last page reaches to the end of the prefix. Pages may come in any order; where
        others come after the last one, say `more`, and `make_indexes` in the end. Rows written or
        removed here at or after `asked_at`, when the list was begun, stay as they are.
        """
        with self.database.write() as connection:
            found = merge.merge_page(
                connection, prefix, after, entries, last=last, asked_at=asked_at, through=through
            )
        if last and not more:
            self.make_indexes()
        return found

    def make_indexes(self) -> None:
        """Make what sorted and filtered lists need, once a list is in; nothing if it is there."""
        with self.database.read() as connection:
            if indexed(connection):
                return
        for statement in INDEXES:
            with self.database.write() as connection:
                connection.execute(statement)

    def put(self, entry: Listed, sound: Sound | None = None) -> None:
        """Note an object that was just written. What is known of its sound stays with its ETag."""
        with self.database.write() as connection:
            local.put(connection, entry, sound, self._clock())

    def remove(self, keys: Sequence[str]) -> None:
        """Note that objects were just deleted."""
        with self.database.write() as connection:
            local.remove(connection, keys, self._clock())

    def rename(self, source: str, target: str, *, etag: str, modified: float) -> None:
        """Note that an object now has another key; what is known of its sound goes with it."""
        with self.database.write() as connection:
            now = self._clock()
            local.copy(connection, source, target, (etag, modified), now)
            local.remove(connection, [source], now)

    def copied(self, source: str, target: str, *, etag: str, modified: float) -> None:
        """Note that an object was copied, with all that is known of its sound."""
        with self.database.write() as connection:
            local.copy(connection, source, target, (etag, modified), self._clock())

    def set_sound(self, key: str, etag: str, sound: Sound) -> None:
        """Keep what a header says, if the row still has that `etag`."""
        with self.database.write() as connection:
            local.set_sound(connection, key, etag, sound)

    def set_length(self, key: str, etag: str, length_s: float) -> None:
        """Keep the length that counting gave, if the row still has that `etag`.

        Only where the header was read, and told none, led to a guess, or was wrong.
        """
        with self.database.write() as connection:
            local.set_length(connection, key, etag, length_s)

    def set_unreadable(self, key: str, etag: str) -> None:
        """Keep that the header of this version cannot be read, so that it is not asked again."""
        with self.database.write() as connection:
            connection.execute(
                "UPDATE objects SET header = 2 WHERE key = ? AND etag = ?", (key, etag)
            )

    def get(self, key: str) -> Row | None:
        """Return the row of `key`, None if there is none."""
        return next(iter(self._rows([key])), None)

    def rows(self, keys: Sequence[str]) -> list[Row]:
        """Return the rows of those of `keys` that have one."""
        return self._rows(keys)

    def without_sound(self, keys: Sequence[str]) -> list[Row]:
        """Return those of `keys` that are audio, and whose header was not read yet."""
        return self._rows(keys, "header = 0 AND format IS NOT NULL")

    def _rows(self, keys: Sequence[str], condition: str = "true") -> list[Row]:
        with self.database.read() as connection:
            return rows_of(connection, [key for key in keys if storable(key)], condition)

    def all_keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys of all files below `prefix`, in order; changes meanwhile are seen."""
        at, comparison = prefix, ">="
        while True:
            sql = (
                f"SELECT key FROM objects WHERE key {comparison} ? AND key < ? ORDER BY key LIMIT ?"
            )
            with self.database.read() as connection:
                keys = connection.execute(sql, (at, end_of(prefix), _WINDOW)).fetchall()
            yield from (key for (key,) in keys)
            if len(keys) < _WINDOW:
                return
            at, comparison = keys[-1][0], ">"

    def spaced_keys(self, prefix: str, every: int) -> list[str]:
        """Return each `every`th key below `prefix`, in order. Quick: 80 ms at a million files."""
        sql = "SELECT key FROM objects WHERE key > ? AND key < ? ORDER BY key LIMIT 1 OFFSET ?"
        found: list[str] = []
        with self.database.read() as connection:
            at, end = prefix, end_of(prefix)
            while (row := connection.execute(sql, (at, end, every - 1)).fetchone()) is not None:
                at = row[0]
                found.append(at)
        return found

    def totals(self, prefix: str = "") -> Totals:
        """Return the files below `prefix`, and their bytes. At once for a folder."""
        with self.database.read() as connection:
            sql = "SELECT files, bytes FROM folders WHERE path = ?"
            found = connection.execute(sql, (prefix,)).fetchone()
            if found is None and not prefix.endswith("/"):
                sql = "SELECT count(*), coalesce(sum(size), 0) FROM objects WHERE"
                range_ = (prefix, end_of(prefix))
                found = connection.execute(f"{sql} key >= ? AND key < ?", range_).fetchone()
        files, size = found or (0, 0)
        return Totals(files, size)

    def folders(self, parent: str = "") -> list[Folder]:
        """Return the folders directly in `parent` (`""`, or ending in `/`), with their totals."""
        with self.database.read() as connection:
            sql = "SELECT path, files, bytes FROM folders WHERE parent = ? ORDER BY path"
            return [Folder(*found) for found in connection.execute(sql, (parent,))]

    def meta(self, name: str) -> Any:
        """Return the JSON value kept as `name`, None if there is none."""
        with self.database.read() as connection:
            sql = "SELECT value FROM meta WHERE name = ?"
            found = connection.execute(sql, (name,)).fetchone()
        return None if found is None else json.loads(found[0])

    def set_meta(self, name: str, value: Any) -> None:
        """Keep a JSON value as `name`."""
        with self.database.write() as connection:
            connection.execute(
                "INSERT INTO meta VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(value)),
            )
