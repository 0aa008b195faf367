"""A field for a folder of the library: it goes on as the folders do; tab takes what it can."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester

from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.tree import folders_named
from s3audio_tui.text import safe
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.row_editor import NameField

_MOST = 200
"""So many folders are compared for what they share."""


class _OfTheLibrary(Suggester):
    """Suggests the first folder that goes on as the text does."""

    def __init__(self, catalog: Callable[[], Catalog], pool: DaemonPool) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._catalog, self._pool = catalog, pool

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole text with the suggestion in it."""
        if not value:
            return None
        found = await self._pool.run(lambda: folders_named(self._catalog(), value, _MOST))
        return next((path for path in found if safe(path) == path and path != value), None)


class FolderField(NameField):
    """Tab completes the path as far as it is clear."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "complete", show=False)]

    def __init__(self, catalog: Callable[[], Catalog], pool: DaemonPool, *, id: str) -> None:  # noqa: A002
        super().__init__(
            id=id, compact=True, select_on_focus=False, suggester=_OfTheLibrary(catalog, pool)
        )
        self._catalog, self._pool = catalog, pool

    def action_complete(self) -> None:
        """Complete the path."""
        self.run_worker(self._complete(self.value), group="complete", exclusive=True)

    async def _complete(self, value: str) -> None:
        read = partial(self._named, value)
        shared = _shared([path for path in await self._pool.run(read) if safe(path) == path])
        if value == self.value and len(shared) > len(value):
            self.value = shared
            self.cursor_position = len(shared)

    def _named(self, value: str) -> list[str]:
        return folders_named(self._catalog(), value, _MOST)


def _shared(paths: list[str]) -> str:
    """Return what all begin with."""
    first, last = min(paths, default=""), max(paths, default="")
    end = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[:end]
