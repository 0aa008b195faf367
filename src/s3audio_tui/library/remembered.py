"""What this machine remembers of its user across libraries: where they were, and what they kept.

One JSON file in the state folder, changed by read, change and replace under a lock, so that two
programs lose nothing of each other's. Of a file that somebody wrote into, what is no use is left
out, and the rest counts; one that cannot be read at all is kept beside the new one.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from s3audio_tui.catalog.folding import storable
from s3audio_tui.private import private_file, replace_private, writing

_RECENTS = 12
_FOLDERS = 4

LONGEST_NAME = 200
"""Characters of a bookmark's name."""

_OF_ANY_LENGTH = 2
"""Arguments of `tuple[X, ...]`."""

_Url = Annotated[str, msgspec.Meta(pattern="^s3://[^/]", max_length=2000)]
_Text = Annotated[str, msgspec.Meta(max_length=4000)]
_Path = Annotated[str, msgspec.Meta(pattern=r"^[^\0]*$", max_length=4000)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
_Volume = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a library is. `url` is `s3://bucket/prefix`; `name` is its name in the settings."""

    url: _Url
    profile: _Text | None = None
    region: _Text | None = None
    endpoint_url: _Text | None = None
    name: _Text = ""


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """A folder of a library, or with `search` what is found in it (`""` is the whole library)."""

    name: _Name
    address: Address
    prefix: _Text = ""
    search: _Text = ""


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
    hidden_panels: tuple[Literal["folders", "details"], ...] = ()
    upload_folders: tuple[_Path, ...] = ()
    """Folders of this machine that files went up from, the latest first."""
    download_folder: _Path = ""
    volume: _Volume = 1.0
    """What is played with, from 0 to 1."""
    output_device: _Text = ""
    """The device that sound comes out of; empty is the system's own."""
    input_device: _Text = ""
    """The microphone that was chosen last; empty is the system's own."""
    record_rate: _Count = 0
    """How it was recorded last; 0 is as the settings say."""
    record_channels: _Count = 0
    record_bits: _Count = 0


def recall(state_folder: Path) -> Remembered:
    """Return what is remembered; a file that is missing or broken is as good as none."""
    return _read(state_folder) or Remembered()


def _read(state_folder: Path) -> Remembered | None:
    """Return what of the file makes sense; None where it is missing, or none of it does."""
    try:
        found = msgspec.json.decode(_file(state_folder).read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Remembered):
        with suppress(KeyError, msgspec.ValidationError):
            values[field.name] = _converted(found[field.name], field.type)
    return Remembered(**values)


def _converted(value: object, kind: Any) -> object:
    """Return a value of the file as `kind`; of a list those that can be."""
    if not isinstance(value, list) or len(get_args(kind)) != _OF_ANY_LENGTH:
        return msgspec.convert(value, kind)
    made = []
    for each in value:
        with suppress(msgspec.ValidationError):
            made.append(msgspec.convert(each, get_args(kind)[0]))
    return tuple(made)


def remember(state_folder: Path, change: Callable[[Remembered], Remembered]) -> Remembered:
    """Replace what is remembered by what `change` makes of it, and return that. Blocks."""
    with writing(_file(state_folder)), _alone(_file(state_folder).with_suffix(".lock")):
        now = _read(state_folder)
        changed = change(now or Remembered())
        if now is None:
            _put_aside(_file(state_folder))
        replace_private(_file(state_folder), msgspec.json.encode(changed))
        return changed


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    fd = os.open(private_file(lock), os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _put_aside(file: Path) -> None:
    """Keep a file that cannot be read: somebody may mend it."""
    with suppress(FileNotFoundError):
        file.replace(file.with_suffix(".broken"))


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
