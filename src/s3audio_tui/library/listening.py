"""What is heard next: the sounds of a list in its order, and those that a person has named."""

from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from s3audio_tui.catalog.rows import Row
from s3audio_tui.catalog.search import View
from s3audio_tui.library.opening import Library

MOST = 1000
"""So many sounds are taken at once."""

_WINDOW = 64


class Stand(msgspec.Struct, frozen=True):
    """A sound, and the line of the list at which it stood."""

    row: Row
    line: int


def behind(view: View, key: str, line: int | None, count: int) -> list[Stand]:
    """Return the next sounds behind `key`; where that is gone, from the line where it stood on."""
    at = view.position(key)
    first = line if at is None else at + 1
    found: list[Stand] = []
    if first is not None:
        for stand in _down(view, first):
            found.append(stand)
            if len(found) == count:
                break
    return found


def _down(view: View, first: int) -> Iterator[Stand]:
    while rows := view.window(first, _WINDOW):
        yield from _sounds(rows, first)
        first += len(rows)


def before(view: View, key: str) -> Stand | None:
    """Return the sound before `key`."""
    upto = view.position(key) or 0
    while upto:
        first = max(0, upto - _WINDOW)
        found = list(_sounds(view.window(first, upto - first), first))
        if found:
            return found[-1]
        upto = first
    return None


def _sounds(rows: Sequence[object], first: int) -> Iterator[Stand]:
    for line, row in enumerate(rows, first):
        if isinstance(row, Row) and row.format:
            yield Stand(row, line)


def sounds(library: Library, view: View, keys: Sequence[str]) -> list[Row]:
    """Return the sounds among `keys`, which may be folders, in the order of a list.

    What is in a folder comes by its key. There are `MOST` at most.
    """
    catalog = library.catalog
    places = {key: view.position(key) for key in keys} if len(keys) <= MOST else {}
    found: list[Row] = []
    for key in sorted(keys, key=lambda key: (places.get(key) is None, places.get(key) or 0)):
        below = catalog.all_keys(key) if key.endswith("/") else iter([key])
        while chunk := list(islice(below, MOST)):
            found += [row for row in catalog.rows(chunk) if row.format]
            if len(found) >= MOST:
                return found[:MOST]
    return found


def gone(library: Library, rows: Sequence[Row]) -> set[str]:
    """Return the keys of those that are not there any more as they were, as the catalog knows."""
    there = {row.key: row.etag for row in library.catalog.rows([row.key for row in rows])}
    return {row.key for row in rows if there.get(row.key) != row.etag}
