"""The columns of the file list: what each says of a row, and which of them fit a width."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.tui.cells import left, right
from s3audio_tui.units import age_text, duration_text, rate_text, size_text

Item = Row | Folder
ColumnName = Literal["name", "size", "duration", "format", "rate", "channels", "modified"]

GUTTER = 3
"""Cells before the name: the cursor, the mark, and a space."""

_GAP = 2
LEAST_NAME = 22
"""Cells of the name below which a column is given up for it."""

LEAST_KEY = 30
"""The same where the folders are shown before the name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column beside the name. `text` gives number and unit apart, so the unit can be dim."""

    name: ColumnName
    title: str
    width: int
    numeric: bool
    text: Callable[[Row, float], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Fitted:
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
    number, _, unit = duration_text(row.duration_s).partition(" ")
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


def _modified(row: Row, now: float) -> tuple[str, str]:
    return "", age_text(row.modified, now)


def format_label(name: str) -> str:
    """Return a format as people write it: `WAV`, `Ogg`, `Opus`."""
    return {"ogg": "Ogg", "opus": "Opus", "webm": "WebM"}.get(name, name.upper())


def channels_text(channels: int) -> str:
    """Return a number of channels as people say it."""
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels} ch")


SIZE = Column("size", "Size", 8, True, _size)
LENGTH = Column("duration", "Length", 8, True, _length)
FORMAT = Column("format", "Format", 8, False, _format)
RATE = Column("rate", "Rate", 8, True, _rate)
CHANNELS = Column("channels", "Ch", 6, False, _channels)
MODIFIED = Column("modified", "Modified", 11, False, _modified)
DELETED = Column("modified", "Deleted", 11, False, _modified)

ALL = (SIZE, LENGTH, FORMAT, RATE, CHANNELS, MODIFIED)
_DROPPED = ("channels", "rate", "format", "modified", "duration", "size")

SORTS: tuple[tuple[ColumnName, str], ...] = (
    ("name", "Name"),
    *((column.name, column.title) for column in ALL),
)
"""All columns that rows can be sorted by, in the order in which the keys 1 to 7 name them."""


def fit(width: int, columns: tuple[Column, ...] = ALL, least_name: int = LEAST_NAME) -> Fitted:
    """Return those of `columns` that fit `width` cells, given up in a fixed order as it narrows."""
    kept = list(columns)
    for name in _DROPPED:
        room = width - GUTTER - 1 - sum(column.width + _GAP for column in kept)
        if room >= least_name:
            break
        kept = [column for column in kept if column.name != name]
    used = sum(column.width + _GAP for column in kept)
    return Fitted(max(width - GUTTER - used - 1, 1), tuple(kept))


def aligned(column: Column, strong: str, dim: str) -> tuple[str, str]:
    """Return a cell's two texts, padded to the column's width and the gap before it."""
    if column.numeric:
        space = right(strong + dim, column.width + _GAP)
        return space[: len(space) - len(dim)], dim
    space = left(strong + dim, column.width)
    return " " * _GAP + space[: len(strong)], space[len(strong) :]


def heading(column: Column, mark: str) -> str:
    """Return a column's title at the side of its cells, `mark` behind it if it is the sorted."""
    title = f"{column.title} {mark}".rstrip()
    if column.numeric:
        return right(title, column.width + _GAP)
    return " " * _GAP + left(title, column.width)
