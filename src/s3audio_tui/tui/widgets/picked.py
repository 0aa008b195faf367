"""What the picker says of where one is and of what is marked, in words."""

from collections.abc import Collection
from pathlib import Path

from textual.content import Content

from s3audio_tui.library.local_files import LocalEntry, Order, short
from s3audio_tui.text import safe
from s3audio_tui.units import size_text

_ORDERS: dict[Order, str] = {
    "name": "",
    "newest": "   newest first",
    "largest": "   largest first",
}


def path_line(folder: Path, order: Order) -> Content:
    """Return the path, its last name strong, and the order if it is not the usual one."""
    above, slash, name = short(folder).rpartition("/")
    return Content.assemble(
        (safe(above + slash), "$dim"),
        (safe(name), "$foreground bold"),
        (_ORDERS[order], "$accent"),
    )


def marked_text(marked: Collection[LocalEntry]) -> str:
    """Return how much is marked, as `3 marked, 41.4 MB`; of a folder the size is not known."""
    folders = sum(entry.is_folder for entry in marked)
    parts = [f"{len(marked):,} marked"] if marked else []
    if files := len(marked) - folders:
        size = size_text(sum(entry.size_bytes for entry in marked))
        parts.append(size if not folders else f"{files:,} files with {size}")
    if folders:
        parts.append(f"{folders:,} whole {'folder' if folders == 1 else 'folders'}")
    return ", ".join(parts)


def empty_text(words: str) -> str:
    """Return why nothing is listed."""
    if words.strip():
        return "Nothing here has these words in its name."
    return "No folder and no audio here; . shows all that is there."
