"""Tags, metadata and content type in a form: what S3 would refuse is said while one types."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from s3audio_tui.library import property_rules as rules
from s3audio_tui.library.property_fields import TYPE, Change, Properties, in_common
from s3audio_tui.text import safe
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.hints import wrong
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.field_row import FieldRow, Held, Kind
from s3audio_tui.tui.widgets.key_bar import KeyBar

_COSTS = "For metadata S3 copies a file onto itself: its date becomes now, all else stays."


class TagForm(KeyedDialog[Change]):
    """Rows of names and values. It gives only what was changed; several files share one form."""

    WHERE = "tags"
    CSS_PATH: ClassVar = ["send.tcss", "inspect.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("tags"),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
    ]

    def __init__(self, name: str, files: Sequence[Properties]) -> None:
        """Prepare the form for the files; `name` says which they are."""
        super().__init__()
        self._files, self._many = safe(name), len(files) > 1
        self._common, self._differing = in_common(files)
        self._warned = False

    def compose(self) -> ComposeResult:
        """Lay out the form."""
        with Vertical(classes="dialog", id="tags"):
            title = f"Tags and metadata of {self._files}"
            yield Static(title, classes="dialog-title", markup=False)
            with VerticalScroll(id="tags-body"):
                yield Static(id="tags-count", classes="field-title", markup=False)
                yield from self._rows("tag", self._common.tags)
                yield Static(id="meta-count", classes="field-title field-later", markup=False)
                yield from self._rows("meta", self._common.metadata)
                title = "Content type"
                yield Static(
                    title, id="type-title", classes="field-title field-later", markup=False
                )
                with Horizontal(classes="field-row"):
                    differs = "differs: what you type is for all"
                    hint = differs if TYPE in self._differing else "audio/wav"
                    shown = safe(self._common.content_type)
                    yield Input(shown, id="content-type", placeholder=hint, compact=True)
                    yield Label("", classes="field-remove")
            yield Static(id="tags-said", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield KeyBar()
                yield Button("Save", id="save", compact=True)
                yield Button("Leave", id="leave", compact=True)

    def _rows(self, kind: Kind, values: dict[str, str]) -> list[FieldRow]:
        start = f"{kind}:"
        several = [name.removeprefix(start) for name in self._differing if name.startswith(start)]
        held = [Held(name, value) for name, value in values.items()]
        held += [Held(name, "", differs=True) for name in several]
        held.sort(key=lambda one: one.name)
        return [*(FieldRow(kind, one) for one in held), FieldRow(kind)]

    def on_mount(self) -> None:
        """Begin with the first value, or with a new tag."""
        first = self.query(FieldRow).first()
        (first.second if first.held else first.first).focus()
        self.update_keys()
        self._look()

    # What is typed

    def _of(self, kind: Kind) -> list[FieldRow]:
        return [row for row in self.query(FieldRow) if row.kind == kind]

    @on(FieldRow.Changed)
    def look(self) -> None:
        """Offer a new row where the last one is used, and say what is wrong."""
        for kind in ("tag", "meta"):
            last = self._of(kind)[-1]
            if not last.blank:
                self.query_one("#tags-body").mount(FieldRow(kind), after=last)
        self._look()

    @on(Input.Changed, "#content-type")
    def look_at_type(self) -> None:
        """Say what is wrong."""
        self._look()

    def _look(self) -> None:
        self._warned = False
        tags, entries = self._values("tag"), self._values("meta")
        size = sum(len(name.encode()) + len(value.encode()) for name, value in entries.items())
        self._title("#tags-count", "Tags", f"{len(tags)} of {rules.MAX_TAGS}")
        self._title("#meta-count", "Metadata", f"{size:,} of {rules.MAX_METADATA_BYTES:,} bytes")
        mistake = self.mistake()
        self.query_one("#tags-said", Static).update(wrong(mistake) if mistake else self._hint())
        self.query_one("#save", Button).disabled = bool(mistake)

    def _hint(self) -> Content:
        change = self.change()
        if change.metadata or change.content_type:
            return Content.styled(_COSTS, "$dim")
        if self._many and change == Change():
            return Content.styled("Only what you change is changed in the files.", "$dim")
        return Content("")

    def _title(self, where: str, title: str, count: str) -> None:
        words = Content.assemble((title, "$accent"), (f"  {count}", "$dim"))
        self.query_one(where, Static).update(words)

    def _values(self, kind: Kind) -> dict[str, str]:
        return {row.name_typed: row.value_typed for row in self._of(kind) if not row.gone}

    def mistake(self) -> str:
        """Return the first thing that cannot be; that of the row with the focus before others."""
        rows = list(self.query(FieldRow))
        rows.sort(key=lambda row: not row.has_focus_within)
        found = [row.mistake() for row in rows]
        found += [self._twice("tag"), self._twice("meta")]
        found.append(rules.too_many_tags(self._values("tag")))
        found.append(rules.too_much_metadata(self._values("meta")))
        text = self._content_type()
        found.append(rules.content_type_mistake(text) if text else "")
        return next((said for said in found if said), "")

    def _twice(self, kind: Kind) -> str:
        names = [row.name_typed for row in self._of(kind) if not row.gone]
        if kind == "meta":
            names = [name.lower() for name in names]
        twice = next((name for name in names if names.count(name) > 1), "")
        return f"there are two with the name {twice}: keep one" if twice else ""

    def _content_type(self) -> str:
        """Return what was typed, nothing where it is as before."""
        text = self.query_one("#content-type", Input).value.strip()
        return "" if text == safe(self._common.content_type) else text

    def change(self) -> Change:
        """Return what was changed."""
        made: dict[Kind, dict[str, str | None]] = {"tag": {}, "meta": {}}
        for kind, changes in made.items():
            for row in self._of(kind):
                changes |= row.changes()
            # A name that one row gives up and another takes is set, not removed.
            for row in self._of(kind):
                changes |= {n: v for n, v in row.changes().items() if v is not None}
        return Change(made["tag"], made["meta"], self._content_type())

    # Keys

    def action_move(self, rows: int) -> None:
        """Go to the same field of the next row, or of the one before."""
        fields = list(self.query("#tags-body Input").results(Input))
        here = self.focused
        if here not in fields:
            (self.focus_next if rows > 0 else self.focus_previous)()
            return
        value = here.has_class("field-value")
        same = [f for f in fields if f is here or f.id or f.has_class("field-value") == value]
        at = same.index(here) + rows
        if 0 <= at < len(same):
            same[at].focus()
        elif rows > 0:
            self.query_one("#save").focus()

    def do_remove(self) -> None:
        """Take out the row with the focus, or keep it after all."""
        for row in self.query(FieldRow):
            if row.has_focus_within:
                row.toggle()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def do_save(self) -> None:
        """Give the change, if it can be."""
        if not self.mistake():
            self.dismiss(self.change())

    @on(Button.Pressed, "#leave")
    def do_leave(self) -> None:
        """Change nothing; what was typed is not given up by one key."""
        if self._warned or self.change() == Change():
            self.dismiss(None)
            return
        self._warned = True
        words = "Not saved yet: esc again leaves without it, enter saves."
        self.query_one("#tags-said", Static).update(Content.styled(words, "$warning"))
