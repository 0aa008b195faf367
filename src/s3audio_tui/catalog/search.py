"""A list of rows as a person wants it, filtered and sorted, read a window at a time by SQL."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Connection

from s3audio_tui.catalog import scan
from s3audio_tui.catalog.filtering import Filter, rows_filter
from s3audio_tui.catalog.folding import storable
from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.query import Mistake, Query, parse
from s3audio_tui.catalog.rows import Folder, Row, rows_of
from s3audio_tui.catalog.scan import Matches
from s3audio_tui.catalog.sorting import BY_NAME, Column, Order, Sort, alphabetical, indexed

_COLLECTED_SHARE = 10
"""A list that is less than a tenth of the library is sorted; a larger one is read by an index."""

_SCANNED_SHARE = 3
"""A search below a prefix that holds less than a third of the library reads only that third."""

_UNREAD = (
    "header = 0 AND duration IS NULL AND format IS NOT NULL"
    " AND storage_class NOT IN ('GLACIER', 'DEEP_ARCHIVE')"
)
_LOOKED_AT = 500

_AT_ONCE = 10_000
"""So many keys are read as one value: fewer waits for the interpreter's lock (`rows_of`)."""


@dataclass(frozen=True, slots=True)
class _What:
    """What a list has, in whatever order."""

    prefix: str
    recursive: bool
    query: Query | None

    def narrows(self, other: "_What") -> bool:
        """Whether this is a search for some of what `other` finds."""
        if self.query is None or other.query is None or not self.query.narrows(other.query):
            return False
        return (self.prefix, self.recursive) == (other.prefix, other.recursive)


