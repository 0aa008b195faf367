"""What a user's audio takes up in S3: every byte that is paid for."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from s3audio_tui.cancel import CancelToken
from s3audio_tui.courtesy import in_steps
from s3audio_tui.errors import NotAllowedError, UnsupportedError
from s3audio_tui.library.layouts import segment
from s3audio_tui.library.opening import HIDDEN, Library, is_own
from s3audio_tui.store import listing, spans

TRASH = f"{HIDDEN}trash/"


@dataclass(frozen=True, slots=True)
class Usage:
    """`bytes` of all kinds; `files` that are there now, without s3audio's own."""

    bytes: int
    files: int


def user_prefix(library: Library) -> str:
    """Return the prefix, below the library, that the quota counts: empty, or ending in `/`."""
    named = library.settings.user_prefix.replace("{user}", segment(library.user)).strip("/")
    return f"{named}/" if named else ""


def measure(library: Library, cancel: CancelToken | None = None) -> Usage:
    """Add up files, old versions, trash and unfinished parts below the user's prefix.

    Costs one list request for each thousand versions. Where versions may not be listed, the
    files and the trash alone are counted.
    """
    prefix = user_prefix(library)
    size, files = _stored(library, prefix, cancel)
    if prefix:
        size += sum(
            size_bytes
            for key, size_bytes, _ in _sizes(library, TRASH)
            if _trashed_key(key).startswith(prefix)
        )
    try:
        for upload in listing.unfinished_uploads(library.store, library.full(prefix)):
            size += listing.uploaded_bytes(library.store, upload)
    except (NotAllowedError, UnsupportedError):
        pass
    return Usage(size, files)


def _stored(library: Library, prefix: str, cancel: CancelToken | None) -> tuple[int, int]:
    size = files = 0
    for key, size_bytes, current in _sizes(library, prefix, cancel):
        size += size_bytes
        files += current and not is_own(key) and not key.endswith("/")
    return size, files


def _sizes(
    library: Library, prefix: str, cancel: CancelToken | None = None
) -> Iterator[tuple[str, int, bool]]:
    """Yield key, bytes, and whether it is the current one, of every version below `prefix`."""
    full = library.full(prefix)
    pages = listing.version_pages(library.store, full)
    try:
        first = next(pages, [])
    except (NotAllowedError, UnsupportedError):
        for plain in spans.pages(library.store, full, cancel=cancel):
            for entry in plain:
                yield library.relative(entry.key), entry.size_bytes, True
        return
    for page in itertools.chain([first], pages):
        if cancel is not None:
            cancel.check()
        for version in in_steps(page):
            if not version.is_delete_marker:
                yield library.relative(version.key), version.size_bytes, version.is_latest


def _trashed_key(key: str) -> str:
    return key.removeprefix(TRASH).partition("/")[2]
