"""Downloads: into a folder under safe names, to a stream, or as one zip."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import ConflictError, S3AudioError
from s3audio_tui.library.browse import expand
from s3audio_tui.library.events import Done, Failed, ItemEvent, Started
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import numbered
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.paths import PartFile, folded, local_path, open_part
from s3audio_tui.store import download as fetching
from s3audio_tui.store import objects
from s3audio_tui.store.transfer import RateLimit

IfThere = Literal["skip", "rename", "overwrite", "fail"]

_ZIP_EPOCH = 315_532_800.0
"""1980-01-01: a zip knows no earlier date."""


@dataclass(frozen=True, slots=True)
class DownloadItem:
    """One object and the file that it becomes: `relative`, a safe path below `folder`."""

    key: str
    folder: Path
    relative: str


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """What a download would do, and the keys that no file can have, with the reason."""

    items: list[DownloadItem]
    refused: list[Failed]


def plan(library: Library, patterns: Sequence[str], folder: Path) -> DownloadPlan:
    """Find the keys, and give each a path below `folder`.

    A key becomes a file of its last name; a prefix or a glob keeps the folders below its fixed
    part, a prefix its own name too. Two keys that some disk takes for one name are told apart by
    a number.
    """
    made = DownloadPlan([], [])
    taken: set[str] = set()
    for pattern in patterns:
        keys = expand(library, [pattern])
        base = _base(from_argument(library, pattern), keys)
        for key in keys:
            try:
                local_path(key)
                relative = first = local_path(key.removeprefix(base))
            except S3AudioError as error:
                made.refused.append(Failed(key, "", error))
                continue
            number = 1
            while folded(relative) in taken:
                number += 1
                relative = numbered(first, number)
            taken.add(folded(relative))
            made.items.append(DownloadItem(key, folder, relative))
    return made


def _base(pattern: str, keys: list[str]) -> str:
    """Return the part of the keys that is not repeated on disk."""
    if keys == [pattern]:
        return pattern.rpartition("/")[0] + "/" if "/" in pattern else ""
    fixed = pattern.rstrip("/") if pattern.endswith("/") else _before_wildcard(pattern)
    folder = fixed.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _before_wildcard(pattern: str) -> str:
    cut = min((pattern.index(char) for char in "*?[" if char in pattern), default=len(pattern))
    return pattern[:cut]


def submit(
    library: Library,
    queue: TransferQueue,
    items: Sequence[DownloadItem],
    *,
    if_exists: IfThere = "fail",
    limit: RateLimit | None = None,
) -> None:
    """Queue the downloads. Each fills a `.part` file, which gets its name when it is whole."""
    for item in items:

        def work(transfer: Transfer, item: DownloadItem = item) -> str | None:
            return _get(library, item, if_exists, limit, transfer)

        row = library.catalog.get(item.key)
        size_bytes = row.size_bytes if row else 0
        queue.submit("down", item.key, str(item.folder / item.relative), size_bytes, work)


def _get(
    library: Library,
    item: DownloadItem,
    if_exists: IfThere,
    limit: RateLimit | None,
    transfer: Transfer,
) -> str | None:
    number, relative = 1, item.relative
    while (item.folder / relative).exists():
        if if_exists == "skip":
            return "it is there already"
        if if_exists == "fail":
            raise ConflictError(
                f"{item.folder / relative} is there already",
                "choose --if-exists rename or overwrite",
                key=item.key,
            )
        if if_exists == "overwrite":
            break
        number += 1
        relative = numbered(item.relative, number)
    transfer.path = str(item.folder / relative)
    head = objects.head(library.store, library.full(item.key))
    transfer.bytes_total = head.size_bytes
    with part_file(item.folder, relative) as part:
        fetching.download(
            library.store,
            head,
            part.fd,
            progress=transfer.progress,
            cancel=transfer.cancel,
            limit=limit,
        )
        part.publish(head.modified, overwrite=if_exists == "overwrite")
    return None


@contextmanager
def part_file(folder: Path, relative: str) -> Iterator[PartFile]:
    """Yield an open part file; what fails inside leaves nothing of it behind."""
    part = open_part(folder, relative)
    try:
        yield part
    except BaseException:
        part.discard()
        raise
    finally:
        part.close()


def stream_to(library: Library, key: str, out: BinaryIO, cancel: CancelToken | None = None) -> int:
    """Write one object to `out`, in order; return its bytes."""
    head = objects.head(library.store, library.full(key))
    for block in fetching.stream(library.store, head, cancel=cancel):
        out.write(block)
    return head.size_bytes


def to_zip(
    library: Library,
    items: Sequence[DownloadItem],
    target: Path,
    *,
    overwrite: bool = False,
    cancel: CancelToken | None = None,
) -> Iterator[ItemEvent]:
    """Write the objects into one zip, unpacked names safe; yield what becomes of each.

    Audio does not pack, so it is stored as it is. The zip gets its name when it is whole; where
    an object failed, there is no zip.
    """
    with part_file(target.parent, local_path(target.name)) as part:
        with (
            open(part.fd, "wb", closefd=False) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
        ):
            for item in items:
                head = objects.head(library.store, library.full(item.key))
                yield Started(item.key, str(target), head.size_bytes)
                moment = datetime.fromtimestamp(max(head.modified, _ZIP_EPOCH), UTC)
                entry = zipfile.ZipInfo(item.relative, moment.timetuple()[:6])
                entry.external_attr = 0o644 << 16
                with archive.open(entry, "w", force_zip64=True) as packed:
                    for block in fetching.stream(library.store, head, cancel=cancel):
                        packed.write(block)
                yield Done(item.key, str(target), head.size_bytes)
        part.publish(library.clock(), overwrite=overwrite)
