"""A name edited where it stands: a field laid over its row, the rest of the list as it is."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region
from textual.widgets import Input, Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.dialog_commands import NAME
from s3audio_tui.tui.hints import wrong
from s3audio_tui.tui.later import later
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.name_field import NameField

if TYPE_CHECKING:
    from s3audio_tui.tui.app import S3AudioApp

Check = Callable[[str], Awaitable[None]]
"""Raises the `S3AudioError` that says why a name cannot be."""


class RowEditor(Dialog[str]):
    """Asks for another name in its row. Enter gives it, if it can be; escape gives nothing.

    What cannot be is said under it while one types; the footer has its keys meanwhile.
    """

    CSS_PATH = "../screens/organise.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True)
    ]

    def __init__(
        self, value: str, *, chosen: int, where: Callable[[], Region], check: Check
    ) -> None:
        """Prepare the field; the first `chosen` characters are selected.

        `where` gives the cells of the row that the field covers, also after a resize.
        """
        super().__init__()
        self._value, self._chosen = safe(value), chosen
        self._where, self._check = where, check

    def compose(self) -> ComposeResult:
        """Lay out the field, and the line under it."""
        yield NameField(self._value, id="row-name", compact=True, select_on_focus=False)
        yield Static(id="row-said", markup=False)
        yield KeyBar(id="row-keys")

    def on_mount(self) -> None:
        """Choose the part that is likely to change."""
        self._place()
        self._say("")
        self.query_one(KeyBar).commands = NAME
        field = self.query_one("#row-name", NameField)
        self.set_focus(field)
        field.selection = type(field.selection)(0, self._chosen)
        cast("S3AudioApp", self.app).type_ahead()

    def on_resize(self) -> None:
        """Stay on the row."""
        self._place()

    def _place(self) -> None:
        region, width = self._where(), self.app.size.width
        field, said = self.query_one("#row-name"), self.query_one("#row-said")
        for widget in (field, said):
            widget.styles.offset = Offset(region.x - 1, region.y)
        field.styles.width = min(region.width + 2, width - region.x + 1)
        said.styles.max_width = width - region.x + 1

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        """Say at once what cannot be."""
        self.run_worker(later(self._look, event.value), group="look", exclusive=True)

    async def _look(self, value: str) -> bool:
        try:
            await self._check(value)
        except S3AudioError as error:
            self._say(wrong(error.message))
            return False
        self._say("")
        return True

    def _say(self, words: Content | str) -> None:
        said = self.query_one("#row-said", Static)
        said.update(words)
        said.display = bool(words)

    @on(KeyBar.Clicked)
    def run_clicked(self, event: KeyBar.Clicked) -> None:
        """Do what was clicked in the footer."""
        event.stop()
        if event.command_id == "left":
            self.action_leave()
        else:
            field = self.query_one("#row-name", NameField)
            self.run_worker(later(self._take, field.value), group="look", exclusive=True)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Give the name, if it can be."""
        self.run_worker(later(self._take, event.value), group="look", exclusive=True)

    async def _take(self, value: str) -> None:
        if await self._look(value):
            self.dismiss(value)

    def on_click(self, event: events.Click) -> None:
        """Leave where one clicks beside it."""
        if event.widget is self:
            self.action_leave()

    def action_leave(self) -> None:
        """Give nothing."""
        self.dismiss(None)
