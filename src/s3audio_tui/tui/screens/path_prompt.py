"""A path to type, with the folders that go on as it does below it; tab takes one."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.goals import Goal
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_start, shared_start
from s3audio_tui.tui.hints import error_line, keys
from s3audio_tui.tui.later import later
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.pools import DaemonPool

_LINES = 6
_KEYS = keys(("enter", "go"), ("tab", "complete"), ("↓", "choose"), ("esc", "leave"))


class PathPrompt(Dialog[Goal]):
    """Asks where to go. What is not there is said, and asked again."""

    CSS_PATH = "places.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True),
        Binding("down", "choose(1)", "next", show=False, priority=True),
        Binding("up", "choose(-1)", "before", show=False, priority=True),
        Binding("tab", "complete", "complete", show=False, priority=True),
    ]

    def __init__(
        self,
        pool: DaemonPool,
        value: str,
        *,
        read: Callable[[str], Goal],
        complete: Callable[[str], list[str]],
    ) -> None:
        """Prepare the prompt; `read` and `complete` read the disk."""
        super().__init__()
        self._pool, self._value = pool, value if safe(value) == value else ""
        self._read, self._complete = read, complete
        self._found: list[str] = []
        self._chosen = -1

    def compose(self) -> ComposeResult:
        """Lay out the field and what goes on as it does."""
        with Vertical(classes="dialog", id="path"):
            yield Static("Go to a folder or a file", classes="dialog-title", markup=False)
            yield Input(self._value, id="prompt", compact=True)
            yield Static(id="path-found", markup=False)
            yield Static(_KEYS, id="prompt-said", markup=False)

    def on_mount(self) -> None:
        """Offer what there is; what one types stands in place of where one is."""
        self.begin_typing(self.query_one("#prompt", Input))
        self._offer(self._value)

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        """Offer what goes on as the text does now."""
        self.query_one("#prompt-said", Static).update(_KEYS)
        self._offer(event.value)

    def _offer(self, text: str) -> None:
        self.run_worker(later(self._find, text), group="offer", exclusive=True)

    async def _find(self, text: str) -> None:
        found = await self._pool.run(partial(self._complete, text))
        self._found = [path for path in found if safe(path) == path and path != text][:_LINES]
        self._chosen = -1
        self._draw()

    def _draw(self) -> None:
        for part in self.query("#path-found").results(Static):  # none when it is gone by now
            part.update(self._offered(max(part.size.width - 2, 10)), layout=False)

    def _offered(self, width: int) -> Content:
        lines = [
            Content.assemble(
                ("▌ " if i == self._chosen else "  ", "$accent"),
                (clip_start(path, width), "$foreground" if i == self._chosen else "$dim"),
            )
            for i, path in enumerate(self._found)
        ]
        lines += [Content("")] * (_LINES - len(lines))
        return Content("\n").join(lines)

    def action_choose(self, lines: int) -> None:
        """Choose another one of what is offered; before the first is the text itself."""
        self._chosen = max(-1, min(self._chosen + lines, len(self._found) - 1))
        self._draw()

    def action_complete(self) -> None:
        """Take what is chosen, or what all have in common."""
        if not self._found:
            return
        field = self.query_one("#prompt", Input)
        common = self._found[self._chosen] if self._chosen >= 0 else shared_start(self._found)
        if len(common) <= len(field.value):
            common = self._found[0]
        field.value = common
        field.cursor_position = len(common)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Go to what is chosen, or to what was typed."""
        text = self._found[self._chosen] if self._chosen >= 0 else event.value
        self.run_worker(later(self._take, text), group="take", exclusive=True)

    async def _take(self, text: str) -> None:
        try:
            found = await self._pool.run(partial(self._read, text))
        except S3AudioError as error:
            for part in self.query("#prompt-said").results(Static):
                part.update(error_line(error))
        else:
            self.dismiss(found)

    def action_leave(self) -> None:
        """Stay where one is."""
        self.dismiss(None)
