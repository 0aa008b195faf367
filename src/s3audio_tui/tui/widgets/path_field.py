"""A field for a path, of this machine or of the library: tab takes of it what is clear."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import shared_start
from s3audio_tui.tui.later import later
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.name_field import NameField

Complete = Callable[[str], list[str]]
"""Returns the whole paths that a text may become. Reads the disk."""


def _plain(text: str) -> bool:
    """Whether a field may show a text as it is: some names do something to a terminal."""
    return safe(text) == text


class _GoingOn(Suggester):
    """Suggests the first path that goes on as the text does."""

    def __init__(self, pool: DaemonPool, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._pool, self._complete = pool, complete

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole text with the suggestion in it."""
        if not value:
            return None
        found = await self._pool.run(partial(self._complete, value))
        longer = (text for text in found if text.startswith(value) and text != value)
        return next(filter(_plain, longer), None)


class PathField(NameField):
    """Tab completes the path as far as it is clear, or goes on where there is nothing to complete.

    `complete` runs on `pool`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "complete", show=False)]

    def __init__(self, pool: DaemonPool, complete: Complete, value: str = "", *, id: str) -> None:
        super().__init__(
            value if _plain(value) else "",
            id=id,
            compact=True,
            select_on_focus=False,
            suggester=_GoingOn(pool, complete),
        )
        self._pool, self._paths = pool, complete

    def begin(self, path: str) -> None:
        """Go on from a path, unless a field may not show it."""
        self.display = True
        self.value = path if _plain(path) else ""
        self.cursor_position = len(self.value)
        self.screen.set_focus(self)  # at once: the next letter may be here already

    def action_complete(self) -> None:
        """Complete the path."""
        self.run_worker(later(self._complete, self.value), group="complete", exclusive=True)

    async def _complete(self, value: str) -> None:
        found = await self._pool.run(partial(self._paths, value))
        longer = shared_start([text for text in found if _plain(text)])
        if value and value == self.value and len(longer) >= len(value) and longer != value:
            self.value = longer
            self.cursor_position = len(longer)
        else:
            self.screen.focus_next()
