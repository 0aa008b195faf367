"""What a list shows of the loudness of its sounds, by key and ETag: a few bytes each."""

from collections.abc import Sequence

from s3audio_tui.catalog.database import Database

Version = tuple[str, str]
"""A key and an ETag."""

_CHUNK = 400
"""Keys given to one statement."""


class GlanceTable:
    """The glances of one library on this machine. They can be made anew of peaks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, versions: Sequence[Version]) -> dict[Version, bytes]:
        """Return those that are kept of these versions."""
        found: dict[Version, bytes] = {}
        wanted = set(versions)
        with self._database.read() as connection:
            for at in range(0, len(versions), _CHUNK):
                keys = [key for key, _ in versions[at : at + _CHUNK]]
                marks = ", ".join("?" * len(keys))
                sql = f"SELECT key, etag, data FROM glances WHERE key IN ({marks})"
                for key, etag, data in connection.execute(sql, keys).fetchall():
                    if (key, etag) in wanted:
                        found[key, etag] = bytes(data)
        return found

    def put(self, version: Version, data: bytes) -> None:
        """Keep one in place of what there is of any version of its key."""
        with self._database.write() as connection:
            sql = "INSERT OR REPLACE INTO glances (key, etag, data) VALUES (?, ?, ?)"
            connection.execute(sql, (*version, data))