class View:
    """The files below `prefix` (`""`, or ending in `/`): all with `recursive`, else those in it.

    Without `recursive` and a query the folders in it come first: by their bytes when sorted by
    size, else by name. Every method reads the disk, and tells what is there at that moment.
    """

    def __init__(
        self,
        catalog: Catalog,
        prefix: str,
        recursive: bool,
        query: Query | None,
        sort: Sort = BY_NAME,
    ) -> None:
        self._catalog = catalog
        self._prefix = prefix
        self._recursive = recursive
        self._query = query if query != Query() else None
        self._order = Order(sort, one_folder=not recursive)
        self._what = _What(prefix, recursive, self._query)

    def count(self) -> int:
        """Return the number of rows, folders among them."""
        with self._catalog.database.read() as connection:
            return len(self._folders(connection)) + self._matches(connection).count

    def total_bytes(self) -> int:
        """Return the bytes of all rows together, of folders all that is below them."""
        with self._catalog.database.read() as connection:
            folders = sum(folder.bytes for folder in self._folders(connection))
            return folders + self._matches(connection).bytes

    def window(self, offset: int, limit: int) -> list[Row | Folder]:
        """Return at most `limit` rows from `offset` on."""
        with self._catalog.database.read() as connection:
            folders = self._folders(connection)
            found: list[Row | Folder] = list(folders[offset : offset + limit])
            keys = self._keys(connection, max(offset - len(folders), 0), limit - len(found))
            return found + rows_of(connection, keys)

    def position(self, key: str) -> int | None:
        """Return where the file `key`, or the folder with that path, is; None if it is not here."""
        with self._catalog.database.read() as connection:
            folders = self._folders(connection)
            for i, folder in enumerate(folders if key.endswith("/") else []):
                if folder.path == key:
                    return i
            at = self._file_position(connection, key) if storable(key) else None
            return None if at is None else len(folders) + at

    def keys(self) -> Iterator[str]:
        """Return the keys of all files of the list, in its order, as they are now."""
        with self._catalog.database.read() as connection:
            return iter(self._keys(connection, 0, self._matches(connection).count))

    def sizes(self) -> Iterator[tuple[str, int, int]]:
        """Yield key or path, files and bytes of all rows, in no order: the quickest way to all."""
        with self._catalog.database.read() as connection:
            for folder in self._folders(connection):
                yield folder.path, folder.files, folder.bytes
            where = self._filter(connection).by_key()
            sql = f"SELECT key, 1, size FROM objects WHERE {where.sql}"
            yield from connection.execute(sql, where.values)

    def unread(self) -> int:
        """Return how many audio files below the prefix have no known header, if one is asked for.

        They may be what is looked for, and are not found.
        """
        if self._query is None or not self._query.by_header:
            return 0
        with self._catalog.database.read() as connection:
            state = self._state(connection)
            question = ("unread", self._prefix)
            return self._catalog.answers.get(question, state, lambda: self._unread(connection))

    def without_sound(self, most: int) -> list[Row]:
        """Return the first audio files of the list, in its order, whose header was not read yet.

        What sleeps in an archive cannot be read, and is left out.
        """
        found: list[Row] = []
        with self._catalog.database.read() as connection:
            for keys in self._unknown(connection, most):
                found += rows_of(connection, keys, _UNREAD)
                if len(found) >= most:
                    break
        return found[:most]

    def _unknown(self, connection: Connection, most: int) -> Iterator[list[str]]:
        """Yield the keys of files whose length is not known, some at a time, ever more.

        Such are in every index: to look at the rows themselves takes 50 times as long.
        """
        if (known := self._known_keys(connection)) is not None:
            yield from (known[at : at + _LOOKED_AT] for at in range(0, len(known), _LOOKED_AT))
            return
        where = self._order.rows(self._filter(connection))
        sql = (
            f"SELECT key FROM objects {self._order.index(connection)} WHERE {where.sql}"
            " AND +duration IS NULL AND +format IS NOT NULL"
            f" ORDER BY {self._order.by()} LIMIT ? OFFSET ?"
        )
        offset, limit = 0, most
        while rows := connection.execute(sql, (*where.values, limit, offset)).fetchall():
            yield [key for (key,) in rows]
            offset, limit = offset + limit, limit * 4

    def _unread(self, connection: Connection) -> int:
        where = rows_filter(self._prefix, None, None).by_other()
        index = Order(Sort("duration"), one_folder=False).index(connection)
        sql = f"SELECT count(*) FROM objects {index} WHERE {where.sql}"
        unknown = "duration IS NULL AND format IS NOT NULL"
        found: int = connection.execute(f"{sql} AND {unknown}", where.values).fetchone()[0]
        return found

    def _file_position(self, connection: Connection, key: str) -> int | None:
        known = self._known_keys(connection)
        if known is not None:
            return known.index(key) if key in known else None
        wanted = self._filter(connection)
        where = wanted.by_other()
        sql = f"SELECT {self._order.column} FROM objects WHERE key = ? AND {where.sql}"
        here = connection.execute(sql, (key, *where.values)).fetchone()
        if here is None:
            return None
        before = 0
        for where in self._order.before(wanted, here[0], key):
            index = self._order.index(connection)
            sql = f"SELECT count(*) FROM objects {index} WHERE {where.sql}"
            before += connection.execute(sql, where.values).fetchone()[0]
        return before

    def _keys(self, connection: Connection, offset: int, limit: int) -> list[str]:
        """Return the keys of a window of the files, read from the nearer end of the list."""
        known = self._known_keys(connection)
        if known is not None:
            return known[offset : offset + limit]
        count = self._matches(connection).count
        limit = min(limit, count - offset)
        if limit <= 0:
            return []
        backwards = offset > count - offset - limit
        skipped = count - offset - limit if backwards else offset
        where = self._order.rows(self._filter(connection))
        sql = (
            f"SELECT key FROM objects {self._order.index(connection)} WHERE {where.sql}"
            f" ORDER BY {self._order.by(backwards=backwards)} LIMIT ? OFFSET ?"
        )
        values = (*where.values, limit, skipped)
        if limit <= _AT_ONCE:
            (text,) = connection.execute(
                f"SELECT json_group_array(key) FROM ({sql})", values
            ).fetchone()
            keys: list[str] = json.loads(text)
        else:
            keys = [key for (key,) in connection.execute(sql, values)]
        return keys[::-1] if backwards else keys

    def _known_keys(self, connection: Connection) -> list[str] | None:
        """Return all keys of the list in its order; None if they are too many to be kept."""
        keys = self._matches(connection).keys
        if keys is None:
            return None
        state = self._state(connection, by_sound=self._order.by_sound)
        question = (self._what, self._order)
        return self._catalog.answers.get(
            question, state, lambda: self._order.sorted(connection, keys)
        )

    def _matches(self, connection: Connection) -> Matches:
        """Return what the list has in all; the folders of it not counted."""
        state = self._state(connection)
        return self._catalog.answers.get(self._what, state, lambda: self._search(connection))

    def _state(self, connection: Connection, *, by_sound: bool = False) -> tuple[int, ...]:
        """Return what changes when the answer may; what headers say counts where it is asked."""
        if self._query is not None and self._query.by_sound:
            by_sound = True
        what = "names, sounds" if by_sound else "names"
        state: tuple[int, ...] = connection.execute(f"SELECT {what} FROM changes").fetchone()
        return state

    def _search(self, connection: Connection) -> Matches:
        own = "files, bytes" if self._recursive else "own_files, own_bytes"
        sql = f"SELECT {own} FROM folders WHERE path = ?"
        count, size = connection.execute(sql, (self._prefix,)).fetchone() or (0, 0)
        (all_files,) = connection.execute("SELECT files FROM folders WHERE path = ''").fetchone()
        wanted, limits = self._filter(connection), self._catalog.limits
        if self._query is not None:
            if (keys := self._wider(connection)) is not None:
                return scan.among(connection, wanted, keys)
            among: tuple[scan.Part, ...] = scan.ALL
            if self._recursive and count * _SCANNED_SHARE >= all_files and indexed(connection):
                among = self._catalog.answers.get(
                    "parts",
                    count.bit_length(),
                    lambda: scan.parts(connection, all_files, limits.alone),
                )
            return scan.matches(self._catalog.database, wanted, among, limits.kept)
        keys = None
        if count <= limits.kept and count * _COLLECTED_SHARE < all_files:
            where = wanted.by_key()
            sql = f"SELECT key FROM objects WHERE {where.sql} ORDER BY key"
            keys = [key for (key,) in connection.execute(sql, where.values)]
        return Matches(count, size, keys)

    def _wider(self, connection: Connection) -> list[str] | None:
        """Return the keys that a search found of which this is a part, if they are few."""
        state = self._state(connection, by_sound=True)
        for question, then, found in self._catalog.answers.known():
            if (
                isinstance(question, _What)
                and isinstance(found, Matches)
                and self._what.narrows(question)
                and then in (state, state[:1])
                and found.keys is not None
            ):
                return found.keys
        return None

    def _folders(self, connection: Connection) -> list[Folder]:
        if self._recursive or self._query is not None:
            return []
        (state,) = connection.execute("SELECT names FROM changes").fetchone()
        question = ("folders", self._prefix, self._order.sort)
        return self._catalog.answers.get(question, state, lambda: self._sorted_folders(connection))

    def _sorted_folders(self, connection: Connection) -> list[Folder]:
        sql = "SELECT path, files, bytes FROM folders WHERE parent = ?"
        found = [Folder(*values) for values in connection.execute(sql, (self._prefix,))]
        sort = self._order.sort
        turned = sort.reverse and sort.column in ("name", "size")
        found.sort(key=lambda folder: alphabetical(folder.path), reverse=turned)
        if sort.column == "size":
            found.sort(key=lambda folder: folder.bytes, reverse=turned)
        return found

    def _filter(self, connection: Connection) -> Filter:
        folder = None
        if not self._recursive:
            sql = "SELECT id FROM folders WHERE path = ?"
            found = connection.execute(sql, (self._prefix,)).fetchone()
            folder = found[0] if found else -1
        return rows_filter(self._prefix, folder, self._query)


__all__ = ["Column", "Mistake", "Query", "Sort", "View", "parse"]
