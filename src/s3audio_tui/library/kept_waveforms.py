"""Peaks that are there already: on this machine, in the bucket, or beside the sound; and kept."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from s3audio_tui import logs
from s3audio_tui.audio.kept_peaks import bounded, from_kept, kept
from s3audio_tui.audio.peaks import Peaks
from s3audio_tui.audio.waveform_file import from_dat, from_json
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import (
    ConflictError,
    NotAllowedError,
    NotAudioError,
    NotFoundError,
    S3AudioError,
)
from s3audio_tui.library import quota, sidecars
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sidecars import peaks_key
from s3audio_tui.store import objects

Place = Literal["catalog", "beside", "sidecar"]

_LOG = logging.getLogger(logs.NAME)

_OFF = 0.1
"""By what part of its length the peaks of a sound may be off: others belong to another sound."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Peaks that were made before."""

    peaks: Peaks
    place: Place


def find(library: Library, row: Row) -> Found | None:
    """Return the peaks of this version, None where there are none. The store is asked last.

    Trouble with kept peaks is none of the sound's: they are then made anew.
    """
    try:
        return _in_catalog(library, row) or _beside(library, row) or _in_bucket(library, row)
    except S3AudioError as error:
        _LOG.warning("the peaks of %r cannot be read: %s", row.key, error)
        return None


def _in_catalog(library: Library, row: Row) -> Found | None:
    data = library.peaks.get(row.key, row.etag)
    return None if data is None else Found(from_kept(data, row.key), "catalog")


def _in_bucket(library: Library, row: Row) -> Found | None:
    try:
        data, _ = objects.read_small(library.store, library.full(peaks_key(row.key, row.etag)))
    except NotFoundError:
        return None
    peaks = from_kept(data, row.key)
    library.peaks.put(row.key, row.etag, data)
    return Found(peaks, "sidecar")


def names_beside(name: str) -> list[str]:
    """Return how peaks may be called that other programs made of the sound `name`."""
    folder, slash, last = name.rpartition("/")
    stem = last.rpartition(".")[0] or last
    names = [f"{last}.dat", f"{last}.peaks.json", f"{stem}.peaks.json"]
    return list(dict.fromkeys(f"{folder}{slash}{each}" for each in names))


def _beside(library: Library, row: Row) -> Found | None:
    """Return peaks that lie beside the sound and are newer, as far as the catalog knows."""
    for other in library.catalog.rows(names_beside(row.key)):
        if other.modified < row.modified or other.size_bytes > objects.SMALL_BYTES:
            continue
        try:
            data, _ = objects.read_small(library.store, library.full(other.key))
            peaks = read_beside(data, other.key)
        except (NotAudioError, NotFoundError) as error:
            _LOG.warning("%r is not used: %s", other.key, error)
            continue
        if row.duration_s is None or row.estimated or fits(peaks, row.duration_s):
            return Found(peaks, "beside")
    return None


def read_beside(data: bytes, name: str) -> Peaks:
    """Return what a file of peaks holds. Raises `NotAudioError`."""
    return from_json(data, name) if name.endswith(".json") else from_dat(data, name)


def fits(peaks: Peaks, duration_s: float) -> bool:
    """Whether peaks may be those of a sound of this length."""
    return abs(peaks.duration_s - duration_s) <= max(1.0, _OFF * duration_s)


def beside_file(path: Path) -> Peaks | None:
    """Return peaks that lie beside a file of this machine and are newer, None without."""
    for name in names_beside(path.name):
        other = path.with_name(name)
        try:
            about = other.stat()
            if about.st_mtime < path.stat().st_mtime or about.st_size > objects.SMALL_BYTES:
                continue
            return read_beside(other.read_bytes(), str(other))
        except FileNotFoundError:
            continue
        except (OSError, NotAudioError) as error:
            _LOG.warning("%s is not used: %s", other, error)
    return None


def keep(library: Library, row: Row, peaks: Peaks) -> bytes:
    """Keep exact peaks on this machine; return them as they are kept."""
    data = kept(bounded(peaks))
    try:
        library.peaks.put(row.key, row.etag, data)
        library.catalog.set_length(row.key, row.etag, peaks.duration_s)
    except S3AudioError as error:
        _LOG.warning("the peaks of %r are not kept: %s", row.key, error)
    return data


def share(
    library: Library,
    row: Row,
    data: bytes,
    tell: Callable[[str], None] = lambda text: None,
    *,
    replace: bool = False,
) -> int:
    """Write peaks into the bucket for all others, where the user may; return the bytes it grew.

    Who may not, or has no room, goes without: `tell` is told why. With `replace` those that are
    there are replaced. Peaks of versions that are no more go.
    """
    full = library.full(peaks_key(row.key, row.etag))
    try:
        if not library.shares_peaks or not library.may_write():
            tell("the peaks stay on this machine: you may not write to the bucket")
            return 0
        if quota.room_bytes(library) < len(data):
            tell("the peaks stay on this machine: the quota has no room for them")
            return 0
        can = library.capabilities()
        there = objects.find(library.store, full) if replace else None
        replaced = there.etag if there and can.conditional_replace else None
        alone = there is None and can.conditional_create
        kind = "application/octet-stream"
        objects.write_small(
            library.store, full, data, content_type=kind, if_none_match=alone, if_match=replaced
        )
    except ConflictError:
        return 0  # somebody else was faster, with the same peaks
    except NotAllowedError:
        library.shares_peaks = False  # nor those of the next file
        tell("the peaks stay on this machine: you may not write them to the bucket")
        return 0
    except S3AudioError as error:
        tell(f"the peaks stay on this machine: {error.message}")
        return 0
    freed = (there.size_bytes if there else 0) + sidecars.tidy(library, row.key)
    return len(data) - freed


def settle(library: Library, written_bytes: int) -> None:
    """Tell the quota what peaks take."""
    if not written_bytes:
        return
    try:
        quota.released(library, -written_bytes)
    except S3AudioError as error:
        _LOG.warning("the quota was not told of peaks: %s", error)
