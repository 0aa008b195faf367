"""A list of rows as a person wants it, filtered and sorted, read a window at a time by SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Literal

from s3audio_tui.catalog.matches import Matches
from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.query import Condition, Query, condition, parse
from s3audio_tui.catalog.rows import Folder, Row, rows_of

Column = Literal["name", "size", "modified", "duration", "format", "rate", "channels"]

_NULLABLE = ("duration", "format", "rate", "channels")


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a view: by `column`, equal ones by key; `reverse` turns all of it round.

    What is not known comes last both ways. Names are in the order of their UTF-8 bytes, as S3
    lists them; those in one folder in alphabetical order, without regard to the case of A to Z.
    """

    column: Column = "name"
    reverse: bool = False


class View:
    """The files below `prefix` (`""`, or ending in `/`), or with `recursive` off those in it.

    Without a query the folders in it come first, by name, or by their bytes when sorted by size.
    """

    def __init__(
        self,
        catalog: Catalog,
        prefix: str,
        recursive: bool,
        query: Query | None,
        sort: Sort = Sort(),
    ) -> None:
        self._catalog = catalog
        self._prefix = prefix
        self._recursive = recursive
        self._query = query if query != Query() else None
        self._sort = sort

    def count(self) -> int:
        """Return the number of rows, folders among them."""
        with self._catalog.database.read() as connection:
            return len(self._folders(connection)) + self._found(connection).count

    def total_bytes(self) -> int:
        """Return the bytes of all rows together, folders with all below them."""
        with self._catalog.database.read() as connection:
            folders = sum(folder.bytes for folder in self._folders(connection))
            return folders + self._found(connection).bytes

    def window(self, offset: int, limit: int) -> list[Row | Folder]:
        """Return at most `limit` rows from `offset` on."""
        with self._catalog.database.read() as connection:
            folders = self._folders(connection)
            first: list[Row | Folder] = list(folders[offset : offset + limit])
            keys = self._keys(connection, max(offset - len(folders), 0), limit - len(first))
            return first + list(rows_of(connection, keys))

    def position(self, key: str) -> int | None:
        """Return where the file `key`, or the folder with that path, is; None if it is not here."""
        with self._catalog.database.read() as connection:
            paths = [folder.path for folder in self._folders(connection)]
            names = paths + self._keys(connection, 0, -1)
            return names.index(key) if key in names else None

    def keys(self) -> Iterator[str]:
        """Return the keys of all files of the view, in its order, as they are now."""
        with self._catalog.database.read() as connection:
            return iter(self._keys(connection, 0, -1))

    def _folders(self, connection: Connection) -> list[Folder]:
        if self._recursive or self._query is not None:
            return []
        sql = "SELECT path, files, bytes FROM folders WHERE parent = ?"
        found = [Folder(*values) for values in connection.execute(sql, (self._prefix,))]
        by_size = self._sort.column == "size"
        turned = self._sort.reverse and self._sort.column in ("name", "size")
        return sorted(
            found,
            key=lambda folder: (
                folder.bytes if by_size else 0,
                folder.path.encode().lower(),
                folder.path,
            ),
            reverse=turned,
        )

    def _condition(self, connection: Connection) -> Condition:
        folder = None
        if not self._recursive:
            sql = "SELECT id FROM folders WHERE path = ?"
            found = connection.execute(sql, (self._prefix,)).fetchone()
            folder = found[0] if found else -1
        return condition(self._prefix, folder, self._query)

    def _found(self, connection: Connection) -> Matches:
        where = self._condition(connection)
        sql = f"SELECT count(*), total(size) FROM objects WHERE {where.sql}"
        count, size = connection.execute(sql, where.values).fetchone()
        return Matches(count, int(size), None)

    def _keys(self, connection: Connection, offset: int, limit: int) -> list[str]:
        where = self._condition(connection)
        sql = f"SELECT key FROM objects WHERE {where.sql} ORDER BY {self._order()} LIMIT ? OFFSET ?"
        return [key for (key,) in connection.execute(sql, (*where.values, limit, offset))]

    def _order(self) -> str:
        way = "DESC" if self._sort.reverse else "ASC"
        if self._sort.column == "name":
            return f"key {way}" if self._recursive else f"key COLLATE NOCASE {way}, key {way}"
        last = " NULLS LAST" if self._sort.column in _NULLABLE else ""
        return f"{self._sort.column} {way}{last}, key {way}"


__all__ = ["Column", "Query", "Sort", "View", "parse"]
