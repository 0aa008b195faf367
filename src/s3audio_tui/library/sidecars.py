"""What belongs to a file and lies under `.s3audio/`: its peaks. They follow their audio.

The key and the ETag name them. Those of a version stay for as long as that can be restored: an
older version in a bucket that keeps them, or what lies in the trash. All others go when new ones
are written, or with the file. Whatever is cut short here leaves some too many, which the next
write finds, or too few, which are made again.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from functools import cache, partial

from s3audio_tui import logs
from s3audio_tui.errors import NotAllowedError, S3AudioError
from s3audio_tui.library.opening import HIDDEN, Library
from s3audio_tui.library.usage import TRASH
from s3audio_tui.store import copy as copying
from s3audio_tui.store import deletes, listing, objects, spans

PEAKS = f"{HIDDEN}peaks/v1/"

Trashed = Callable[[], Mapping[str, set[str]]]
"""As `in_trash`: the ETags of what lies there, by the keys it had."""

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
    trashed: Trashed | None = None,
) -> None:
    """Copy the peaks of `old` (key, ETag) to `new`, and with `move` remove them there.

    They are not removed where the bucket has that version still, or the trash has it: `trashed`
    tells who knows that already, for one act with many files. Those of this machine follow too;
    without `kept` no others. Peaks can be made again, so that their trouble is no trouble of
    the audio's: they stay where they are then, and the log says so.
    """
    if old == new:
        return
    try:
        library.peaks.follow(old, new, move=move)
        if not kept:
            return
        target = library.full(peaks_key(*new))
        source = objects.find(library.store, library.full(peaks_key(*old)))
        if source is None:
            return
        copying.copy(library.store, source, target, can=library.capabilities(), only_if_free=False)
        if not move or old[1] in _in_versions(library, old[0]):
            return
        if old[1] not in (trashed or partial(in_trash, library))().get(old[0], set()):
            objects.delete(library.store, source.key, version_id=source.version_id)
    except S3AudioError as error:
        _LOG.warning("the peaks of %r did not follow it: %s", new[0], error)


def discard(library: Library, key: str, but: Collection[str] = ()) -> None:
    """Remove all peaks of `key` but those of these ETags. Trouble is as in `follow`."""
    try:
        if not but:
            library.peaks.drop([key])
        _remove(library, key, but)
    except S3AudioError as error:
        _LOG.warning("the peaks of %r were not removed: %s", key, error)


def tidy(library: Library, key: str) -> int:
    """Remove the peaks of versions that nobody can restore; return the bytes.

    One list finds out that there are none, as nearly always. Trouble is as in `follow`.
    """
    try:
        pages = listing.pages(library.store, library.full(f"{_stem(key)}-"))
        if sum(len(page) for page in pages) < 2:
            return 0
        return _remove(library, key, _restorable(library, key))
    except S3AudioError as error:
        _LOG.warning("old peaks of %r were not removed: %s", key, error)
        return 0


def forget(library: Library, key: str, etag: str) -> None:
    """Remove the peaks of a version that was removed, unless another one has the same ETag."""
    try:
        if objects.find(library.store, library.full(peaks_key(key, etag))) is not None:
            _remove(library, key, _restorable(library, key))
    except S3AudioError as error:
        _LOG.warning("the peaks of %r were not removed: %s", key, error)


def in_trash(library: Library, without: Collection[str] = ()) -> Mapping[str, set[str]]:
    """Return the ETags of what was moved into the trash, by the keys it had.

    `without` are places there that do not count. Raises `S3AudioError`: of what is not known
    nothing may be removed.
    """
    found: dict[str, set[str]] = {}
    for page in spans.pages(library.store, library.full(TRASH)):
        for entry in page:
            place = library.relative(entry.key)
            if place not in without:
                key = place.removeprefix(TRASH).partition("/")[2]
                found.setdefault(key, set()).add(entry.etag)
    return found


def trash_once(library: Library) -> Trashed:
    """Return what looks through the trash when it is first asked, for one act with many files."""
    look, lock = cache(partial(in_trash, library)), threading.Lock()

    def trashed() -> Mapping[str, set[str]]:
        with lock:  # who comes while it is looked through waits, and does not look too
            return look()

    return trashed


def restorable(library: Library, without: Collection[str] = ()) -> Mapping[str, set[str]] | None:
    """Return what is `in_trash`, if there are peaks at all; None where none shall be removed."""
    if not any_kept(library):
        return None
    try:
        return in_trash(library, without)
    except S3AudioError as error:
        _LOG.warning("the trash was not looked through, so all peaks stay: %s", error)
        return None


def _restorable(library: Library, key: str) -> set[str]:
    """Return the ETags of all that is, or can be again, under `key`."""
    return there(library, key) | in_trash(library).get(key, set())


def there(library: Library, key: str) -> set[str]:
    """Return the ETags of what is under `key`: the object, and the versions that are kept of it."""
    now = objects.find(library.store, library.full(key))
    current = set() if now is None else {now.etag}
    return current | _in_versions(library, key)


def _in_versions(library: Library, key: str) -> set[str]:
    if library.versioning() == "off":
        return set()
    found = objects.versions(library.store, library.full(key))
    return {version.etag for version in found if not version.is_delete_marker}


def _remove(library: Library, key: str, but: Collection[str]) -> int:
    """Remove them with their own versions, if the bucket keeps such; return the bytes."""
    prefix, store = library.full(f"{_stem(key)}-"), library.store
    kept = {library.full(peaks_key(key, etag)) for etag in but}
    gone: list[tuple[str, str | None]] = []
    size_bytes = 0
    if library.versioning() == "off":
        for page in listing.pages(store, prefix):
            left = [entry for entry in page if entry.key not in kept]
            gone += [(entry.key, None) for entry in left]
            size_bytes += sum(entry.size_bytes for entry in left)
    else:
        for versions in listing.version_pages(store, prefix):
            old = [version for version in versions if version.key not in kept]
            gone += [(version.key, version.version_id) for version in old]
            size_bytes += sum(version.size_bytes for version in old)
    for error in deletes.delete_many(store, gone) if gone else []:
        raise error.error
    return size_bytes
