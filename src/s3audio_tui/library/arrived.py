"""What is in S3 already, byte for byte: found out cheaply, so that an upload can be run again."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import NotAllowedError, S3AudioError
from s3audio_tui.library import browse
from s3audio_tui.library.each import ask_each
from s3audio_tui.library.events import Skipped
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import UploadItem, is_of
from s3audio_tui.library.taken import heads
from s3audio_tui.store import objects
from s3audio_tui.store.local import etag_for

ARRIVED = "it has arrived already"

_FEW = 8
"""So many are asked for at once: for fewer than these the list is no faster."""


@dataclass(frozen=True, slots=True)
class Known:
    """What S3 has under a name. `modified` in seconds since 1970."""

    size_bytes: int
    etag: str
    modified: float


def known(
    library: Library, keys: Sequence[str], cancel: CancelToken | None = None
) -> dict[str, Known]:
    """Return what S3 has now under those of `keys` that are taken.

    Many keys are found in the list of their folder, if that takes no longer than to ask for each;
    the catalog then knows them too. Whoever may not look is told of none.
    """
    pages = len(keys) // _FEW
    if not pages or not _listed(library, _common_folder(keys), pages, cancel):
        try:
            found = heads(library, keys).items()
        except NotAllowedError:
            return {}
        return {key: Known(head.size_bytes, head.etag, head.modified) for key, head in found}
    rows = library.catalog.rows(keys)
    return {row.key: Known(row.size_bytes, row.etag, row.modified) for row in rows}


def _listed(library: Library, folder: str, most: int, cancel: CancelToken | None) -> bool:
    """Bring the catalog up to date below a folder; return False where that would take too long."""
    try:
        for number, page in enumerate(browse.refresh(library, folder, cancel=cancel), 1):
            if page.done:
                return True
            if number >= most:
                break
    except NotAllowedError:
        pass
    return False


def _common_folder(keys: Sequence[str]) -> str:
    """Return the innermost folder that all keys lie in."""
    same = os.path.commonprefix(list(keys))  # noqa: RUF071  # cut at a folder below
    return same[: same.rfind("/") + 1]


def same(
    library: Library,
    items: Iterable[UploadItem],
    there: Mapping[str, Known],
    cancel: CancelToken | None = None,
) -> set[str]:
    """Return the keys of those items whose very bytes S3 has under them.

    Reads the files whose sizes are the same, eight at once; one that cannot be read is not.
    """

    def look(item: UploadItem) -> bool:
        if cancel is not None:
            cancel.check()
        try:
            return _is_same(library, item, there[item.key])
        except S3AudioError:
            return False

    alike = [each for each in items if _fits(each, there.get(each.key))]
    return {item.key for item, arrived in zip(alike, ask_each(alike, look), strict=True) if arrived}


def _fits(item: UploadItem, known: Known | None) -> bool:
    return known is not None and known.size_bytes == item.size_bytes


def _is_same(library: Library, item: UploadItem, known: Known) -> bool:
    if "-" not in known.etag and known.etag == etag_for(item.path):
        return True
    head = objects.find(library.store, library.full(item.key))
    return head is not None and is_of(head, item)


def skipped(item: UploadItem) -> Skipped:
    """Return what is said of an item that has arrived."""
    return Skipped(item.key, str(item.path), ARRIVED)
