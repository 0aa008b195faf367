"""A field for a path on this machine: it goes on as the disk does; tab takes what it can."""

from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from s3audio_tui.library.local_files import completed
from s3audio_tui.text import safe
from s3audio_tui.tui.pools import DaemonPool


class _OfTheDisk(Suggester):
    """Suggests the first folder that goes on as the text does."""

    def __init__(self, pool: DaemonPool) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._pool = pool

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole text with the suggestion in it."""
        if not value:
            return None
        found = await self._pool.run(partial(completed, value))
        return next((text for text in found if text.startswith(value) and _plain(text)), None)


class PathField(Input):
    """Tab completes the path, or goes on where there is nothing to complete."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "complete", show=False)]

    def __init__(self, pool: DaemonPool, value: str = "", *, id: str | None = None) -> None:  # noqa: A002
        shown = value if _plain(value) else ""
        super().__init__(
            shown, id=id, compact=True, select_on_focus=False, suggester=_OfTheDisk(pool)
        )
        self._pool = pool

    def action_complete(self) -> None:
        """Complete the path as far as it is clear."""
        self.run_worker(self._complete(self.value), group="complete", exclusive=True)

    async def _complete(self, value: str) -> None:
        found = await self._pool.run(partial(completed, value))
        texts = [text for text in found if _plain(text)]
        longer = _shared_start(texts)
        if value and value == self.value and len(longer) >= len(value) and longer != value:
            self.value = longer
            self.cursor_position = len(longer)
        else:
            self.screen.focus_next()

    def _on_paste(self, event: events.Paste) -> None:
        """Take one line, without what a terminal would act on."""
        event.prevent_default()
        event.stop()
        line = next(iter(event.text.strip().splitlines()), "")
        self.replace(safe(line), *self.selection)


def _plain(text: str) -> bool:
    """Whether a field may show a text as it is: some names do something to a terminal."""
    return safe(text) == text


def _shared_start(texts: list[str]) -> str:
    if not texts:
        return ""
    first, last = min(texts), max(texts)
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]
