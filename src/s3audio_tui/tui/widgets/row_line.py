"""One line of the file list as styled segments. Names are text here, never markup."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle, clip_start, left, matches
from s3audio_tui.tui.widgets.columns import (
    GAP,
    SIZE,
    WAVEFORM,
    Fitted,
    Item,
    aligned,
    size_parts,
)

Styles = Mapping[str, Style]
"""`text`, `dim`, `folder`, `accent`, `match` and `wave`, all with the line's background."""

Picture = Callable[[Row, int], tuple[str, str]]
"""The waveform of a row in so many cells: what was played of it, and the rest."""


@lru_cache(maxsize=8)
def empty_line(width: int, style: Style) -> Strip:
    """Return a line without text, the same one each time: Textual keeps what it makes of it."""
    return Strip.blank(width, style)


def row_line(
    item: Item,
    fitted: Fitted,
    styles: Styles,
    *,
    cursor: bool,
    marked: bool,
    whole_key: bool,
    words: tuple[str, ...],
    now: float,
    picture: Picture,
) -> list[Segment]:
    """Return the segments of a row. `whole_key` shows the folders before the name too."""
    segments = [
        Segment("▌" if cursor else " ", styles["accent"]),
        Segment("● " if marked else "  ", styles["accent"]),
    ]
    if isinstance(item, Folder):
        return segments + _folder(item, fitted, styles)
    segments += _name(item, fitted.name_width, styles, whole_key, words)
    segments.append(Segment(" ", styles["text"]))
    for column in fitted.columns:
        if column.name == WAVEFORM.name:
            segments += _picture(*picture(item, column.width), styles)
            continue
        strong, dim = aligned(column, *column.text(item, now))
        segments += [Segment(strong, styles["text"]), Segment(dim, styles["dim"])]
    return segments


def _picture(played: str, rest: str, styles: Styles) -> list[Segment]:
    pieces = ((" " * GAP, "wave"), (played, "accent"), (rest, "wave"))
    return [Segment(text, styles[style]) for text, style in pieces if text]


def _name(
    row: Row, width: int, styles: Styles, whole_key: bool, words: tuple[str, ...]
) -> list[Segment]:
    shown = safe(row.key if whole_key else row.name)
    name_at = shown.rfind("/") + 1 if whole_key else 0
    folder, name = shown[:name_at], shown[name_at:]
    name = clip_middle(name, width)
    folder = clip_start(folder, width - cell_len(name)) if folder else ""
    text = folder + name
    segments, at = list[Segment](), 0
    for start, end in matches(text, words):
        segments += _plain(text, at, start, len(folder), styles)
        segments.append(Segment(text[start:end], styles["match"]))
        at = end
    segments += _plain(text, at, len(text), len(folder), styles)
    return [*segments, Segment(" " * (width - cell_len(text)), styles["text"])]


def _plain(text: str, start: int, end: int, folder: int, styles: Styles) -> list[Segment]:
    pieces = (
        (text[start : max(start, min(end, folder))], "dim"),
        (text[max(start, folder) : end], "text"),
    )
    return [Segment(piece, styles[style]) for piece, style in pieces if piece]


def _folder(folder: Folder, fitted: Fitted, styles: Styles) -> list[Segment]:
    count = f"  {folder.files:,} {'file' if folder.files == 1 else 'files'}"
    name = clip_middle(safe(folder.name).rstrip("/"), max(fitted.name_width - 1, 1))
    if cell_len(name) + 1 + len(count) > fitted.name_width:
        count = ""
    room = fitted.name_width - cell_len(name) - 1
    segments = [
        Segment(name, styles["folder"]),
        Segment("/" + left(count, room) + " ", styles["dim"]),
    ]
    for column in fitted.columns:
        parts = size_parts(folder.bytes) if column.name == SIZE.name else ("", "")
        strong, dim = aligned(column, *parts)
        segments += [Segment(strong, styles["text"]), Segment(dim, styles["dim"])]
    return segments
