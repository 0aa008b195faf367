"""The small waveforms of a list: what is known of them, and what is cheap to find out."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.glances import GlanceTable, Version
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import BadBytesError, ConflictError, NotFoundError, S3AudioError
from s3audio_tui.library.opening import Library

if TYPE_CHECKING:
    from s3audio_tui.audio.peaks import Peaks

SHORT_BYTES = 1024**2
"""A file up to this size is read for it."""

_MOST_PEAKS = 2 * 1024**2
"""Kept peaks of more bytes are not fetched for it: those of a quarter of an hour."""

_BASE_FRAMES, _COLUMN_BYTES = 256, 6


def version_of(row: Row) -> Version:
    """Return what a glance belongs to."""
    return row.key, row.etag


def kept(library: Library, rows: Sequence[Row]) -> dict[Version, bytes]:
    """Return what this machine has kept for a list; one look into the catalog."""
    table = GlanceTable(library.catalog.database)
    return table.get([version_of(row) for row in rows])


def found(library: Library, row: Row, *, ask: bool, cancel: CancelToken | None = None) -> bytes:
    """Return the glance of a file, nothing where it is not cheap to know; and keep it.

    Of the peaks of this machine; with `ask` also of those in the bucket, and of short files
    themselves. Raises `S3AudioError` where the store does not answer.
    """
    from s3audio_tui.audio.kept_peaks import from_kept

    try:
        data = library.peaks.get(row.key, row.etag)
        if data is not None:
            peaks: Peaks | None = from_kept(data, row.key)
        else:
            peaks = _fetched(library, row, cancel or CancelToken()) if ask else None
    except (BadBytesError, ConflictError, NotFoundError):
        return b""  # no sound, or no more the one that the row tells of
    return b"" if peaks is None else keep(library, row, peaks)


def keep(library: Library, row: Row, peaks: "Peaks") -> bytes:
    """Keep the glance of a file whose peaks are known, and return it."""
    from s3audio_tui.drawing.glance import glance

    made = glance(peaks)
    if made:
        with suppress(S3AudioError):  # a disk that is full costs only the next look
            GlanceTable(library.catalog.database).put(version_of(row), made)
    return made


def _fetched(library: Library, row: Row, cancel: CancelToken) -> "Peaks | None":
    from s3audio_tui.library import kept_waveforms, waveforms

    short = row.size_bytes <= SHORT_BYTES
    if not short and not 0 < _peaks_bytes(row) <= _MOST_PEAKS:
        return None
    there = kept_waveforms.find(library, row)
    if there is not None:
        return there.peaks
    if not short:
        return None
    *_, last = waveforms.shown(library, row, engine="local", cancel=cancel, columns=0, share=False)
    return last.peaks


def _peaks_bytes(row: Row) -> int:
    """Return about how large the peaks of a file are, 0 where nobody knows."""
    if row.duration_s is None or not row.sample_rate_hz or not row.channels:
        return 0
    columns = row.duration_s * row.sample_rate_hz / _BASE_FRAMES
    return max(round(columns * row.channels * _COLUMN_BYTES), 1)
