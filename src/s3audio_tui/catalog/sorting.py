"""The orders that a list can have, as SQL for walking an index and as Python for a few keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any, Literal

from s3audio_tui.catalog.filtering import Condition, Filter
from s3audio_tui.catalog.schema import INDEXED

Column = Literal["name", "size", "modified", "duration", "format", "rate", "channels"]

_NULLABLE = ("duration", "format", "rate", "channels")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list: by `column`, equal ones by key; `reverse` turns all of it round.

    What is not known comes last both ways. Names of several folders are in the order of their
    UTF-8 bytes, as S3 lists them; those of one folder go by the alphabet, whatever the case of
    A to Z.
    """

    column: Column = "name"
    reverse: bool = False


BY_NAME = Sort()


@dataclass(frozen=True, slots=True)
class Order:
    """A sort of the rows of one folder, or of all below a prefix, in the words of SQL."""

    sort: Sort
    one_folder: bool

    @property
    def by_sound(self) -> bool:
        """Whether what headers say changes it."""
        return self.sort.column in _NULLABLE

    @property
    def column(self) -> str:
        """What is compared before the key."""
        if self.sort.column != "name":
            return self.sort.column
        return "key COLLATE NOCASE" if self.one_folder else "key"

    def index(self, connection: Connection) -> str:
        """Return the hint for the index that has this order; none where it is not made yet."""
        if self.sort.column == "name":
            return "INDEXED BY by_folder" if self.one_folder else "NOT INDEXED"
        return f"INDEXED BY by_{self.sort.column}" if indexed(connection) else ""

    def by(self, *, backwards: bool = False) -> str:
        """Return the terms of ORDER BY, for the whole order turned round if `backwards`."""
        way = "DESC" if self.sort.reverse != backwards else "ASC"
        if self.sort.column == "name":
            return f"{self.column} {way}, key {way}" if self.one_folder else f"key {way}"
        unknown = "FIRST" if backwards else "LAST"
        nulls = f" NULLS {unknown}" if self.sort.column in _NULLABLE else ""
        return f"{self.column} {way}{nulls}, key {way}"

    def rows(self, wanted: Filter) -> Condition:
        """Return the condition for the wanted rows, found in this order."""
        return wanted.by_key() if self.column == "key" else wanted.by_other()

    def before(self, wanted: Filter, value: Any, key: str) -> list[Condition]:
        """Return conditions, none of which overlap, for the rows before the one with `value`."""
        if self.column == "key":
            after, until = (key, None) if self.sort.reverse else (None, key)
            return [wanted.by_key(after=after, until=until)]
        rows = wanted.by_other()
        sign = ">" if self.sort.reverse else "<"
        if value is not None:
            return [rows.also(f"({self.column}, key) {sign} (?, ?)", value, key)]
        return [
            rows.also(f"{self.column} IS NOT NULL"),
            rows.also(f"{self.column} IS NULL AND key {sign} ?", key),
        ]

    def sorted(self, connection: Connection, keys: list[str]) -> list[str]:
        """Return `keys`, which are few and in key order, in this order."""
        if self.column == "key":
            return keys[::-1] if self.sort.reverse else keys
        if self.sort.column == "name":
            return sorted(keys, key=alphabetical, reverse=self.sort.reverse)
        known: list[tuple[Any, str]] = []
        unknown: list[str] = []
        for key, value in _values(connection, self.column, keys):
            if value is None:
                unknown.append(key)
            else:
                known.append((value, key))
        known.sort(reverse=self.sort.reverse)
        unknown.sort(reverse=self.sort.reverse)
        return [key for _, key in known] + unknown


def indexed(connection: Connection) -> bool:
    """Whether the indexes for sorting are made: they are once the first refresh has ended."""
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?"
    return connection.execute(sql, (f"by_{INDEXED[-1]}",)).fetchone() is not None


def alphabetical(key: str) -> tuple[bytes, str]:
    """Return what SQLite compares with NOCASE, and the key itself for what is equal so."""
    return key.encode().lower(), key


def _values(connection: Connection, column: str, keys: list[str]) -> Iterable[tuple[str, Any]]:
    for at in range(0, len(keys), _CHUNK):
        chunk = keys[at : at + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        yield from connection.execute(
            f"SELECT key, {column} FROM objects WHERE key IN ({marks})", chunk
        )
