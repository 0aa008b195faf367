"""Uploads: a plan that a person can read first, then files checked, sent and noted."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from s3audio_tui.audio.formats import by_ending
from s3audio_tui.errors import ConflictError, QuotaError, S3AudioError
from s3audio_tui.library import quota
from s3audio_tui.library.events import Failed, Skipped
from s3audio_tui.library.intake import check
from s3audio_tui.library.keys import checked
from s3audio_tui.library.layouts import Uploader, key_for
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import IfExists, UploadItem, put
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.store.transfer import RateLimit
from s3audio_tui.units import parse_size, size_text


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """What an upload would do: the files, those refused with the reason, those left out."""

    items: list[UploadItem]
    refused: list[Failed]
    skipped: list[Skipped]

    @property
    def total_bytes(self) -> int:
        """The bytes of all files that may go up."""
        return sum(item.size_bytes for item in self.items)


def plan(
    library: Library,
    paths: Sequence[Path],
    *,
    to: str = "",
    layout: str | None = None,
) -> UploadPlan:
    """Check each file, folders whole, and say where it would go. Sends nothing.

    `to` is a prefix put before every key. In a folder, what is plainly no audio is left out with
    its reason; a file that was named is refused.
    """
    made = UploadPlan([], [], [])
    taken: set[str] = set()
    for path in paths:
        for file, name, named in _files(path):
            if not named and by_ending(file.name) is None:
                made.skipped.append(Skipped(str(file), str(file), "it is not audio"))
                continue
            try:
                item = _item(library, file, name, to, layout)
                if item.key in taken:
                    raise ConflictError(
                        f"two files would get the name {item.key}",
                        "upload one of them under another name",
                        key=item.key,
                    )
            except S3AudioError as error:
                made.refused.append(Failed(str(file), str(file), error))
            else:
                taken.add(item.key)
                made.items.append(item)
    return made


def _files(path: Path) -> Iterator[tuple[Path, str, bool]]:
    """Yield each file, its name below what was given, and whether it was given itself."""
    if not path.is_dir():
        yield path, path.name, True
        return
    above = path.resolve()
    for folder, folders, names in os.walk(above):
        folders.sort()
        for name in sorted(names):
            file = Path(folder) / name
            below = PurePosixPath(file.relative_to(above.parent).as_posix())
            yield file, str(below), False


def _item(library: Library, file: Path, name: str, to: str, layout: str | None) -> UploadItem:
    candidate = check(file, parse_size(library.settings.max_size))
    key = checked(library, target(library, name, to, layout))
    conflict = library.catalog.get(key) is not None
    return UploadItem(file, key, candidate.size_bytes, candidate.sound, conflict)


def target(library: Library, name: str, to: str, layout: str | None) -> str:
    """Return the key that a file called `name` gets by the layout, below the prefix `to`."""
    settings = library.settings
    uploader = Uploader(library.user, settings.user_type, settings.provider)
    before = f"{to.strip('/')}/" if to.strip("/") else ""
    return before + key_for(layout or settings.layout, name, uploader, library.clock())


class Batch:
    """Uploads that share one reservation of the quota, settled when the last has ended."""

    def __init__(self, reservation: quota.Reservation, count: int, library: Library) -> None:
        self._reservation = reservation
        self._left = count
        self._landed: list[tuple[float, int]] = []
        self._lock = threading.Lock()
        self._library = library

    def ended(self, transfer: Transfer) -> None:
        """Note that one transfer has ended, however it did."""
        with self._lock:
            if transfer.error is None and not transfer.reason:
                self._landed.append((self._library.clock(), transfer.bytes_total))
            self._left -= 1
            last = self._left == 0
        if last:
            self._reservation.settle(self._landed)


def submit(
    library: Library,
    queue: TransferQueue,
    items: Sequence[UploadItem],
    *,
    if_exists: IfExists = "fail",
    tags: Mapping[str, str] | None = None,
    limit: RateLimit | None = None,
) -> list[Failed]:
    """Reserve room and queue the uploads; return those for which there is no room.

    Files are taken in their order for as long as they fit. Blocks for a few requests.
    """
    fitting, refused, reservation = _reserve(library, items)
    if reservation is None:
        return refused
    batch = Batch(reservation, len(fitting), library)
    for item in fitting:

        def work(transfer: Transfer, item: UploadItem = item) -> str | None:
            return put(library, item, if_exists, dict(tags or {}), limit, transfer)

        queue.submit("up", item.key, str(item.path), item.size_bytes, work, batch.ended)
    return refused


def _reserve(
    library: Library, items: Sequence[UploadItem]
) -> tuple[list[UploadItem], list[Failed], quota.Reservation | None]:
    fitting = list(items)
    refused: list[Failed] = []
    while fitting:
        try:
            held = quota.reserve(library, sum(item.size_bytes for item in fitting))
        except QuotaError as error:
            room, keep = quota.room_bytes(library), []
            for item in fitting:
                if item.size_bytes <= room:
                    room -= item.size_bytes
                    keep.append(item)
                else:
                    refused.append(_no_room(item, error))
            if len(keep) == len(fitting):
                refused.append(_no_room(keep.pop(), error))
            fitting = keep
        else:
            return fitting, refused, held
    return [], refused, None


def _no_room(item: UploadItem, error: QuotaError) -> Failed:
    return Failed(
        item.key,
        str(item.path),
        QuotaError(
            f"there is no room for its {size_text(item.size_bytes)}", error.remedy, key=item.key
        ),
    )
