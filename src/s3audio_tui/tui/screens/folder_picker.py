"""Which folder of the library something goes to. Gives its path; moves nothing itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.tree import folders_named, has_folder
from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.widgets.folder_choice import FolderChoice
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList
from s3audio_tui.tui.widgets.path_field import PathField

_COMPARED = 200
"""So many folders are compared for what they share."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders to choose from, and what the library says of them."""

    catalog: Callable[[], Catalog]
    """Blocks the first time."""
    label: str
    pool: DaemonPool
    check: Callable[[str], Awaitable[None]]
    """Raises the `S3AudioError` that says why something cannot go into a folder."""
    make: Callable[[str], Awaitable[str]]
    """Makes a folder and returns its path, or raises `S3AudioError`."""


class FolderPicker(KeyedDialog[str]):
    """A tree of folders, and a path to type. Enter gives the folder, escape nothing."""

    WHERE = "folder"
    CSS_PATH: ClassVar = ["send.tcss", "organise.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("folder")]

    def __init__(self, title: str, start: str, folders: Folders) -> None:
        """Prepare the dialog; `start` is the folder on which the cursor begins."""
        super().__init__()
        self._title, self._start, self._folders = safe(title), start, folders

    def compose(self) -> ComposeResult:
        """Lay out the path, the tree and what is said."""
        folders = self._folders
        with Vertical(classes="dialog", id="goal"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield Static(id="goal-path", markup=False)
            yield PathField(folders.pool, self._named, id="goal-field")
            yield FolderChoice(folders.catalog, folders.label, folders.pool, id="goal-list")
            yield Static(id="goal-said", markup=False)
            yield KeyBar()

    def _named(self, text: str) -> list[str]:
        return folders_named(self._folders.catalog(), text, _COMPARED)

    def on_mount(self) -> None:
        """Stand on the folder where one is."""
        self.choice = self.query_one(FolderChoice)
        self.field = self.query_one(PathField)
        self.field.display = False
        self.choice.focus()
        self.run_worker(later(self.choice.stand_on, self._start), group="tree")

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        if self.field.has_focus:
            return command.id in ("leave", "choose")
        branch = self.choice.branch
        if command.id == "unfold":
            return branch is not None and branch.has_folders
        if command.id == "fold":
            return branch is not None and bool(branch.path)
        return command.id not in ("choose", "new_folder") or branch is not None

    @property
    def _path(self) -> str:
        """The folder that is chosen now: under the cursor, or typed."""
        if self.field.display:
            text = self.field.value.strip().strip("/")
            return f"{text}/" if text else ""
        return self.choice.branch.path if self.choice.branch is not None else ""

    @on(LineList.Moved)
    @on(Input.Changed)
    def look(self) -> None:
        """Show the path, and say what cannot be."""
        above, slash, name = self._path.rstrip("/").rpartition("/")
        shown = Content.assemble(
            (safe(above + slash), "$dim"), (safe(name) or safe(self._folders.label), "bold")
        )
        self.query_one("#goal-path", Static).update(shown)
        self.update_keys()
        self.run_worker(later(self._look), group="look", exclusive=True)

    async def _look(self, *, tried: bool = False) -> bool:
        """Say what is known of the folder; what cannot be stands out once it was tried."""
        try:
            await self._folders.check(self._path)
            exists = not self.field.display or await self._is_there(self._path)
        except S3AudioError as error:
            mark, style = ("✗ ", "$error") if tried else ("", "$dim")
            self._say(Content.styled(f"{mark}{safe(error.message)}", style))
            return False
        self._say(Content.styled("" if exists else "a new folder", "$dim"))
        return True

    async def _is_there(self, path: str) -> bool:
        return not path or await self._folders.pool.run(
            lambda: has_folder(self._folders.catalog(), path)
        )

    def _say(self, words: Content) -> None:
        self.query_one("#goal-said", Static).update(words)

    # What the keys do

    @on(LineList.Opened)
    def do_choose(self) -> None:
        """Give the folder, if something can go there."""
        self.run_worker(later(self._choose), group="look", exclusive=True)

    async def _choose(self) -> None:
        path = self._path
        if await self._look(tried=True):
            self.dismiss(path)

    @on(Input.Submitted)
    def take_typed(self) -> None:
        """Give the folder that was typed."""
        self.do_choose()

    def do_unfold(self) -> None:
        """Show the folders in the one under the cursor."""
        self.run_worker(later(self.choice.unfold), group="tree")

    def do_fold(self) -> None:
        """Hide them, or go to the folder above."""
        self.run_worker(later(self.choice.fold), group="tree")

    def do_path(self) -> None:
        """Type a path, beginning with the folder under the cursor."""
        self.query_one("#goal-path").display = False
        self.field.begin(self._path)

    def do_new_folder(self) -> None:
        """Make a folder in the one under the cursor, and go to it."""
        self.run_worker(later(self._new_folder), group="tree")

    async def _new_folder(self) -> None:
        above, made = self._path, list[str]()

        async def check(name: str) -> None:
            made[:] = [await self._folders.make(above + name.strip())]

        where = above or self._folders.label
        prompt = Prompt(f"New folder in {where}", verb="make it", check=check)
        if await self.app.push_screen_wait(prompt) is not None:
            await self.choice.stand_on(made[0])

    def do_leave(self) -> None:
        """Leave the field; without it the dialog."""
        if not self.field.display:
            self.dismiss(None)
            return
        self._close_field()
        self.choice.focus()

    def _close_field(self) -> None:
        self.field.display = False
        self.query_one("#goal-path").display = True
        self.look()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keys go with the focus; who leaves the field is in the tree again."""
        if self.field.display and not self.field.has_focus:
            self._close_field()
        self.update_keys()
