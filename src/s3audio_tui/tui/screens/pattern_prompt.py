"""A pattern to type, and as one types how many rows fit it."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from s3audio_tui.tui.fitting import Fitting
from s3audio_tui.tui.hints import keys, wrong
from s3audio_tui.tui.later import later
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.targets import sum_of
from s3audio_tui.units import size_text

_TYPING_S = 0.12
"""Counting waits this long for the next letter."""

_HINT = "A pattern as *.wav or take-??, or a search as kick size:>10mb"


class PatternPrompt(Dialog[Fitting]):
    """Gives what fits the pattern when enter is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True)
    ]

    def __init__(
        self, pool: DaemonPool, verb: str, of: int, find: Callable[[str], Fitting]
    ) -> None:
        """Prepare the prompt to `verb` some of `of` rows; `find` reads the disk."""
        super().__init__()
        self._pool, self._verb, self._of, self._find = pool, verb, of, find
        self._typing: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the field and the count."""
        with Vertical(classes="dialog"):
            yield Static(f"{self._verb} by pattern", classes="dialog-title", markup=False)
            yield Input(id="prompt", compact=True, select_on_focus=False)
            yield Static(self._said(Content.styled(_HINT, "$dim")), id="prompt-said", markup=False)

    def _said(self, found: Content) -> Content:
        line = keys(("enter", self._verb.lower()), ("esc", "leave"))
        return Content.assemble(found, "\n\n", line)

    def on_mount(self) -> None:
        """Let one type."""
        self.begin_typing(self.query_one("#prompt", Input))

    @on(Input.Changed)
    def count_soon(self, event: Input.Changed) -> None:
        """Count when the typing pauses."""
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(_TYPING_S, partial(self._count, event.value))

    def _count(self, pattern: str) -> None:
        self._typing = None
        self.run_worker(later(self._tell, pattern), group="count", exclusive=True)

    async def _tell(self, pattern: str) -> None:
        if not pattern.strip():
            said = Content.styled(_HINT, "$dim")
        else:
            said = self._counted(await self._pool.run(partial(self._find, pattern)))
        self._tell_below(said)

    def _tell_below(self, said: Content) -> None:
        """Say something below the field, unless the dialog is gone by now."""
        for part in self.query("#prompt-said").results(Static):
            part.update(self._said(said))

    def _counted(self, found: Fitting) -> Content:
        if found.mistake:
            return wrong(found.mistake)
        count, size_bytes = sum_of(found.targets.values())
        size = f", {size_text(size_bytes)}" if count else ""
        return Content.assemble(
            (f"{count:,}", "$foreground"), (f" of {self._of:,} fit{size}", "$dim")
        )

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Give what fits now."""
        if event.value.strip():
            self.run_worker(later(self._take, event.value), group="take", exclusive=True)

    async def _take(self, pattern: str) -> None:
        found = await self._pool.run(partial(self._find, pattern))
        if found.mistake or not found.targets:
            self._tell_below(self._counted(found))
        else:
            self.dismiss(found)

    def action_leave(self) -> None:
        """Mark nothing."""
        self.dismiss(None)
