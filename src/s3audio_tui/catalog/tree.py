"""The folders as a tree: those that are open, line by line, and of each folder not too many."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from sqlite3 import Connection

from s3audio_tui.catalog.folding import storable
from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import end_of
from s3audio_tui.catalog.sorting import alphabetical

MOST = 1000
"""So many folders of one folder are shown; a person looks for others by name."""

_COLUMNS = (
    "path, files, bytes, EXISTS (SELECT 1 FROM folders AS inner WHERE inner.parent = folders.path)"
)


@dataclass(frozen=True, slots=True)
class Branch:
    """One line: a folder, how deep it lies, and what is below it.

    With `more` the line stands for that many folders of `path` that are left out.
    """

    path: str
    depth: int
    files: int = 0
    bytes: int = 0
    has_folders: bool = False
    is_open: bool = False
    more: int = 0

    @property
    def name(self) -> str:
        """The last segment of the path, without its `/`; a segment without a name is `/`."""
        return self.path[self.path.rfind("/", 0, -1) + 1 : -1] or "/"


def branches(catalog: Catalog, opened: Collection[str], most: int = MOST) -> tuple[Branch, ...]:
    """Return the lines of the tree, the library first; `opened` are the paths that show what is in
    them.

    Of each folder at most `most` and those that are open are there. While nothing changes it is
    the same object each time.
    """
    paths = frozenset(opened)
    with catalog.database.read() as connection:
        (state,) = connection.execute("SELECT names FROM changes").fetchone()
        return catalog.answers.get(
            ("tree", paths, most), state, lambda: tuple(_lines(connection, paths, most))
        )


def has_folder(catalog: Catalog, path: str) -> bool:
    """Return whether there is a folder with that path, which ends in `/`."""
    if not storable(path):
        return False
    with catalog.database.read() as connection:
        sql = "SELECT 1 FROM folders WHERE path = ?"
        return connection.execute(sql, (path,)).fetchone() is not None


def folders_named(catalog: Catalog, start: str, most: int) -> list[str]:
    """Return at most `most` paths of folders in the folder of `start` that begin with it."""
    if not storable(start):
        return []
    parent = start[: start.rfind("/") + 1]
    sql = "SELECT path FROM folders WHERE parent = ? AND path >= ? AND path < ? ORDER BY path"
    with catalog.database.read() as connection:
        found = connection.execute(f"{sql} LIMIT ?", (parent, start, end_of(start), most))
        return [path for (path,) in found]


def _lines(connection: Connection, opened: frozenset[str], most: int) -> Iterator[Branch]:
    sql = f"SELECT {_COLUMNS} FROM folders WHERE path = ''"
    root = [_branch(connection.execute(sql).fetchone(), -1, opened)]
    waiting = [iter(root)]
    while waiting:
        branch = next(waiting[-1], None)
        if branch is None:
            waiting.pop()
            continue
        yield branch
        if branch.is_open and not branch.more:
            waiting.append(iter(_inside(connection, branch, opened, most)))


def _inside(
    connection: Connection, above: Branch, opened: frozenset[str], most: int
) -> list[Branch]:
    sql = f"SELECT {_COLUMNS} FROM folders WHERE parent = ? ORDER BY path LIMIT ?"
    rows = connection.execute(sql, (above.path, most + 1)).fetchall()
    left_out = 0
    if len(rows) > most:
        del rows[most:]
        rows += _open_ones(connection, above.path, opened, {row[0] for row in rows})
        sql = "SELECT count(*) FROM folders WHERE parent = ?"
        left_out = connection.execute(sql, (above.path,)).fetchone()[0] - len(rows)
    found = [_branch(row, above.depth, opened) for row in rows]
    found.sort(key=lambda branch: alphabetical(branch.path))
    if left_out:
        found.append(Branch(above.path, above.depth + 1, more=left_out))
    return found


def _open_ones(
    connection: Connection, parent: str, opened: frozenset[str], known: set[str]
) -> list[tuple[str, int, int, int]]:
    sql = f"SELECT {_COLUMNS} FROM folders WHERE path = ? AND parent = ?"
    found = (connection.execute(sql, (path, parent)).fetchone() for path in opened - known)
    return [row for row in found if row is not None]


def _branch(row: tuple[str, int, int, int], above: int, opened: frozenset[str]) -> Branch:
    path, files, size_bytes, inner = row
    return Branch(path, above + 1, files, size_bytes, bool(inner), bool(inner) and path in opened)
