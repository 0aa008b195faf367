"""One line to type: a name, a folder, paths. What cannot be is said before it is left."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.hints import error_line, keys
from s3audio_tui.tui.later import later
from s3audio_tui.tui.leaving import Dialog

Check = Callable[[str], Awaitable[None]]
"""Raises the `S3AudioError` that says why a text cannot be."""


class Prompt(Dialog[str]):
    """Asks for a text. Enter gives it, if it passes the check; escape gives nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True)
    ]

    def __init__(
        self,
        title: str,
        *,
        value: str = "",
        hint: str = "",
        verb: str,
        check: Check | None = None,
        chosen: int | None = None,
    ) -> None:
        """Prepare the prompt; of `value`, the first `chosen` characters are selected."""
        super().__init__()
        self._title, self._value, self._hint = safe(title), value, safe(hint)
        self._verb, self._check, self._chosen = verb, check, chosen

    def compose(self) -> ComposeResult:
        """Lay out the line and what is said of it."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield Input(self._value, id="prompt", compact=True, select_on_focus=False)
            yield Static(self._help(), id="prompt-said", markup=False)

    def _help(self) -> Content:
        line = keys(("enter", self._verb), ("esc", "leave"))
        return Content.assemble((f"{self._hint}\n\n" if self._hint else "", "$dim"), line)

    def on_mount(self) -> None:
        """Choose the part that is likely to change."""
        field = self.query_one("#prompt", Input)
        if self._chosen is not None:
            field.selection = type(field.selection)(0, self._chosen)
        self.begin_typing(field)

    @on(Input.Changed)
    def forget_what_was_said(self) -> None:
        """Say what the keys do again."""
        self.query_one("#prompt-said", Static).update(self._help())

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Check the text, and give it if it can be."""
        self.run_worker(later(self._take, event.value), exclusive=True)

    async def _take(self, value: str) -> None:
        if self._check is not None:
            try:
                await self._check(value)
            except S3AudioError as error:
                self.query_one("#prompt-said", Static).update(error_line(error))
                return
        self.dismiss(value)

    def action_leave(self) -> None:
        """Give nothing."""
        self.dismiss(None)
