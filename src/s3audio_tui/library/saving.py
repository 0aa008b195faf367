"""Libraries written into the settings file, and taken out: its comments and order stay.

The file is 0600 and replaced at once. Who changes it at the same time by this program waits; what
an editor changed meanwhile is not overwritten.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from s3audio_tui.config import LibrarySettings, check_settings, load_settings
from s3audio_tui.errors import ConflictError, NotFoundError, SettingsError, UsageError
from s3audio_tui.library.addresses import settings_of
from s3audio_tui.library.remembered import Address
from s3audio_tui.private import private_folder, replace_private, writing
from s3audio_tui.store.client import Keys
from s3audio_tui.store.profiles import add_profile

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table, Whitespace


@dataclass(frozen=True, slots=True)
class NewProfile:
    """Keys that are to become a profile of AWS's credentials."""

    name: str
    keys: Keys


def keep(
    path: Path,
    environ: Mapping[str, str],
    address: Address,
    *,
    usual: bool,
    profile: NewProfile | None = None,
) -> Address:
    """Keep a library in the settings at `path` under its name; return it as it is kept.

    Its new profile goes into AWS's credentials first: of keys nothing is in the settings.
    """
    check_name(path, address.name)
    if profile is not None:
        add_profile(environ, profile.name, profile.keys)
        address = msgspec.structs.replace(address, profile=profile.name)
    save_library(path, address.name, settings_of(address), usual=usual)
    return address


def check_name(path: Path, name: str) -> None:
    """Raise where a library of the settings cannot have this name, or one has it."""
    if not name.strip() or "://" in name or not name.isprintable():
        raise UsageError(f"{name!r} is not a name for a library", "take letters and digits")
    settings = load_settings(path, explicit=False, environ={}, flags={}, choose=False)
    if name in settings.libraries:
        raise ConflictError(f"there is a library {name} already", "choose another name")


def save_library(path: Path, name: str, library: LibrarySettings, *, usual: bool) -> None:
    """Write a library into the settings under a name; `usual` makes it the one that opens.

    Raises `ConflictError` where the name is taken, `SettingsError` for a file that is not right.
    """
    check_name(path, name)

    def change(document: "TOMLDocument") -> "TOMLDocument":
        libraries = document.setdefault("libraries", _table(of_tables=True))
        if name in libraries:
            raise ConflictError(f"there is a library {name} already", "choose another name")
        table = _table()
        for key, value in msgspec.to_builtins(library).items():
            if value is not None:
                table[key] = value
        if list(document)[-1] != "libraries":
            table.add(_new_line())
        libraries[name] = table
        return _opening(document, name) if usual else document

    _changed(path, change)


def correct_library(path: Path, address: Address) -> None:
    """Write another address or region for a library of the settings; the rest of it stays."""

    def change(document: "TOMLDocument") -> "TOMLDocument":
        table = _libraries(document, address.name)[address.name]
        table["url"] = address.url
        if address.region:
            table["region"] = address.region
        return document

    _changed(path, change)


def forget_library(path: Path, name: str) -> None:
    """Take a library out of the settings; nothing of the library itself is touched."""

    def change(document: "TOMLDocument") -> "TOMLDocument":
        libraries = _libraries(document, name)
        del libraries[name]
        if not libraries:
            del document["libraries"]
        if document.get("library") == name:
            del document["library"]
        return document

    _changed(path, change)


def make_usual(path: Path, name: str) -> None:
    """Make a library of the settings the one that opens by itself."""

    def change(document: "TOMLDocument") -> "TOMLDocument":
        _libraries(document, name)
        return _opening(document, name)

    _changed(path, change)


def _libraries(document: "TOMLDocument", name: str) -> MutableMapping[str, Any]:
    """Return the libraries of the settings, of which `name` must be one."""
    libraries: MutableMapping[str, Any] = document.get("libraries", {})
    if name not in libraries:
        names = ", ".join(libraries) or "none"
        raise NotFoundError(f"the settings have no library {name}", f"they have {names}")
    return libraries


def _opening(document: "TOMLDocument", name: str) -> "TOMLDocument":
    """Return the settings with `name` as the library that opens: in the first line, if new."""
    import tomlkit

    if "library" not in document:
        rest = tomlkit.dumps(document)
        gap = "\n" if rest.startswith(("[", "#")) else ""
        document = tomlkit.parse(f'library = ""\n{gap}{rest}')
    document["library"] = name
    return document


def _table(*, of_tables: bool = False) -> "Table":
    import tomlkit

    return tomlkit.table(of_tables)


def _new_line() -> "Whitespace":
    import tomlkit

    return tomlkit.nl()


def _changed(path: Path, change: Callable[["TOMLDocument"], "TOMLDocument"]) -> None:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    path = path.resolve()  # a link, as dotfiles are kept, stays one
    with writing(path), _alone(path):
        before = path.read_bytes() if path.exists() else b""
        try:
            document = tomlkit.parse(before.decode())
        except (UnicodeDecodeError, TOMLKitError) as error:
            raise SettingsError(f"{path} cannot be read: {error}", "mend it first") from None
        check_settings(document.unwrap(), str(path))
        document = change(document)
        check_settings(document.unwrap(), str(path))
        if before != (path.read_bytes() if path.exists() else b""):
            raise ConflictError(f"{path} was changed by somebody else", "try again")
        replace_private(path, tomlkit.dumps(document).encode())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other runs of this program from the file meanwhile, by a lock on its folder."""
    fd = os.open(private_folder(path.parent), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
