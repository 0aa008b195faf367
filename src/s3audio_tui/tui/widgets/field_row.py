"""One name and its value in a form, which can be changed, and taken out."""

from dataclasses import dataclass
from typing import Literal

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from s3audio_tui.library import property_rules as rules
from s3audio_tui.text import safe

Kind = Literal["tag", "meta"]


@dataclass(frozen=True, slots=True)
class Held:
    """What the files have; `differs` where they have several values, or some have none."""

    name: str
    value: str
    differs: bool = False


class FieldRow(Horizontal):
    """Two fields; without `held` it is a new one. `removed` strikes it out."""

    removed: reactive[bool] = reactive(False)

    class Changed(Message):
        """Something in the row is another than before."""

    def __init__(self, kind: Kind, held: Held | None = None) -> None:
        super().__init__(classes="field-row")
        self.kind, self.held = kind, held
        self._shown = (safe(held.name), safe(held.value)) if held else ("", "")
        differs = held is not None and held.differs
        hint = "differs: what you type is for all" if differs else "" if held else "value"
        new = "" if held else "new tag" if kind == "tag" else "new entry"
        name, value = self._shown
        self.first = Input(name, classes="field-name", placeholder=new, compact=True)
        self.second = Input(value, classes="field-value", placeholder=hint, compact=True)

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield self.first
        yield self.second
        yield Static("×" if self.held else " ", classes="field-remove", markup=False)

    @on(Input.Changed)
    def tell(self, event: Input.Changed) -> None:
        """Tell of it as of the row."""
        event.stop()
        self.post_message(self.Changed())

    def watch_removed(self, removed: bool) -> None:
        """Strike it out, or not."""
        self.set_class(removed, "-removed")
        self.post_message(self.Changed())

    def on_click(self, event: events.Click) -> None:
        """Remove it by the mark at its end."""
        if event.widget is not None and event.widget.has_class("field-remove"):
            self.toggle()

    def toggle(self) -> None:
        """Remove what is held, or keep it after all; empty what is new."""
        if self.held:
            self.removed = not self.removed
            return
        self.first.value = self.second.value = ""

    @property
    def name_typed(self) -> str:
        """The name that counts: as it is held, or as it was typed."""
        text = self.first.value.strip()
        return self.held.name if self.held and text == self._shown[0] else text

    @property
    def value_typed(self) -> str:
        """The value that counts, as it is held or as it was typed."""
        text = self.second.value
        return self.held.value if self.held and text == self._shown[1] else text

    @property
    def blank(self) -> bool:
        """Whether it is a new one with nothing in it."""
        return not self.held and not self.name_typed and not self.value_typed

    @property
    def gone(self) -> bool:
        """Whether nothing is left of it."""
        return self.blank or self.removed or (self.held is not None and not self.name_typed)

    def changes(self) -> dict[str, str | None]:
        """Return what to set, and (None) to remove."""
        old, name, value = self.held, self.name_typed, self.value_typed
        if self.gone:
            return {old.name: None} if old else {}
        if old is None:
            return {name: value}
        if name == old.name:
            return {} if value == old.value else {name: value}
        return {old.name: None, name: value}

    def mistake(self) -> str:
        """Return what is wrong with it; empty where nothing is."""
        if self.gone or (self.held and not self.changes()):
            return ""
        name, value = self.name_typed, self.value_typed
        if self.held and self.held.differs and not value:
            return f"{name} has several values: type the one for all"
        check = rules.tag_mistake if self.kind == "tag" else rules.metadata_mistake
        return check(name, value)
