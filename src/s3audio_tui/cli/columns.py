"""The fields of a file or folder in lists: their exact values, and how a terminal shows them."""

from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.values import Value
from s3audio_tui.errors import UsageError
from s3audio_tui.units import age_text, count_text, length_text, rate_text, rfc3339, size_text

Entry = Row | Folder
T = TypeVar("T")


_SHORT = {
    "size": "size_bytes",
    "length": "duration_s",
    "duration": "duration_s",
    "rate": "sample_rate_hz",
    "bits": "bit_depth",
    "class": "storage_class",
}
"""What the app and `--sort` call them."""


def entry_columns(now: float, shown_below: str = "") -> list[Column[Entry]]:
    """Return the fields of a listed file or folder; ages are told from `now`.

    A terminal shows keys from the prefix `shown_below` on, in the last column, where a long one
    breaks nothing.
    """
    return [
        Column("key", entry_key),
        Column("name", _name),
        Column("size_bytes", _size, "Size", lambda entry: size_text(_size(entry)), right=True),
        Column("modified", _modified, "Modified", lambda entry: _age(entry, now)),
        Column("etag", lambda entry: _of_file(entry, "etag")),
        Column("storage_class", lambda entry: _of_file(entry, "storage_class")),
        Column("format", _format, "Format", _format_shown),
        Column("duration_s", lambda entry: _of_file(entry, "duration_s"), "Length", _length, True),
        Column("sample_rate_hz", lambda entry: _of_file(entry, "sample_rate_hz"), "Rate", _rate),
        Column("channels", lambda entry: _of_file(entry, "channels")),
        Column("", lambda entry: entry_key(entry).removeprefix(shown_below), "Name"),
    ]


def chosen_columns(names: str, now: float) -> list[Column[Entry]]:
    """Return the fields named in `names`, separated by commas, in that order.

    A terminal shows all of them. Raises `UsageError` for a name that is none.
    """
    every = [each for each in entry_columns(now) if each.name]
    every.append(Column("codec", lambda entry: _of_file(entry, "codec"), "Codec"))
    every.append(Column("bit_depth", lambda entry: _of_file(entry, "bit_depth"), "Bits"))
    known = {each.name: each for each in every}
    wanted = [_SHORT.get(name.strip(), name.strip()) for name in names.split(",")]
    for name in wanted:
        if name not in known:
            raise UsageError(f"there is no column {name}", f"choose of {_choice(known)}")
    return [replace(known[name], title=known[name].title or name) for name in wanted]


def _choice(known: Iterable[str]) -> str:
    short = {name: word for word, name in _SHORT.items()}
    return ", ".join(short.get(name, name) for name in known)


def file_fields(row: Row) -> dict[str, Value]:
    """Return the exact fields of one file, as `ls` has them."""
    return {column.name: column.value(row) for column in entry_columns(0.0) if column.name}


def entry_key(entry: Entry) -> str:
    """Return a file's key, or a folder's, which ends in a slash."""
    return entry.path if isinstance(entry, Folder) else entry.key


def _name(entry: Entry) -> str:
    return f"{entry.name.rstrip('/')}/" if isinstance(entry, Folder) else entry.name


def _size(entry: Entry) -> int:
    return entry.bytes if isinstance(entry, Folder) else entry.size_bytes


def _modified(entry: Entry) -> str | None:
    return None if isinstance(entry, Folder) else rfc3339(entry.modified)


def _age(entry: Entry, now: float) -> str:
    return "" if isinstance(entry, Folder) else age_text(entry.modified, now)


def _of_file(entry: Entry, name: str) -> Value:
    if isinstance(entry, Folder):
        return None
    value: str | int | float | None = getattr(entry, name)
    return value


def _format(entry: Entry) -> str | None:
    return "folder" if isinstance(entry, Folder) else entry.format or None


def _format_shown(entry: Entry) -> str:
    if isinstance(entry, Folder):
        return count_text(entry.files, "file")
    depth = f" {entry.bit_depth}" if entry.bit_depth else ""
    return f"{entry.format.upper()}{depth}"


def _length(entry: Entry) -> str:
    if isinstance(entry, Folder) or entry.duration_s is None:
        return ""
    return length_text(entry.duration_s, estimated=entry.estimated)


def _rate(entry: Entry) -> str:
    if isinstance(entry, Folder) or entry.sample_rate_hz is None:
        return ""
    return rate_text(entry.sample_rate_hz)
