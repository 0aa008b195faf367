"""What this machine remembers of its user across libraries: where they were, and what they kept.

One JSON file in the state folder, changed by read, change and replace under a lock, so that two
programs lose nothing of each other's.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from s3audio_tui.catalog.folding import storable
from s3audio_tui.private import private_file, replace_private

_RECENTS = 12
_FOLDERS = 4


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a library is. `url` is `s3://bucket/prefix`; `name` is its name in the settings."""

    url: str
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    name: str = ""


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """A folder of a library, or with `search` what is found in it (`""` is the whole library)."""

    name: str
    address: Address
    prefix: str = ""
    search: str = ""


class ColumnChoice(msgspec.Struct, frozen=True):
    """A column that is shown, and its width in cells; 0 is its own."""

    name: str
    width: int = 0


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. The latest library comes first in `recents`."""

    recents: tuple[Address, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    columns: tuple[ColumnChoice, ...] = ()
    """The columns of the file list in their order; none means the usual ones."""
    theme: str = ""
    hidden_panels: tuple[str, ...] = ()
    upload_folders: tuple[str, ...] = ()
    """Folders of this machine that files went up from, the latest first."""
    download_folder: str = ""


def recall(state_folder: Path) -> Remembered:
    """Return what is remembered; a file that is missing or broken is as good as none."""
    try:
        return msgspec.json.decode(_file(state_folder).read_bytes(), type=Remembered)
    except (OSError, msgspec.MsgspecError):
        return Remembered()


def remember(state_folder: Path, change: Callable[[Remembered], Remembered]) -> Remembered:
    """Replace what is remembered by what `change` makes of it, and return that. Blocks."""
    fd = os.open(private_file(_file(state_folder).with_suffix(".lock")), os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        changed = change(recall(state_folder))
        replace_private(_file(state_folder), msgspec.json.encode(changed))
        return changed
    finally:
        os.close(fd)


def visited(address: Address) -> Callable[[Remembered], Remembered]:
    """Return the change that puts a library first among the recent ones."""

    def change(now: Remembered) -> Remembered:
        others = [each for each in now.recents if _place(each) != _place(address)]
        return msgspec.structs.replace(now, recents=(address, *others)[:_RECENTS])

    return change


def forgotten(url: str) -> Callable[[Remembered], Remembered]:
    """Return the change that takes a library out of the recent ones."""

    def change(now: Remembered) -> Remembered:
        others = tuple(each for each in now.recents if each.url != url)
        return msgspec.structs.replace(now, recents=others)

    return change


def uploaded_from(folder: str) -> Callable[[Remembered], Remembered]:
    """Return the change that puts a local folder first among those that files went up from.

    One whose name is not Unicode cannot be written down, and is not.
    """

    def change(now: Remembered) -> Remembered:
        if not storable(folder):
            return now
        others = [each for each in now.upload_folders if each != folder]
        return msgspec.structs.replace(now, upload_folders=(folder, *others)[:_FOLDERS])

    return change


def _place(address: Address) -> tuple[str, str | None, str | None]:
    return address.url, address.endpoint_url, address.profile


def _file(state_folder: Path) -> Path:
    return state_folder / "remembered.json"
