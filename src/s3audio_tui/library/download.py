"""Downloads planned and queued: which objects, under which safe names, and whether they fit."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from s3audio_tui.errors import LimitError, S3AudioError
from s3audio_tui.library.browse import expand_sized
from s3audio_tui.library.events import Failed
from s3audio_tui.library.filters import EVERYTHING, Filter
from s3audio_tui.library.getting import DownloadItem, get, get_again
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.names import IfTaken, numbered
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import MANY, Transfer, TransferQueue
from s3audio_tui.library.unfinished import KeptDownload
from s3audio_tui.paths import exists, folded, is_folder, local_path
from s3audio_tui.units import size_text


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """What a download would do, and the keys that no file can have, with the reason."""

    items: list[DownloadItem]
    refused: list[Failed]

    @property
    def total_bytes(self) -> int:
        """The bytes of all files, as far as they are known."""
        return sum(item.size_bytes for item in self.items)

    def taken(self) -> list[DownloadItem]:
        """Return the items whose files are there already. Reads the disk."""
        return [item for item in self.items if os.path.lexists(item.path)]

    def into(self, folder: Path) -> "DownloadPlan":
        """Return the same plan for another folder."""
        return DownloadPlan([replace(item, folder=folder) for item in self.items], self.refused)


def plan(
    library: Library,
    patterns: Sequence[str],
    folder: Path,
    *,
    known: bool = False,
    wanted: Filter = EVERYTHING,
) -> DownloadPlan:
    """Find the keys, and give each a path below `folder`.

    A key becomes a file of its last name; a prefix or a glob keeps the folders below its fixed
    part, a prefix its own name too. Two keys that some disk takes for one name are told apart by
    a number. With `known` the patterns are keys and folders of the catalog: keys are not asked for.
    What is not `wanted` below a prefix or a glob is passed over.
    """
    made = DownloadPlan([], [])
    taken: set[str] = set()
    for pattern in patterns:
        key = pattern if known else from_argument(library, pattern)
        sizes = _sizes(library, key) if known else expand_sized(library, [pattern])
        keys = list(sizes)
        base = _base(key, keys)
        if keys != [key]:
            above = key if key.endswith("/") else base
            keys = [each for each in keys if wanted.takes(each.removeprefix(above))]
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
            made.items.append(DownloadItem(key, folder, relative, sizes[key]))
    return made


def _sizes(library: Library, key: str) -> dict[str, int]:
    """Return a key of the catalog with its bytes, or all that is in a folder now."""
    if key.endswith("/"):
        return expand_sized(library, [key])
    row = library.catalog.get(key)
    return {key: row.size_bytes if row else 0}


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


def needed_bytes(items: Sequence[DownloadItem], if_exists: IfTaken) -> int:
    """Return what a disk must have free for the items. Reads the disk."""
    kept = if_exists in ("skip", "fail")
    return sum(item.size_bytes for item in items if not (kept and os.path.lexists(item.path)))


def free_bytes(folder: Path) -> int | None:
    """Return what is free where a folder is or would be made; None where no disk says it."""
    while not exists(folder) and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def check_room(folder: Path, needed: int) -> None:
    """Raise `LimitError` if the disk of `folder` has fewer bytes free than are needed."""
    free = free_bytes(folder)
    if free is not None and needed > free:
        raise LimitError(
            f"this takes {size_text(needed)}, and {folder} has {size_text(free)} free",
            "choose another folder, or free some room",
            key=str(folder),
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """What a folder says of a plan: how many names are taken there, and what is free for it."""

    exists: bool
    taken: int
    needed_bytes: int
    free_bytes: int | None
    """None where no disk says it."""

    @property
    def fits(self) -> bool:
        """Whether there is room."""
        return self.free_bytes is None or self.needed_bytes <= self.free_bytes


def ground_for(plan: DownloadPlan, folder: Path, archive: str, if_exists: IfTaken) -> Ground:
    """Look at the disk for a plan into `folder`, or into the zip `archive` there if one is named.

    Reads the disk.
    """
    free, is_there = free_bytes(folder), is_folder(folder)
    if archive:
        return Ground(is_there, int(exists(folder / archive)), plan.total_bytes, free)
    there = plan.into(folder)
    needed = needed_bytes(there.items, if_exists)
    return Ground(is_there, len(there.taken()), needed, free)


def submit(
    library: Library,
    queue: TransferQueue,
    items: Sequence[DownloadItem],
    *,
    if_exists: IfTaken = "fail",
) -> None:
    """Queue the downloads. Each fills a `.part` file, which gets its name when it is whole."""
    kept = [
        KeptDownload(
            item.key,
            str(item.folder.absolute()),
            item.relative,
            item.size_bytes,
            if_exists,
            item.version_id,
        )
        for item in items
    ]
    for item, record in zip(items, library.unfinished.keep(kept), strict=True):

        def work(transfer: Transfer, item: DownloadItem = item) -> str | None:
            if transfer.tries > 1:
                return get_again(library, item, if_exists, transfer)
            return get(library, item, if_exists, transfer)

        queue.submit(
            *("down", item.key, str(item.path), item.size_bytes, work),
            record=record,
            in_bulk=len(items) > MANY,
        )
