"""The line in which one searches: a field, and beside it how much was found and where."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from s3audio_tui.text import safe
from s3audio_tui.tui.place import Place


def found_text(place: Place, count: int, of: int) -> Content:
    """Return how much was found, and where was looked."""
    where = "whole library" if place.everywhere else f"only in {safe(place.prefix) or 'the top'}"
    other = "only here" if place.everywhere else "whole library"
    found = [(f"{count:,}", "$foreground"), (f" of {of:,} · ", "$dim")] if place.searching else []
    return Content.assemble(
        *found, (where, "$dim"), (" · ", "$dim"), ("tab", "$accent"), (f" {other}", "$dim")
    )


class SearchBar(Horizontal):
    """`/ kick -loop        214 of 1,284 · whole library · tab: only here`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False),
        Binding("enter,down", "keep", "to the list", show=False, priority=True),
        Binding("tab", "scope", "where", show=False, priority=True),
    ]

    @dataclass
    class Changed(Message):
        """Something else is looked for."""

        text: str

    class Kept(Message):
        """The search stands; on to the list."""

    class Left(Message):
        """The search is over."""

    class ScopeAsked(Message):
        """Look elsewhere: in the whole library, or only here."""

    def compose(self) -> ComposeResult:
        """Lay out the field and the words."""
        yield Static("/", id="slash", markup=False)
        yield Input(id="words", compact=True, select_on_focus=False)
        yield Static(id="found", markup=False)

    @property
    def text(self) -> str:
        """What is looked for."""
        return self.query_one("#words", Input).value

    def open(self, text: str = "") -> None:
        """Show the line, with `text` in it, ready to type."""
        self.display = True
        field = self.query_one("#words", Input)
        with field.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        field.focus()

    def tell(self, found: Content) -> None:
        """Say how much was found."""
        self.query_one("#found", Static).update(found)

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        """Tell what is looked for now."""
        event.stop()
        self.post_message(self.Changed(event.value))

    def action_leave(self) -> None:
        """End the search."""
        self.post_message(self.Left())

    def action_keep(self) -> None:
        """Go to the list, which stays searched."""
        self.post_message(self.Kept())

    def action_scope(self) -> None:
        """Look elsewhere."""
        self.post_message(self.ScopeAsked())
