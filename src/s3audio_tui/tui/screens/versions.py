"""The versions of one file, and what shall become of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from s3audio_tui.library.versions import Version
from s3audio_tui.text import safe
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.version_list import VersionList
from s3audio_tui.units import count_text, size_text

Act = Literal["restore", "get", "remove"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person wants with a version."""

    act: Act
    version: Version


class VersionsScreen(KeyedDialog[Choice]):
    """A list to choose from; escape changes nothing."""

    CSS_PATH: ClassVar = ["send.tcss", "inspect.tcss"]
    WHERE: ClassVar[Where] = "versions"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("versions")]

    def __init__(self, versions: Sequence[Version], now: float) -> None:
        super().__init__()
        self._versions, self._now = versions, now

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="dialog", id="versions"):
            yield Static(self._title(), classes="dialog-title", markup=False)
            yield Static(self._sum(), classes="dialog-text", markup=False)
            yield VersionList(id="versions-list")
            yield KeyBar()

    def _title(self) -> str:
        return f"Versions of {safe(self._versions[0].key.rpartition('/')[2])}"

    def _sum(self) -> str:
        kept = [version for version in self._versions if not version.is_delete_marker]
        total = size_text(sum(version.size_bytes for version in kept))
        words = count_text(len(kept), "version")
        return f"{words}, {total} in all. What is restored goes on top; nothing is lost by it."

    def on_mount(self) -> None:
        """List them."""
        found = self.query_one(VersionList)
        found.styles.height = min(len(self._versions), 16)
        found.show(self._versions, self._now)
        found.focus()
        self.update_keys()

    @on(VersionList.Moved)
    def show_keys(self) -> None:
        """Show what is possible with this one."""
        self.update_keys()

    @on(VersionList.Opened)
    def open(self) -> None:
        """Restore what was clicked twice, if it can be."""
        self.action_do("restore")

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense for the version under the cursor."""
        version = self.query_one(VersionList).version
        if command.id == "leave" or version is None:
            return command.id == "leave"
        if command.id == "restore":
            return version.state == "older"
        return command.id == "remove" or not version.is_delete_marker

    def do_restore(self) -> None:
        """Restore the version."""
        self._choose("restore")

    def do_get(self) -> None:
        """Download the version."""
        self._choose("get")

    def do_remove(self) -> None:
        """Remove the version, once that was confirmed."""
        self._choose("remove")

    def _choose(self, act: Act) -> None:
        version = self.query_one(VersionList).version
        if version is not None:
            self.dismiss(Choice(act, version))

    def do_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)
