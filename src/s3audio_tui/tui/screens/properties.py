"""All that is known of a file, or what many files come to; from here to tags, versions, links."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_start
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.facts import Section, drawn
from s3audio_tui.tui.widgets.key_bar import KeyBar

Next = Literal["tags", "versions", "share"]
Load = Callable[[], Awaitable[list[Section]]]

_SIDE_BY_SIDE = 88
"""Cells from which the sections stand in two columns."""


class PropertiesScreen(KeyedDialog[Next]):
    """Sections of facts: those known at once, then all that the store says."""

    CSS_PATH: ClassVar = ["send.tcss", "inspect.tcss"]
    WHERE: ClassVar[Where] = "properties"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("properties"),
        Binding("j", "scroll_facts(1)", "down", show=False),
        Binding("k", "scroll_facts(-1)", "up", show=False),
    ]

    def __init__(
        self, name: str, above: str, known: list[Section], load: Load, *, single: bool
    ) -> None:
        """Prepare the screen. `load` asks for all sections; `single` is one file."""
        super().__init__()
        self._heading, self._above = safe(name), safe(above)
        self._sections, self._load, self._single = known, load, single

    def compose(self) -> ComposeResult:
        """Lay out the title and the facts."""
        with Vertical(classes="dialog", id="properties"):
            yield Static(self._heading, classes="dialog-title", markup=False)
            yield Static(classes="dialog-text", id="properties-above", markup=False)
            with VerticalScroll(id="properties-body"):
                yield Static(id="properties-facts", markup=False)
            yield Static(id="properties-said", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show what is known, and ask for the rest."""
        self.query_one("#properties-body").focus()
        self._say("asking the store …", "$faint")
        self._draw()
        self.update_keys()
        self.run_worker(later(self._ask), group="ask")

    async def _ask(self) -> None:
        try:
            self._sections, said = await self._load(), ""
        except S3AudioError as error:
            said = f"✗ {error.message}: {error.remedy}".removesuffix(": ")
        if self.left:  # its widgets may be gone before this is stopped
            return
        self._say(said, "$warning" if said else "$faint")
        self._draw()

    def _say(self, text: str, style: str) -> None:
        self.query_one("#properties-said", Static).update(Content.styled(safe(text), style))

    def on_resize(self) -> None:
        """Lay out anew."""
        self._draw()

    def _draw(self) -> None:
        width = self.query_one("#properties-body").scrollable_content_region.width
        if not width:
            return
        above = self.query_one("#properties-above", Static)
        above.display = bool(self._above)
        above.update(clip_start(self._above, width))
        columns = 2 if width >= _SIDE_BY_SIDE and len(self._sections) > 1 else 1
        self.query_one("#properties-facts", Static).update(drawn(self._sections, width, columns))

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense: older versions and so on are of one file."""
        return self._single or command.id != "versions"

    def action_scroll_facts(self, lines: int) -> None:
        """Scroll by some lines."""
        self.query_one("#properties-body").scroll_relative(y=lines, animate=False)

    def do_tags(self) -> None:
        """Go on to the tags."""
        self.dismiss("tags")

    def do_versions(self) -> None:
        """Go on to the versions."""
        self.dismiss("versions")

    def do_share(self) -> None:
        """Go on to a link."""
        self.dismiss("share")

    def do_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
