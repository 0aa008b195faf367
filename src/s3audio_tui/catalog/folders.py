"""The folders that keys make up: their totals kept true, within the transaction of each change."""

import sqlite3
from collections.abc import Iterator

from s3audio_tui.catalog.rows import folder_of, parent_of


class FolderTotals:
    """What one transaction adds to folders and takes from them. `apply` writes it, at its end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {}
        self._deltas: dict[str, list[int]] = {}

    def id_for(self, key: str) -> int:
        """Return the id of the folder that holds `key`, made with those above it if need be."""
        return self._id(folder_of(key))

    def add(self, key: str, size_bytes: int) -> None:
        """Count a new file."""
        self._count(folder_of(key), 1, size_bytes, 0)

    def take(self, key: str, size_bytes: int) -> None:
        """Stop to count a file."""
        self._count(folder_of(key), -1, -size_bytes, 0)

    def resize(self, key: str, by_bytes: int) -> None:
        """Count a file with another size."""
        self._count(folder_of(key), 0, by_bytes, 0)

    def mark(self, path: str, by: int) -> None:
        """Count an object that stands for the folder itself."""
        self._count(path, 0, 0, by)

    def apply(self) -> None:
        """Write what was counted; folders without anything below them go."""
        for path in self._deltas:
            self._id(path)
        below: dict[str, list[int]] = {}
        for path, (files, size, markers) in self._deltas.items():
            for above in _upwards(path):
                total = below.setdefault(above, [0, 0, 0])
                total[0] += files
                total[1] += size
                total[2] += markers
        self._connection.executemany(
            "UPDATE folders SET own_files = own_files + ?, own_bytes = own_bytes + ?"
            " WHERE path = ?",
            [(files, size, path) for path, (files, size, _) in self._deltas.items()],
        )
        self._connection.executemany(
            "UPDATE folders SET files = files + ?, bytes = bytes + ?, markers = markers + ?"
            " WHERE path = ?",
            [(*total, path) for path, total in below.items()],
        )
        self._connection.executemany(
            "DELETE FROM folders WHERE path = ? AND path <> '' AND files + markers = 0",
            [(path,) for path in below],
        )
        self._ids.clear()
        self._deltas.clear()

    def _count(self, path: str, files: int, size_bytes: int, markers: int) -> None:
        delta = self._deltas.setdefault(path, [0, 0, 0])
        delta[0] += files
        delta[1] += size_bytes
        delta[2] += markers

    def _id(self, path: str) -> int:
        known = self._ids.get(path)
        if known is not None:
            return known
        for above in _upwards(path):
            self._connection.execute(
                "INSERT OR IGNORE INTO folders (path, parent) VALUES (?, ?)",
                (above, parent_of(above) if above else None),
            )
        query = "SELECT id FROM folders WHERE path = ?"
        found: int = self._connection.execute(query, (path,)).fetchone()[0]
        self._ids[path] = found
        return found


def _upwards(path: str) -> Iterator[str]:
    """Yield `path` and the folders above it, up to the library's own, `""`."""
    yield path
    while path:
        path = parent_of(path)
        yield path
