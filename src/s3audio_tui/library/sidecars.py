"""What belongs to a file and lies under `.s3audio/`: its peaks. They follow their audio."""

import hashlib
import logging

from s3audio_tui import logs
from s3audio_tui.errors import NotAllowedError, S3AudioError
from s3audio_tui.library.opening import HIDDEN, Library
from s3audio_tui.store import copy as copying
from s3audio_tui.store import deletes, listing, objects

PEAKS = f"{HIDDEN}peaks/v1/"

_LOG = logging.getLogger(logs.NAME)


def peaks_key(key: str, etag: str) -> str:
    """Return where the peaks of the object `key` with this ETag are kept."""
    return f"{_stem(key)}-{etag}.dat"


def _stem(key: str) -> str:
    return f"{PEAKS}{hashlib.sha256(key.encode()).hexdigest()}"


def any_kept(library: Library) -> bool:
    """Return whether the library has peaks at all: one request that often saves thousands."""
    try:
        return any(page for page in listing.pages(library.store, library.full(PEAKS)))
    except NotAllowedError:
        return False


def follow(
    library: Library,
    old: tuple[str, str],
    new: tuple[str, str],
    *,
    move: bool,
    kept: bool = True,
) -> None:
    """Copy the peaks of `old` (key, ETag) to `new`, and with `move` remove them there.

    Those of this machine too; without `kept` no others. Peaks can be made again, so that their
    trouble is no trouble of the audio's: they stay where they are then, and the log says so.
    """
    if old == new:
        return
    library.peaks.follow(old, new, move=move)
    if not kept:
        return
    target = library.full(peaks_key(*new))
    try:
        source = objects.find(library.store, library.full(peaks_key(*old)))
        if source is None:
            return
        copying.copy(library.store, source, target, can=library.capabilities())
        if move:
            objects.delete(library.store, source.key)
    except S3AudioError as error:
        _LOG.warning("the peaks of %r did not follow it: %s", new[0], error)


def discard(library: Library, key: str) -> None:
    """Remove all peaks of `key`, whatever its ETag was. Trouble is as in `follow`."""
    library.peaks.drop([key])
    try:
        for page in listing.pages(library.store, library.full(f"{_stem(key)}-")):
            deletes.delete_many(library.store, [(entry.key, None) for entry in page])
    except S3AudioError as error:
        _LOG.warning("the peaks of %r were not removed: %s", key, error)
