"""One object on its way here: into a file under its name, or to a stream."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    CancelledError,
    ConflictError,
    NotAllowedError,
    UnreachableError,
)
from s3audio_tui.library.names import IfTaken, numbered
from s3audio_tui.library.opening import Library
from s3audio_tui.library.passing_waveforms import passing
from s3audio_tui.library.transfers import Transfer, limit_for
from s3audio_tui.paths import PartFile, open_part
from s3audio_tui.store import download as fetching
from s3audio_tui.store import objects
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.proof import Verified, kept
from s3audio_tui.store.stream import small, stream

ONLY_SIZE = "only its size could be compared: the store keeps no checksum of it"


@dataclass(frozen=True, slots=True)
class DownloadItem:
    """One object and the file that it becomes: `relative`, a safe path below `folder`.

    `size_bytes` is what the catalog knows; `version_id` names a version that is not the latest.
    """

    key: str
    folder: Path
    relative: str
    size_bytes: int = 0
    version_id: str | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / self.relative


def get_again(
    library: Library,
    item: DownloadItem,
    if_exists: IfTaken,
    transfer: Transfer,
) -> str | None:
    """Download what an earlier try did not finish, unless it did and nobody knew."""
    head = objects.head(library.store, library.full(item.key), version_id=item.version_id)
    number, relative = 1, item.relative
    while (item.folder / relative).exists():
        path = item.folder / relative
        there = path.stat()
        if there.st_size == head.size_bytes and abs(there.st_mtime - head.modified) < 1:
            transfer.path = str(path)
            return "it has arrived already"
        number += 1
        relative = numbered(item.relative, number)
    return get(library, item, if_exists, transfer)


def get(
    library: Library,
    item: DownloadItem,
    if_exists: IfTaken,
    transfer: Transfer,
) -> str | None:
    """Bring one object into its file, as a transfer's work. A `.part` file is gone on with."""
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

    with (
        passing(library, transfer) as peaks,
        part_file(item.folder, relative, transfer.cancel) as part,
    ):

        def found(head: ObjectHead) -> None:
            transfer.bytes_total = head.size_bytes
            if item.version_id is None:
                peaks.filled(part, head)

        made = fetching.download(
            library.store,
            library.full(item.key),
            part.fd,
            expected_bytes=item.size_bytes,
            version_id=item.version_id,
            found=found,
            progress=transfer.progress,
            cancel=transfer.cancel,
            limit=transfer.limit,
            arriving=peaks.arriving,
        )
        part.publish(made.head.modified, overwrite=if_exists == "overwrite")
        peaks.arrived(made.head)
    transfer.verified_by = made.verified
    if made.verified == "size" and made.head.size_bytes:
        transfer.note(ONLY_SIZE)
    return None


@contextmanager
def part_file(folder: Path, relative: str, cancel: CancelToken | None = None) -> Iterator[PartFile]:
    """Yield an open part file, empty; what fails inside leaves nothing of it behind.

    With the `cancel` of a download it is as an earlier one left it, and stays where the next one
    can go on with it: when it was interrupted, or the network or the right to read went away.
    """
    part = open_part(folder, relative, empty=cancel is None)
    try:
        yield part
    except BaseException as error:
        if cancel is None or not _goes_on(error, cancel) or not os.fstat(part.fd).st_size:
            part.discard()
        raise
    finally:
        part.close()


def discard(folder: Path, relative: str) -> None:
    """Remove what a download left. Raises `ConflictError` while one is at it."""
    part = open_part(folder, relative, empty=False)
    try:
        part.discard()
    finally:
        part.close()


def _goes_on(error: BaseException, cancel: CancelToken) -> bool:
    if isinstance(error, CancelledError):
        return cancel.keeps
    passing = (UnreachableError, NotAllowedError)
    return isinstance(error, passing) or not isinstance(error, Exception)


def stream_to(
    library: Library, key: str, out: BinaryIO, cancel: CancelToken | None = None
) -> Verified:
    """Write one object to `out`, in order; return by what its bytes were compared.

    One that is not small has been written when `BadBytesError` says that it is wrong.
    """
    limit, token = limit_for(library.settings), cancel or CancelToken()
    store, full = library.store, library.full(key)
    row = library.catalog.get(key)
    expected_bytes = row.size_bytes if row else 0
    head, data = small(store, full, expected_bytes, check=token.check, limit=limit)
    blocks = stream(store, head, cancel=token, limit=limit) if data is None else [data]
    for block in blocks:
        out.write(block)
    return kept(head) if head.size_bytes else "checksum"
