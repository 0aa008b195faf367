"""What an earlier run of the program did not finish, offered again and taken up."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import assert_never

from s3audio_tui.library.getting import DownloadItem, get_again
from s3audio_tui.library.keeping import take_back
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Kind, Transfer, TransferQueue
from s3audio_tui.library.unfinished import Kept, KeptDownload, KeptUpload, KeptZip, Unfinished
from s3audio_tui.library.upload import send_again
from s3audio_tui.library.zipping import zip_work
from s3audio_tui.paths import exists
from s3audio_tui.store.leftover import noted_bytes


def offer(library: Library, queue: TransferQueue, left: Iterable[Unfinished]) -> list[int]:
    """List transfers in the queue as interrupted; return their ids. `queue.retry` goes on.

    Both go on with what has arrived already. Reads the disk.
    """
    offered = []
    for each in left:
        kept = each.kept

        def work(transfer: Transfer, kept: Kept = kept) -> str | None:
            return _again(library, kept, transfer)

        files = len(kept.items) if isinstance(kept, KeptZip) else 1
        offered.append(
            queue.offer(
                kind_of(kept),
                kept.key,
                kept.path,
                kept.size_bytes,
                work,
                each.record,
                give_up=partial(take_back, library, each.record),
                files=files,
                bytes_done=bytes_there(kept),
            )
        )
    return offered


def kind_of(kept: Kept) -> Kind:
    """Return which way a transfer goes."""
    return "up" if isinstance(kept, KeptUpload) else "down"


def can_resume(kept: Kept) -> bool:
    """Return whether what is needed on this disk is there still. Reads the disk."""
    return not isinstance(kept, KeptUpload) or exists(Path(kept.path))


def bytes_there(kept: Kept) -> int:
    """Return how much of a transfer has arrived, as far as is written down. Reads the disk."""
    if isinstance(kept, KeptDownload):
        return noted_bytes(Path(f"{kept.path}.part"), kept.size_bytes)
    session = kept.session if isinstance(kept, KeptUpload) else None
    return session.arrived_bytes if session is not None else 0


def _again(library: Library, kept: Kept, transfer: Transfer) -> str | None:
    match kept:
        case KeptUpload():
            return send_again(library, kept, transfer)
        case KeptDownload():
            folder = Path(kept.folder)
            item = DownloadItem(kept.key, folder, kept.relative, kept.size_bytes, kept.version_id)
            return get_again(library, item, kept.if_exists, transfer)
        case KeptZip():
            target = Path(kept.path)
            items = [DownloadItem(key, target.parent, name, n) for key, name, n in kept.items]
            return zip_work(library, items, target, kept.if_exists)(transfer)
        case _:
            assert_never(kept)
