"""The rows of a view as the list holds them: windows read off the loop, the rest left in SQLite."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from s3audio_tui.catalog.rows import Folder
from s3audio_tui.tui.widgets.columns import Item

PAGE = 128
"""Rows read before and behind the visible ones."""

_KEPT = 4096


class Rows(Protocol):
    """What the list needs of a `catalog.search.View`. Every method reads the disk."""

    def count(self) -> int:
        """Return the number of rows."""

    def total_bytes(self) -> int:
        """Return the size of all rows together."""

    def window(self, offset: int, limit: int) -> list[Item]:
        """Return rows from `offset` on."""

    def sizes(self) -> Iterable[tuple[str, int, int]]:
        """Yield what names each row, its files and its bytes, in any order."""

    def position(self, key: str) -> int | None:
        """Return where `key` is now."""


def key_of(item: Item) -> str:
    """Return what names a row: a file's key, a folder's path with its `/`."""
    return item.path if isinstance(item, Folder) else item.key


class Held(msgspec.Struct, frozen=True):
    """Where the list stood: the cursor's row and the top row, by key, with their line numbers."""

    cursor_key: str | None = None
    cursor: int = 0
    top_key: str | None = None
    top: int = 0


class Shown(msgspec.Struct):
    """A view as far as it was read: its size, where it stands, and some of its rows."""

    view: Rows | None = None
    count: int = 0
    total_bytes: int = 0
    cursor: int = 0
    top: int = 0
    rows: dict[int, Item] = msgspec.field(default_factory=dict)

    def add(self, offset: int, items: list[Item]) -> None:
        """Keep `items`, which begin at `offset`; forget those furthest from them."""
        if len(self.rows) > _KEPT:
            self.rows = {i: row for i, row in self.rows.items() if abs(i - offset) < _KEPT // 4}
        self.rows.update(enumerate(items, offset))


def read(
    view: Rows, held: Held, height: int, wanted: str | None = None, at: int | None = None
) -> Shown:
    """Return `view` standing where `held` stood, with the rows around it. Blocks: not in the loop.

    The cursor goes to the key `wanted`, if that is there, at the line `at` of the screen if one is
    given; else it stays on its key, at the same line of the screen; where its key is gone it stays
    at its line. A list that was scrolled away
    from its cursor stays at its top row.
    """
    count = view.count()
    cursor = _found(view, held.cursor_key, held.cursor, count)
    found = view.position(wanted) if wanted is not None else None
    if found is not None:
        cursor, top = found, _top_for(found, held.top, height, at)
    elif held.top <= held.cursor < held.top + max(height, 1):
        top = cursor - (held.cursor - held.top)
    else:
        top = _found(view, held.top_key, held.top, count)
    top = max(0, min(top, count - height))
    shown = Shown(view, count, view.total_bytes(), cursor, top)
    first = max(0, top - PAGE)
    shown.add(first, view.window(first, height + 2 * PAGE))
    if cursor not in shown.rows and count:
        shown.add(cursor, view.window(cursor, 1))
    return shown


def _top_for(line: int, top: int, height: int, at: int | None) -> int:
    """Return the top with which `line` is in sight: in the middle, if it is far from what was."""
    if at is not None:
        return line - at
    return top if top <= line < top + height else line - height // 2


def _found(view: Rows, key: str | None, before: int, count: int) -> int:
    position = view.position(key) if key is not None else None
    return position if position is not None else max(0, min(before, count - 1))
