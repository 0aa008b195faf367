"""Many objects as one zip on this disk: written as they arrive, named when it is whole."""

import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import ConflictError
from s3audio_tui.library.events import Done, ItemEvent, Noted, Started
from s3audio_tui.library.getting import ONLY_SIZE, DownloadItem, part_file
from s3audio_tui.library.names import IfTaken, numbered
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Transfer, TransferQueue, limit_for
from s3audio_tui.library.unfinished import KeptZip
from s3audio_tui.paths import local_path
from s3audio_tui.store.ahead import ahead
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.proof import kept
from s3audio_tui.store.sink import unwritable
from s3audio_tui.store.stream import small, stream
from s3audio_tui.store.transfer import RateLimit

_ZIP_EPOCH = 315_532_800.0
"""1980-01-01: a zip knows no earlier date."""

_AHEAD = 8
"""So many objects are fetched at once, those that are small whole: at most 32 MiB."""


def name_for(library: Library, keys: Sequence[str], prefix: str = "") -> str:
    """Return a name for the zip of `keys`: that of the only one, else of the place `prefix`.

    A folder's key ends in `/`.
    """
    only = keys[0] if len(keys) == 1 else prefix
    name = only.rstrip("/").rpartition("/")[2] or library.label
    if len(keys) == 1 and not only.endswith("/"):
        name = name.rpartition(".")[0] or name
    return local_path(f"{name}.zip")


def to_zip(
    library: Library,
    items: Sequence[DownloadItem],
    target: Path,
    *,
    overwrite: bool = False,
    cancel: CancelToken | None = None,
    limit: RateLimit | None = None,
    progress: Callable[[int], None] = lambda bytes_done: None,
) -> Iterator[ItemEvent]:
    """Write the objects into one zip, unpacked names safe; yield what becomes of each.

    Audio does not pack, so it is stored as it is. The zip gets its name when it is whole; where
    an object failed, there is no zip. `progress` gets the bytes of all objects so far.
    """
    token, limit = cancel or CancelToken(), limit or limit_for(library.settings)
    bytes_done = 0
    with part_file(target.parent, local_path(target.name)) as part:
        with (
            _writing(target),
            open(part.fd, "wb", closefd=False) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
        ):
            for item, (head, data) in zip(items, _ready(library, items, token, limit), strict=True):
                yield Started(item.key, str(target), head.size_bytes)
                with archive.open(_entry(item, head), "w", force_zip64=True) as packed:
                    blocks = stream(library.store, head, cancel=token, limit=limit)
                    for block in blocks if data is None else [data]:
                        packed.write(block)
                        bytes_done += len(block)
                        progress(bytes_done)
                verified_by = kept(head)
                if verified_by == "size" and head.size_bytes:
                    yield Noted(item.key, item.key, ONLY_SIZE)
                yield Done(item.key, str(target), head.size_bytes, verified_by)
        part.publish(library.clock(), overwrite=overwrite)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Name the zip where the disk does not take it."""
    try:
        yield
    except OSError as error:
        raise unwritable(error, str(target)) from error


def _ready(
    library: Library, items: Sequence[DownloadItem], token: CancelToken, limit: RateLimit
) -> Iterator[tuple[ObjectHead, memoryview | None]]:
    """Yield what each object is, and the bytes of the small ones, fetched a little ahead."""

    def fetch(
        item: DownloadItem, check: Callable[[], None]
    ) -> tuple[ObjectHead, memoryview | None]:
        token.hold(check)
        key = library.full(item.key)
        return small(library.store, key, item.size_bytes, check=check, limit=limit)

    return ahead(fetch, items, workers=_AHEAD, check=token.check)


def _entry(item: DownloadItem, head: ObjectHead) -> zipfile.ZipInfo:
    moment = datetime.fromtimestamp(max(head.modified, _ZIP_EPOCH), UTC)
    entry = zipfile.ZipInfo(item.relative, moment.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def submit_zip(
    library: Library,
    queue: TransferQueue,
    items: Sequence[DownloadItem],
    target: Path,
    *,
    if_exists: IfTaken = "fail",
) -> int:
    """Queue one transfer that writes all objects into one zip; return its id.

    Killed or failed, it leaves no zip: at most a `.part` file, which the next try takes over.
    """
    inside = [(item.key, item.relative, item.size_bytes) for item in items]
    kept = KeptZip(str(target.absolute()), inside, if_exists)
    (record,) = library.unfinished.keep([kept])
    work = zip_work(library, items, target, if_exists)
    size_bytes, files = kept.size_bytes, len(items)
    return queue.submit(
        "down", target.name, str(target), size_bytes, work, files=files, record=record
    )


def zip_work(
    library: Library, items: Sequence[DownloadItem], target: Path, if_exists: IfTaken
) -> Callable[[Transfer], str | None]:
    """Return what writes the objects into one zip, as a transfer's work."""

    def work(transfer: Transfer) -> str | None:
        place = place_for(target, if_exists)
        if place is None:
            return "it is there already"
        transfer.path = str(place)
        overwrite = if_exists == "overwrite"
        for event in to_zip(
            library,
            items,
            place,
            overwrite=overwrite,
            cancel=transfer.cancel,
            limit=transfer.limit,
            progress=transfer.progress,
        ):
            transfer.files_done += isinstance(event, Done)
        return None

    return work


def place_for(target: Path, if_exists: IfTaken) -> Path | None:
    """Return where the zip goes; None to leave what is there. Raises `ConflictError`."""
    place, number = target, 1
    while os.path.lexists(place) and if_exists != "overwrite":
        if if_exists == "skip":
            return None
        if if_exists == "fail":
            raise ConflictError(f"{target} is there already", "choose another name, or --if-exists")
        number += 1
        place = target.with_name(numbered(target.name, number))
    return place
