"""What this machine has to upload: its folders and files as a list shows them, and typed paths."""

import os
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from s3audio_tui.audio.formats import by_ending
from s3audio_tui.audio.header import SoundInfo, check_file
from s3audio_tui.catalog.folding import fold
from s3audio_tui.errors import NotAllowedError, NotAudioError, NotFoundError
from s3audio_tui.paths import exists as exists
from s3audio_tui.paths import is_folder

Order = Literal["name", "newest", "largest"]

_COMPLETED = 20_000
"""So many names a completion looks through: it is asked for while one types."""


@dataclass(frozen=True, slots=True)
class LocalEntry:
    """One file or folder of this machine. `modified` in seconds since 1970, UTC.

    `format` is what the ending of a file stands for, `""` for a folder and for what is no audio.
    """

    path: str
    name: str
    """The last segment of the path, raw."""
    folded: str
    """The name as it is compared and sorted: without case and accents."""
    is_folder: bool
    size_bytes: int
    modified: float
    format: str


def listing(folder: Path, *, everything: bool = False, order: Order = "name") -> list[LocalEntry]:
    """Return what a folder holds: folders first, then audio, by their endings.

    `everything` adds hidden names and files that are no audio. What vanishes meanwhile is left
    out. Raises `NotFoundError` and `NotAllowedError`.
    """
    try:
        with os.scandir(folder) as found:
            entries = [made for item in found if (made := _entry(item, everything)) is not None]
    except PermissionError:
        raise NotAllowedError(f"{folder} cannot be read", "change its permissions") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise NotFoundError(
            f"{folder} cannot be read ({reason})", "choose another folder"
        ) from None
    return sorted(entries, key=_ORDERS[order])


def _entry(item: "os.DirEntry[str]", everything: bool) -> LocalEntry | None:
    kind = by_ending(item.name)
    try:
        is_folder = item.is_dir()
        if not everything and (item.name.startswith(".") or not (is_folder or kind)):
            return None
        status = item.stat()
    except OSError:
        return None
    name, folded = item.name, fold(item.name)
    if is_folder:
        return LocalEntry(item.path, name, folded, True, 0, status.st_mtime, "")
    size_bytes = status.st_size
    ending = kind.name if kind else ""
    return LocalEntry(item.path, name, folded, False, size_bytes, status.st_mtime, ending)


_ORDERS: dict[Order, Callable[[LocalEntry], tuple[object, ...]]] = {
    "name": lambda it: (not it.is_folder, it.folded, it.name),
    "newest": lambda it: (not it.is_folder, -it.modified, it.name),
    "largest": lambda it: (not it.is_folder, -it.size_bytes, it.name),
}


def narrowed(entries: Iterable[LocalEntry], words: str) -> list[LocalEntry]:
    """Return the entries whose names have all of the words, without regard to case or accents."""
    wanted = fold(words).split()
    if not wanted:
        return list(entries)
    return [entry for entry in entries if all(word in entry.folded for word in wanted)]


def sound_of(entry: LocalEntry) -> SoundInfo | str:
    """Return what a file's header says, or in words why it is no audio. Reads the disk."""
    try:
        return check_file(Path(entry.path))
    except NotAudioError as error:
        return error.message.replace(entry.path, "it")
    except OSError as error:
        return f"it cannot be read ({error.strerror})"


def places(recent: Sequence[str]) -> list[Path]:
    """Return the folders to begin from, that are there: recent ones, home, the usual ones in it."""
    home = path_of("~")
    usual = [home, *(home / name for name in ("Music", "Desktop", "Downloads", "Documents"))]
    named = [*(Path(text) for text in recent), *usual]
    return list(dict.fromkeys(filter(is_folder, named)))


def beginning(wanted: str) -> Path:
    """Return the folder that a picker shows first: the one wanted, else the nearest there is."""
    path = path_of(wanted or "~").absolute()
    while not is_folder(path) and path != path.parent:
        path = path.parent
    return path


def completed(text: str, *, folders_only: bool = True) -> list[str]:
    """Return what a typed path may become: the text with each name that goes on as it does.

    Folders end in `/`; hidden names come when the last name begins with a dot. Reads the disk.
    """
    above, slash, begun = text.rpartition("/")
    folder = path_of(above + slash) if slash else Path()
    found: list[str] = []
    try:
        with os.scandir(folder) as items:
            for _, item in zip(range(_COMPLETED), items, strict=False):
                if not _goes_on(item.name, begun):
                    continue
                if item.is_dir():
                    found.append(f"{above}{slash}{item.name}/")
                elif not folders_only:
                    found.append(f"{above}{slash}{item.name}")
    except (OSError, ValueError):
        return []
    return sorted(found, key=fold)


def _goes_on(name: str, begun: str) -> bool:
    hidden = name.startswith(".") and not begun.startswith(".")
    return not hidden and fold(name).startswith(fold(begun))


def path_of(text: str) -> Path:
    """Return the path that a text stands for: `~` is home, a `file://` address is its path."""
    try:
        if text.startswith("file://"):
            text = unquote(urlsplit(text).path)
        return Path(text).expanduser()
    except (RuntimeError, ValueError):  # no such user; no such address
        return Path(text)


def short(path: Path) -> str:
    """Return a path as people write it: what is below home begins with `~`."""
    home = path_of("~")
    if not home.is_absolute() or not path.is_relative_to(home):
        return str(path)
    below = str(path.relative_to(home))
    return "~" if below == "." else f"~/{below}"


def paths_in(text: str) -> list[Path]:
    """Return the paths in typed or pasted text.

    Terminals paste a dropped file quoted, with backslashes, or as a `file://` address, several
    of them on one line or one a line. A line that is a path as it stands is taken so.
    """
    found: list[Path] = []
    for line in text.replace("\r", "\n").split("\n"):
        plain = line.strip()
        if not plain:
            continue
        if exists(path_of(plain)):
            found.append(path_of(plain))
            continue
        try:
            words = shlex.split(plain)
        except ValueError:
            words = [plain]
        found += [path_of(word) for word in words]
    return found


def paths_there(text: str) -> list[Path]:
    """Return those of the paths in a text at which there is something."""
    return [path for path in paths_in(text) if exists(path)]


def is_file(path: Path) -> bool:
    """Whether there is such a file, and no folder."""
    return exists(path) and not is_folder(path)
