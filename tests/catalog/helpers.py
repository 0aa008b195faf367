"""Catalogs filled and looked into, beside the code that is tested."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Changes, Entry, Row
from s3audio_tui.catalog.scan import USUAL, Limits

FEW = Limits(kept=2, alone=3)
"""Limits with which a handful of rows is a lot."""


@contextmanager
def open_catalog(limits: Limits = USUAL) -> Iterator[Catalog]:
    """Give an empty catalog in a folder of its own."""
    with TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder) / "catalog.sqlite", lambda: 1000.0, limits)
        try:
            yield catalog
        finally:
            catalog.close()


def refresh(
    catalog: Catalog,
    listed: Sequence[Entry],
    prefix: str = "",
    *,
    page: int = 1000,
    asked_at: float = 2000.0,
) -> Changes:
    """Bring in what the store lists below `prefix`, in pages."""
    wanted = [entry for entry in listed if entry.key.startswith(prefix)]
    pages = [wanted[i : i + page] for i in range(0, len(wanted), page)] or [[]]
    after = ""
    found = Changes(0, 0, 0)
    for i, entries in enumerate(pages):
        last = i == len(pages) - 1
        one = catalog.apply_page(prefix, after, entries, last=last, asked_at=asked_at)
        found = Changes(
            found.added + one.added, found.changed + one.changed, found.removed + one.removed
        )
        after = entries[-1].key if entries else after
    return found


def is_marker(entry: Entry) -> bool:
    """Whether an object stands for a folder."""
    return entry.key.endswith("/") and entry.size_bytes == 0


def all_rows(catalog: Catalog) -> list[Row]:
    """Return every row, in key order."""
    return [row for key in catalog.all_keys() if (row := catalog.get(key)) is not None]


def as_entries(rows: Sequence[Row]) -> list[Entry]:
    """Return what the store said of the rows."""
    return [
        Entry(row.key, row.size_bytes, row.modified, row.etag, row.storage_class) for row in rows
    ]


def folder_path(key: str) -> str:
    """Return the folder of a key, by splitting it."""
    return "".join(f"{part}/" for part in key.split("/")[:-1])


def folders_above(path: str) -> list[str]:
    """Return a folder and all above it but the library's own, by splitting it."""
    return list(itertools.accumulate(f"{part}/" for part in path.split("/")[:-1]))


def folders_of(entries: Sequence[Entry]) -> dict[str, tuple[int, int]]:
    """Return the files and bytes below each folder that the objects make up, counted naively."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        own = entry.key if is_marker(entry) else folder_path(entry.key)
        for path in folders_above(own):
            files, size = found.get(path, (0, 0))
            counted = not is_marker(entry)
            found[path] = files + counted, size + entry.size_bytes
    return found


def all_folders(catalog: Catalog, parent: str = "") -> dict[str, tuple[int, int]]:
    """Return the files and bytes of each folder, by walking down."""
    found: dict[str, tuple[int, int]] = {}
    for folder in catalog.folders(parent):
        found[folder.path] = folder.files, folder.bytes
        found |= all_folders(catalog, folder.path)
    return found
