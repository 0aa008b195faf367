"""The folders of a library to choose one from: a tree that opens branch by branch."""

from collections.abc import Callable
from functools import partial

from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.tree import Branch, branches
from s3audio_tui.text import safe
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.line_list import LineList, Piece
from s3audio_tui.tui.widgets.tree_line import branch_pieces

_STYLES = {"here": "strong"}


class FolderChoice(LineList):
    """A tree with the cursor on one folder. Read off the loop, also when it opens."""

    def __init__(
        self,
        catalog: Callable[[], Catalog],
        label: str,
        pool: DaemonPool,
        *,
        id: str,
    ) -> None:
        super().__init__(id=id)
        self._catalog, self._label, self._pool = catalog, label, pool
        self._lines: tuple[Branch, ...] = ()
        self._open: set[str] = {""}

    @property
    def branch(self) -> Branch | None:
        """The folder under the cursor; none where the line stands for many."""
        found = self._lines[self.cursor] if self.cursor < len(self._lines) else None
        return None if found is None or found.more else found

    async def stand_on(self, path: str) -> None:
        """Show a folder, with all above it open, or what of them there is; and go to it."""
        ends = [i + 1 for i, char in enumerate(path) if char == "/"]
        above = ["", *(path[:end] for end in ends)]
        self._open.update(above[:-1])
        self._lines = await self._pool.run(partial(self._read, set(self._open)))
        at = {branch.path: line for line, branch in enumerate(self._lines) if not branch.more}
        self.relist(len(self._lines), next((at[p] for p in reversed(above) if p in at), 0))

    def _read(self, opened: set[str]) -> tuple[Branch, ...]:
        return branches(self._catalog(), opened)

    async def unfold(self) -> None:
        """Show the folders in the one under the cursor, or go to the first of them."""
        branch = self.branch
        if branch is None or not branch.has_folders:
            return
        if branch.is_open:
            self.action_move(1)
            return
        self._open.add(branch.path)
        await self.stand_on(branch.path)

    async def fold(self) -> None:
        """Hide the folders in the one under the cursor; of a closed one, go to the one above."""
        branch = self.branch
        if branch is None or not branch.path:
            return
        if branch.is_open:
            self._open.discard(branch.path)
            await self.stand_on(branch.path)
        else:
            await self.stand_on(branch.path[: branch.path.rfind("/", 0, -1) + 1])

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return the pieces of a line."""
        branch, cursor = self._lines[line], line == self.cursor
        name = safe(self._label) if not branch.path else branch.name
        pieces = branch_pieces(branch, name, width, here=cursor, cursor=cursor)
        return [(text, _STYLES.get(style, style)) for text, style in pieces]
