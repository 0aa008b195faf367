"""Where a download goes: a folder, as files or as one zip, and what becomes of taken names."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from s3audio_tui.errors import S3AudioError, UsageError
from s3audio_tui.library.download import DownloadPlan, Ground, ground_for
from s3audio_tui.library.local_files import completed, path_of
from s3audio_tui.library.names import IfTaken
from s3audio_tui.paths import local_path
from s3audio_tui.text import safe
from s3audio_tui.tui.hints import keys, wrong
from s3audio_tui.tui.later import later
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.targets import named
from s3audio_tui.tui.widgets.one_of import OneOf
from s3audio_tui.tui.widgets.path_field import PathField
from s3audio_tui.units import size_text

_ANSWERS: tuple[tuple[IfTaken, str], ...] = (
    ("rename", "keep both"),
    ("skip", "skip"),
    ("overwrite", "overwrite"),
)


_KEYS = (("enter", "download"), ("tab", "complete"), ("↑ ↓", "next"), ("← →", "choose"))

_WIDE = 90
"""Cells from which on there is room for all of them beside the buttons."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person chose. `archive` is the name of the one zip, `""` for files."""

    folder: Path
    archive: str
    if_exists: IfTaken


class DownloadForm(Dialog[Wish]):
    """A folder that completes itself; enter downloads, escape leaves."""

    CSS_PATH = "send.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True),
        Binding("up", "app.focus_previous", "before", show=False),
        Binding("down", "app.focus_next", "next", show=False),
        Binding("enter", "start", "download", show=False),
    ]

    def __init__(
        self, plan: DownloadPlan, folder: str, archive: str, pool: DaemonPool, *, zipped: bool
    ) -> None:
        """Prepare the form. `archive` is a name for the zip; `zipped` chooses that at first."""
        super().__init__()
        self._plan, self._folder, self._archive = plan, folder, archive
        self._pool, self._zipped = pool, zipped
        self._ground: Ground | None = None
        self._wanted: Wish | None = None
        self._looking = False

    def compose(self) -> ComposeResult:
        """Lay out the form."""
        what = named([item.key for item in self._plan.items])
        title = f"Download {safe(what)}, {size_text(self._plan.total_bytes)}"
        with Vertical(classes="dialog", id="download"):
            yield Static(title, classes="dialog-title", markup=False)
            with Horizontal(classes="form-row"):
                yield Label("Into", classes="form-name")
                yield PathField(self._pool, completed, self._folder, id="download-folder")
            with Horizontal(classes="form-row"):
                yield Label("As", classes="form-name")
                yield OneOf("files", "one zip", chosen=int(self._zipped), id="download-as")
            with Horizontal(classes="form-row", id="download-zip-row"):
                yield Label("Its name", classes="form-name")
                yield Input(self._archive, id="download-zip", compact=True, select_on_focus=False)
            with Horizontal(classes="form-row"):
                yield Label("If taken", classes="form-name")
                yield OneOf(*(words for _, words in _ANSWERS), id="download-taken")
            yield Static(id="download-said", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(self._keys(), classes="dialog-hint", markup=False)
                yield Button("Download", id="start", compact=True)
                yield Button("Leave", id="leave", compact=True)

    def _keys(self) -> Content:
        return keys(*(_KEYS if self.app.size.width >= _WIDE else _KEYS[1:]), gap=2)

    def on_mount(self) -> None:
        """Begin with the folder."""
        field = self.query_one(PathField)
        field.focus()
        field.select_all()
        self.look_again()

    # What the folder says

    @property
    def zipped(self) -> bool:
        """Whether all goes into one zip."""
        return self.query_one("#download-as", OneOf).chosen == 1

    @property
    def if_exists(self) -> IfTaken:
        """What to do where a name is taken."""
        return _ANSWERS[self.query_one("#download-taken", OneOf).chosen][0]

    def _wish(self) -> Wish:
        """Return what the fields say. Raises `UsageError`."""
        text = self.query_one("#download-folder", Input).value.strip()
        if not text:
            raise UsageError("name a folder")
        archive = self.query_one("#download-zip", Input).value.strip() if self.zipped else ""
        if self.zipped and (not archive or "/" in archive):
            raise UsageError("give the zip a name, without a slash")
        name = local_path(archive) if archive else ""
        if name and not name.lower().endswith(".zip"):
            name = f"{name}.zip"
        return Wish(path_of(text).absolute(), name, self.if_exists)

    @on(Input.Changed)
    @on(OneOf.Changed)
    def look_again(self) -> None:
        """Ask the disk what there is, and show it."""
        self.query_one("#download-zip-row").display = self.zipped
        try:
            self._wanted = self._wish()
        except S3AudioError as error:
            self._wanted = self._ground = None
            self._say(wrong(error.message))
            return
        if not self._looking:
            self._looking = True
            self.run_worker(later(self._look), group="look")

    async def _look(self) -> None:
        """Look until the newest wish was looked at; what was typed meanwhile is one more look."""
        try:
            looked: Wish | None = None
            while (wish := self._wanted) is not None and wish != looked:
                found = await self._pool.run(partial(_looked, self._plan, wish))
                looked = wish
                if wish == self._wanted:
                    self._ground = found
                    self._say(_said(found, wish))
        finally:
            self._looking = False

    def _say(self, said: Content) -> None:
        self.query_one("#download-said", Static).update(said)
        fits = self._ground is not None and self._ground.fits
        self.query_one("#start", Button).disabled = not fits

    # What the keys do

    @on(Input.Submitted)
    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Check once more, and give the wish."""
        self.run_worker(later(self._start), group="start", exclusive=True)

    async def _start(self) -> None:
        self.look_again()
        if (wish := self._wanted) is None:
            return
        found = await self._pool.run(partial(_looked, self._plan, wish))
        if found.fits and wish == self._wanted:
            self._wanted = None
            self.dismiss(wish)

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Download nothing."""
        self._wanted = None
        self.dismiss(None)


def _looked(plan: DownloadPlan, wish: Wish) -> Ground:
    return ground_for(plan, wish.folder, wish.archive, wish.if_exists)


def _said(ground: Ground, wish: Wish) -> Content:
    parts: list[tuple[str, str]] = []
    if not ground.fits and ground.free_bytes is not None:
        free = size_text(ground.free_bytes)
        return wrong(f"no room: {size_text(ground.needed_bytes)} needed, {free} free there")
    if ground.free_bytes is not None:
        parts.append((f"{size_text(ground.free_bytes)} free", "$dim"))
    if not ground.exists:
        parts.append((" · a new folder", "$dim"))
    if ground.taken:
        verb = "is" if ground.taken == 1 else "are"
        what = "that zip" if wish.archive else f"{ground.taken:,}"
        parts.append((f" · {what} {verb} there already", "$warning"))
    return Content.assemble(*parts)
