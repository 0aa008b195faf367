"""Uploads: a plan that a person can read first, then files checked, sent and noted."""

import os
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from s3audio_tui.audio.formats import by_ending
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import ConflictError, S3AudioError
from s3audio_tui.library import quota, sidecars
from s3audio_tui.library.events import Failed, Skipped
from s3audio_tui.library.filters import EVERYTHING, Filter
from s3audio_tui.library.intake import Candidate, check
from s3audio_tui.library.keeping import remove_owed, take_back
from s3audio_tui.library.keys import checked
from s3audio_tui.library.layouts import Uploader, key_for
from s3audio_tui.library.names import IfTaken, numbered
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import UploadItem, put, put_again
from s3audio_tui.library.room import reserve_for
from s3audio_tui.library.transfers import MANY, Transfer, TransferQueue
from s3audio_tui.library.unfinished import KeptUpload, Record
from s3audio_tui.paths import is_folder
from s3audio_tui.store.leftovers import abort
from s3audio_tui.units import parse_size


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was looked at. `name` is what it is called below what was given."""

    name: str
    candidate: Candidate


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


Look = Found | Failed | Skipped


def plan(
    library: Library,
    paths: Sequence[Path],
    *,
    to: str = "",
    layout: str | None = None,
    wanted: Filter = EVERYTHING,
) -> UploadPlan:
    """Check each file, folders whole, and say where it would go. Sends nothing.

    `to` is a prefix put before every key. In a folder, what is plainly no audio is left out with
    its reason; a file that was named is refused. What is not `wanted` of a folder is passed over.
    """
    return aim(library, list(look(library, paths, wanted=wanted)), to=to, layout=layout)


def look(
    library: Library,
    paths: Sequence[Path],
    cancel: CancelToken | None = None,
    wanted: Filter = EVERYTHING,
) -> Iterator[Look]:
    """Check each file, folders whole; yield what becomes of it. Reads the disk alone.

    Raises `CancelledError` once somebody has asked.
    """
    max_bytes = parse_size(library.settings.max_size)
    for path in paths:
        for file, name, named in _files(path, wanted):
            if cancel is not None:
                cancel.check()
            if not named and by_ending(file.name) is None:
                yield Skipped(str(file), str(file), "it is not audio")
                continue
            try:
                candidate = check(file, max_bytes)
            except S3AudioError as error:
                yield Failed(str(file), str(file), error)
            else:
                yield Found(name, candidate)


def aim(
    library: Library, looks: Sequence[Look], *, to: str = "", layout: str | None = None
) -> UploadPlan:
    """Give each file that was found its key below the prefix `to`; reads the catalog alone."""
    made = UploadPlan([], [], [])
    taken: set[str] = set()
    for each in looks:
        if isinstance(each, Skipped):
            made.skipped.append(each)
        elif isinstance(each, Failed):
            made.refused.append(each)
        else:
            path = str(each.candidate.path)
            try:
                key = free_of(taken, checked(library, target(library, each.name, to, layout)))
            except S3AudioError as error:
                made.refused.append(Failed(path, path, error))
            else:
                taken.add(key)
                made.items.append(item_for(library, each.candidate, key))
    return made


def free_of(taken: Collection[str], key: str) -> str:
    """Return `key`, unless another file of the same upload gets it: then raise `ConflictError`."""
    if key in taken:
        raise ConflictError(
            f"two files would get the name {key}", "upload one of them under another name", key=key
        )
    return key


def item_for(library: Library, candidate: Candidate, key: str) -> UploadItem:
    """Return what puts a file under `key`, with what the catalog has there."""
    there = library.catalog.get(key)
    return UploadItem(
        candidate.path,
        key,
        candidate.size_bytes,
        candidate.modified,
        candidate.sound,
        there,
        _has_size(library, there, candidate.size_bytes),
    )


def _has_size(library: Library, there: Row | None, size_bytes: int) -> bool:
    """Return whether what has a name, or a number of it, is of that size."""
    number, row = 1, there
    while there is not None and row is not None and row.size_bytes != size_bytes:
        number += 1
        row = library.catalog.get(numbered(there.key, number))
    return row is not None


def renamed(library: Library, plan: UploadPlan, item: UploadItem, name: str) -> UploadItem:
    """Return an item of a plan under another name in the same folder.

    Raises `UsageError`, `LimitError`, and `ConflictError` where the name is taken, in the library
    or by another file of the plan.
    """
    folder = item.key[: item.key.rfind("/") + 1]
    key = checked(library, folder + name)
    free_of({other.key for other in plan.items if other is not item}, key)
    there = library.catalog.get(key)
    if there is not None:
        raise ConflictError(f"{key} is there already", "choose another name", key=key)
    return replace(item, key=key, there=None, may_have_arrived=False)


def _files(path: Path, wanted: Filter) -> Iterator[tuple[Path, str, bool]]:
    """Yield each file, its name below what was given, and whether it was given itself."""
    if not is_folder(path):
        yield path, path.name, True
        return
    above = path.resolve()
    for folder, folders, names in os.walk(above):
        folders.sort()
        for name in sorted(names):
            file = Path(folder) / name
            below = file.relative_to(above).as_posix()
            if wanted.takes(below):
                yield file, f"{above.name}/{below}" if above.name else below, False


def target(library: Library, name: str, to: str, layout: str | None) -> str:
    """Return the key that a file called `name` gets by the layout, below the prefix `to`."""
    settings = library.settings
    uploader = Uploader(library.user, settings.user_type, settings.provider)
    before = f"{to.strip('/')}/" if to.strip("/") else ""
    return before + key_for(layout or settings.layout, name, uploader, library.clock())


class Batch:
    """Uploads that share one reservation of the quota, settled when the last has ended.

    `trashed` tells their first tries what lies in the trash; it is forgotten with the last.
    """

    def __init__(self, reservation: quota.Reservation, count: int, library: Library) -> None:
        self._reservation = reservation
        self._left = count
        self._landed: list[tuple[float, int]] = []
        self._lock = threading.Lock()
        self._library = library
        self.trashed: sidecars.Trashed | None = sidecars.trash_once(library)

    def ended(self, transfer: Transfer) -> None:
        """Note that one transfer has ended, however it did."""
        with self._lock:
            if transfer.error is None and not transfer.reason:
                self._landed.append((self._library.clock(), transfer.bytes_total))
            self._left -= 1
            last = self._left == 0
        if last:
            self.trashed = None
            self._reservation.settle(self._landed)


def submit(
    library: Library,
    queue: TransferQueue,
    items: Sequence[UploadItem],
    *,
    if_exists: IfTaken = "fail",
    choices: Mapping[str, IfTaken] | None = None,
    tags: Mapping[str, str] | None = None,
) -> list[Failed]:
    """Reserve room and queue the uploads; return those for which there is no room.

    `choices` says by key what to do where that name is taken; `if_exists` is for all others.
    Files are taken in their order for as long as they fit. Blocks for a few requests.
    """
    chosen = choices or {}
    fitting, refused, reservation = reserve_for(library, items)
    if reservation is None:
        return refused
    batch = Batch(reservation, len(fitting), library)
    kept = [
        KeptUpload(
            str(item.path.absolute()),
            item.key,
            item.size_bytes,
            chosen.get(item.key, if_exists),
            dict(tags or {}),
        )
        for item in fitting
    ]
    try:
        for session in library.unfinished.outdated(kept):
            with suppress(S3AudioError):  # `uploads ls` lists its parts
                abort(library.store, session.key, session.upload_id)
        remove_owed(library)
        records = library.unfinished.keep(kept)
    except S3AudioError:
        reservation.settle([])
        raise
    for item, each, record in zip(fitting, kept, records, strict=True):

        def work(
            transfer: Transfer, item: UploadItem = item, each: KeptUpload = each
        ) -> str | None:
            if transfer.tries > 1:
                return send_again(library, each, transfer)
            return put(library, item, each.if_exists, each.tags, transfer, batch.trashed)

        path = str(item.path)
        queue.submit(
            *("up", item.key, path, item.size_bytes, work, batch.ended),
            record=record,
            give_up=partial(take_back, library, record),
            in_bulk=len(fitting) > MANY,
        )
    return refused


def send_again(library: Library, kept: KeptUpload, transfer: Transfer) -> str | None:
    """Upload what an earlier try did not finish, with room of its own for what is missing."""
    candidate = check(Path(kept.path), parse_size(library.settings.max_size))
    item = item_for(library, candidate, kept.key)
    transfer.bytes_total = item.size_bytes
    session = transfer.record.session if isinstance(transfer.record, Record) else None
    there_bytes = session.arrived_bytes if session is not None else 0
    held = quota.reserve(library, max(0, item.size_bytes - there_bytes))  # parts count already
    landed: list[tuple[float, int]] = []
    try:
        reason = put_again(library, item, kept.if_exists, kept.tags, transfer)
        if reason is None:
            landed.append((library.clock(), item.size_bytes))
        return reason
    finally:
        held.settle(landed)
