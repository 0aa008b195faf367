"""Changes that this program made in the store, noted in the catalog at once."""

import sqlite3
from collections.abc import Sequence

from s3audio_tui.catalog.folders import FolderTotals
from s3audio_tui.catalog.merge import belongs, insert, is_marker
from s3audio_tui.catalog.rows import Entry, Listed, Sound, format_of

_REMOVALS_KEPT_S = 86_400.0
"""How long a removal is remembered: longer than a refresh takes."""

_LIES_S = 1.0
"""By how much a header may be off: decoders disagree on where a sound ends."""

_SOUND = "format, duration, rate, channels, codec, bits, header"


def put(connection: sqlite3.Connection, entry: Listed, sound: Sound | None, now: float) -> None:
    """Insert or update the row of `entry`; another ETag or size forgets what its sound was."""
    if not belongs(entry.key):
        return
    connection.execute("DELETE FROM removals WHERE key = ?", (entry.key,))
    totals = FolderTotals(connection)
    if is_marker(entry):
        _drop_file(connection, totals, entry.key)
        _put_marker(connection, totals, entry.key, now)
    else:
        _drop_marker(connection, totals, entry.key)
        _put_file(connection, totals, entry, now)
    totals.apply()
    if sound is not None:
        set_sound(connection, entry.key, entry.etag, sound)
    _count(connection)


def _put_marker(
    connection: sqlite3.Connection, totals: FolderTotals, path: str, now: float
) -> None:
    sql = "SELECT 1 FROM markers WHERE path = ?"
    if connection.execute(sql, (path,)).fetchone() is None:
        totals.mark(path, 1)
    connection.execute("INSERT OR REPLACE INTO markers VALUES (?, ?)", (path, now))


def _put_file(
    connection: sqlite3.Connection, totals: FolderTotals, entry: Listed, now: float
) -> None:
    sql = "SELECT size, etag FROM objects WHERE key = ?"
    before = connection.execute(sql, (entry.key,)).fetchone()
    if before is None:
        insert(connection, totals, [entry], now)
        return
    totals.resize(entry.key, entry.size_bytes - before[0])
    connection.execute(
        "UPDATE objects SET size = ?, modified = ?, etag = ?, storage_class = ?, touched_at = ?"
        " WHERE key = ?",
        (entry.size_bytes, entry.modified, entry.etag, entry.storage_class, now, entry.key),
    )
    if before != (entry.size_bytes, entry.etag):
        connection.execute(
            f"UPDATE objects SET ({_SOUND}) = (?, NULL, NULL, NULL, NULL, NULL, 0) WHERE key = ?",
            (format_of(entry.key), entry.key),
        )


def remove(connection: sqlite3.Connection, keys: Sequence[str], now: float) -> None:
    """Delete rows, and remember that, so that a list begun before does not bring them back."""
    totals = FolderTotals(connection)
    for key in keys:
        _drop_file(connection, totals, key)
        _drop_marker(connection, totals, key)
        connection.execute("INSERT OR REPLACE INTO removals VALUES (?, ?)", (key, now))
    totals.apply()
    connection.execute("DELETE FROM removals WHERE at < ?", (now - _REMOVALS_KEPT_S,))
    _count(connection)


def _drop_file(connection: sqlite3.Connection, totals: FolderTotals, key: str) -> None:
    found = connection.execute("SELECT size FROM objects WHERE key = ?", (key,)).fetchone()
    if found is not None:
        totals.take(key, found[0])
        connection.execute("DELETE FROM objects WHERE key = ?", (key,))


def _drop_marker(connection: sqlite3.Connection, totals: FolderTotals, path: str) -> None:
    if connection.execute("DELETE FROM markers WHERE path = ?", (path,)).rowcount:
        totals.mark(path, -1)


def copy(
    connection: sqlite3.Connection,
    source: str,
    target: str,
    version: tuple[str, float],
    now: float,
) -> None:
    """Give `target` the row of `source`, with its own ETag and date. Without a row, nothing."""
    found = connection.execute(
        f"SELECT size, storage_class, {_SOUND} FROM objects WHERE key = ?", (source,)
    ).fetchone()
    if found is None:
        return
    size, storage_class, *sound = found
    etag, modified = version
    put(connection, Entry(target, size, modified, etag, storage_class), None, now)
    if sound[-1]:
        connection.execute(
            f"UPDATE objects SET ({_SOUND}) = (?, ?, ?, ?, ?, ?, ?) WHERE key = ?",
            (*sound, target),
        )


def set_sound(connection: sqlite3.Connection, key: str, etag: str, sound: Sound) -> None:
    """Keep what the header of that version says. A length that was counted stays."""
    sql = "SELECT duration FROM objects WHERE key = ? AND etag = ? AND header = 4"
    counted = connection.execute(sql, (key, etag)).fetchone()
    length, header = sound.duration_s, 1 if sound.exact or sound.duration_s is None else 3
    if counted is not None:
        length, header = counted[0], 4
    done = connection.execute(
        f"UPDATE objects SET ({_SOUND}) = (?, ?, ?, ?, ?, ?, ?) WHERE key = ? AND etag = ?",
        (
            *(sound.format or None, length, sound.sample_rate_hz, sound.channels),
            *(sound.codec, sound.bit_depth, header, key, etag),
        ),
    )
    if done.rowcount:
        connection.execute("UPDATE changes SET sounds = sounds + 1")


def set_length(connection: sqlite3.Connection, key: str, etag: str, length_s: float) -> None:
    """Keep how long that version is, where its header could not tell, or told what is not so."""
    done = connection.execute(
        "UPDATE objects SET duration = ?, header = 4 WHERE key = ? AND etag = ?"
        " AND (header = 3 OR header = 1 AND (duration IS NULL OR abs(duration - ?) > ?))",
        (length_s, key, etag, length_s, _LIES_S),
    )
    if done.rowcount:
        connection.execute("UPDATE changes SET sounds = sounds + 1")


def _count(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE changes SET names = names + 1")
