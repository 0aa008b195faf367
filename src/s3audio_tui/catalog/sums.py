"""Sums over many files: how many, how large, how long, of what formats."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection

from s3audio_tui.catalog.database import Database
from s3audio_tui.catalog.rows import end_of

_CHUNK = 500
_SELECT = (
    "SELECT coalesce(format, ''), count(*), coalesce(sum(size), 0), coalesce(sum(duration), 0),"
    " count(duration), min(modified), max(modified), coalesce(sum(header = 3), 0)"
    " FROM objects WHERE"
)


@dataclass(frozen=True, slots=True)
class Group:
    """The files of one format."""

    files: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Sums:
    """What files come to. `measured` counts those whose length is known, and is in the sum.

    Of these the length of `estimated` is a guess.
    """

    files: int = 0
    bytes: int = 0
    duration_s: float = 0.0
    measured: int = 0
    estimated: int = 0
    oldest: float | None = None
    newest: float | None = None
    formats: dict[str, Group] = field(default_factory=dict)
    """By format; `""` is what is not audio."""

    def add(self, found: tuple[str, int, int, float, int, float | None, float | None, int]) -> None:
        """Add the files of one format."""
        name, files, size, duration_s, measured, oldest, newest, estimated = found
        if not files:
            return
        before = self.formats.get(name, Group())
        self.formats[name] = Group(before.files + files, before.bytes + size)
        self.files += files
        self.bytes += size
        self.duration_s += duration_s
        self.measured += measured
        self.estimated += estimated
        self.oldest = min((at for at in (self.oldest, oldest) if at is not None), default=None)
        self.newest = max((at for at in (self.newest, newest) if at is not None), default=None)


def sums(database: Database, keys: Sequence[str]) -> Sums:
    """Return the sums of files and of whole folders, whose keys end in `/`; `""` is all.

    A file that is named twice, or in a folder that is named too, counts twice.
    """
    made = Sums()
    with database.read() as connection:
        files = [key for key in keys if key and not key.endswith("/")]
        for at in range(0, len(files), _CHUNK):
            chunk = files[at : at + _CHUNK]
            _add(made, connection, f"key IN ({', '.join('?' * len(chunk))})", chunk)
        for folder in keys:
            if not folder or folder.endswith("/"):
                _add(made, connection, "key >= ? AND key < ?", (folder, end_of(folder)))
    return made


def _add(made: Sums, connection: Connection, condition: str, values: Sequence[str]) -> None:
    sql = f"{_SELECT} {condition} GROUP BY format ORDER BY 2 DESC"
    for found in connection.execute(sql, values):
        made.add(found)
