"""The columns of the file list: what each says of a row, and which of them fit a width."""

from collections.abc import Callable, Iterable
from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import left, right
from s3audio_tui.units import age_text, length_text, rate_text, size_text

Item = Row | Folder
SortName = Literal["name", "size", "duration", "format", "rate", "channels", "modified"]
"""What rows can be sorted by."""

ColumnName = SortName | Literal["bits", "codec", "class", "waveform"]

GUTTER = 3
"""Cells before the name: the cursor, the mark, and a space."""

GAP = 2
"""Cells before a column."""

_LEAST_NAME, _LEAST_NARROW = 28, 20
"""Cells of the name below which a column is given up for it; in a narrow list."""

LEAST_KEY = 30
"""The same where the folders are shown before the name."""


class Column(msgspec.Struct, frozen=True):
    """One column beside the name. `text` gives number and unit apart, so the unit can be dim."""

    name: ColumnName
    title: str
    width: int
    numeric: bool
    text: Callable[[Row, float], tuple[str, str]]


class Fitted(msgspec.Struct, frozen=True):
    """What fits: cells for the name, and the columns behind it."""

    name_width: int
    columns: tuple[Column, ...]


def size_parts(size_bytes: int) -> tuple[str, str]:
    """Return the number of a size and its unit, the unit two cells wide."""
    number, _, unit = size_text(size_bytes).partition(" ")
    return number, f" {unit:<2}"


def _size(row: Row, now: float) -> tuple[str, str]:
    return size_parts(row.size_bytes)


def _length(row: Row, now: float) -> tuple[str, str]:
    if row.duration_s is None:
        return "", ""
    text = length_text(row.duration_s, estimated=row.estimated)
    number, _, unit = text.partition(" ")
    return number, f" {unit}" if unit else ""


def _format(row: Row, now: float) -> tuple[str, str]:
    return format_label(row.format), f" {row.bit_depth}" if row.bit_depth else ""


def _rate(row: Row, now: float) -> tuple[str, str]:
    if row.sample_rate_hz is None:
        return "", ""
    number, _, unit = rate_text(row.sample_rate_hz).partition(" ")
    return number, f" {unit}"


def _channels(row: Row, now: float) -> tuple[str, str]:
    return "", channels_text(row.channels) if row.channels else ""


def _bits(row: Row, now: float) -> tuple[str, str]:
    return str(row.bit_depth) if row.bit_depth else "", ""


def _codec(row: Row, now: float) -> tuple[str, str]:
    return "", safe(row.codec or "")


def _class(row: Row, now: float) -> tuple[str, str]:
    return "", safe(row.storage_class.lower().replace("_", " "))


def _modified(row: Row, now: float) -> tuple[str, str]:
    return "", age_text(row.modified, now)


def _waveform(row: Row, now: float) -> tuple[str, str]:
    return "", ""  # a row does not have it: the list is given it


def format_label(name: str) -> str:
    """Return a format as people write it: `WAV`, `Ogg`, `Opus`."""
    return {"ogg": "Ogg", "opus": "Opus", "webm": "WebM"}.get(name, name.upper())


def channels_text(channels: int) -> str:
    """Return a number of channels as people say it."""
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels} ch")


SIZE = Column("size", "Size", 7, True, _size)
LENGTH = Column("duration", "Length", 7, True, _length)
FORMAT = Column("format", "Format", 8, False, _format)
RATE = Column("rate", "Rate", 8, True, _rate)
CHANNELS = Column("channels", "Ch", 6, False, _channels)
MODIFIED = Column("modified", "Modified", 11, False, _modified)
BITS = Column("bits", "Bits", 4, True, _bits)
CODEC = Column("codec", "Codec", 10, False, _codec)
CLASS = Column("class", "Class", 11, False, _class)
WAVEFORM = Column("waveform", "Waveform", 12, False, _waveform)
DELETED = Column("modified", "Deleted", 11, False, _modified)

ALL = (SIZE, LENGTH, FORMAT, RATE, CHANNELS, MODIFIED)
"""What is shown unless somebody chose otherwise."""

KNOWN = (*ALL, BITS, CODEC, CLASS, WAVEFORM)
_DROPPED: tuple[ColumnName, ...] = ("channels", "rate", "format", "modified", "duration", "size")
_SORTABLE: dict[str, SortName] = {name: name for name in get_args(SortName)}
NARROWEST, WIDEST = 4, 40
"""The cells that a column may be given."""


def chosen(choices: Iterable[tuple[str, int]]) -> tuple[Column, ...]:
    """Return the columns of names and widths, 0 for a column's own; the usual ones for none.

    A name that is not known is left out: another version may have written it.
    """
    known = {column.name: column for column in KNOWN}
    found = {name: _widened(known[name], width) for name, width in choices if name in known}
    return tuple(found.values()) or ALL


def choices_of(columns: Iterable[Column]) -> list[tuple[ColumnName, int]]:
    """Return what `chosen` makes these columns of: 0 stands for a column's own width."""
    own = {column.name: column.width for column in KNOWN}
    return [(each.name, 0 if each.width == own[each.name] else each.width) for each in columns]


def _widened(column: Column, width: int) -> Column:
    return replace(column, width=max(NARROWEST, min(width, WIDEST))) if width else column


def sorts(columns: Iterable[Column]) -> list[SortName]:
    """Return what rows can be sorted by, in the order of the columns: as the keys 1 to 7 do."""
    return ["name", *(_SORTABLE[each.name] for each in columns if each.name in _SORTABLE)]


def sort_name(name: ColumnName) -> SortName | None:
    """Return what sorts by a column; None where nothing does."""
    return _SORTABLE.get(name)


ALL_SORTS = sorts(ALL)


def least_name(width: int) -> int:
    """Return the cells of the name below which a column is given up for it."""
    return max(_LEAST_NARROW, min(width * 2 // 5, _LEAST_NAME))


def fit(width: int, columns: tuple[Column, ...] = ALL, least: int | None = None) -> Fitted:
    """Return those of `columns` that fit `width` cells, beside a name of the `least` cells.

    As it narrows the usual ones are given up in a fixed order, those in an order that somebody
    chose from the last on. What was added to the usual ones goes before the length and the size.
    """
    least = least_name(width) if least is None else least
    kept = list(columns)
    for name in _given_up([column.name for column in columns]):
        room = width - GUTTER - 1 - sum(column.width + GAP for column in kept)
        if room >= least:
            break
        kept = [column for column in kept if column.name != name]
    used = sum(column.width + GAP for column in kept)
    return Fitted(max(width - GUTTER - used - 1, 1), tuple(kept))


def _given_up(names: list[ColumnName]) -> list[ColumnName]:
    """Return the names in the order in which they are given up."""
    usual = [column.name for column in ALL]
    added = [name for name in reversed(names) if name not in usual]
    if [name for name in names if name in usual] != usual:
        return names[::-1]
    return [*_DROPPED[:-2], *added, *_DROPPED[-2:]]


def aligned(column: Column, strong: str, dim: str) -> tuple[str, str]:
    """Return a cell's two texts, padded to the column's width and the gap before it."""
    if column.numeric:
        space = right(strong + dim, column.width + GAP)
        return space[: len(space) - len(dim)], dim
    space = left(strong + dim, column.width)
    return " " * GAP + space[: len(strong)], space[len(strong) :]


def heading(column: Column, mark: str) -> str:
    """Return a column's title at the side of its cells, `mark` behind it if it is the sorted."""
    title = f"{column.title} {mark}".rstrip()
    if column.numeric:
        return right(title, column.width + GAP)
    return " " * GAP + left(title, column.width)
