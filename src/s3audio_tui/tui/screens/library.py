"""The main screen: what its keys do.

Flows and dialogs are imported when they are first used: the first frame does not wait for them.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

import msgspec
from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.remembered import Remembered
from s3audio_tui.tui.command import Command, Need, Where
from s3audio_tui.tui.commands import SEARCH, bindings
from s3audio_tui.tui.past import Visit
from s3audio_tui.tui.screens.searching import SearchingScreen
from s3audio_tui.tui.theme import THEMES
from s3audio_tui.tui.widgets.columns import sorts
from s3audio_tui.tui.widgets.transfers import Transfers


class LibraryScreen(SearchingScreen):
    """Folders and files of a library, and all that one can do with them."""

    WHERE = "library"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("library")]

    @property
    def transfers(self) -> Transfers:
        """The transfers below the list."""
        return self.query_one(Transfers)

    @property
    def where(self) -> Where:
        """The transfers have keys of their own while they have the focus."""
        return "transfers" if self.transfers.has_focus else "library"

    def keys(self) -> tuple[Command, ...]:
        """Return what the keys do now; while one types a search, that."""
        return SEARCH if self.search.has_focus_within else super().keys()

    def has(self, need: Need) -> bool:
        """Return whether there is what a command needs."""
        item = self.files.item
        return {
            "": True,
            "row": item is not None,
            "file": isinstance(item, Row),
            "targets": item is not None or bool(self.files.marked),
            "marks": bool(self.files.marked),
        }[need]

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        if not self.has(command.needs):
            return False
        if command.id == "cancel" and self.job is not None:
            return True
        return {
            "open": isinstance(self.files.item, Folder),
            "up": bool(self.place.prefix) and not self.place.searching,
            "back": self.past.can_go_back,
            "forward": self.past.can_go_forward,
            **self.transfer_side.possible(),
        }.get(command.id, True)

    def offered(self, command: Command) -> bool:
        """Undo and redo are not offered where there is nothing; their keys say so."""
        some = {"undo": self.turnable[0], "redo": self.turnable[1]}
        return some.get(command.id, True) and super().offered(command)

    def do_search(self) -> None:
        """Open the search, with what was searched last."""
        self.search.open(self.place.search)
        self.say_where()

    def do_mark(self) -> None:
        """Mark the row, or unmark it."""
        self.files.toggle_mark()

    def do_escape(self) -> None:
        """Leave the search; without one, unmark all."""
        if self.transfers.has_focus:
            self.files.focus()
        elif self.files.ranging:
            self.files.drop_range()
        elif self.search.display:
            self.leave_search()
        elif self.files.marked:
            self.files.clear_marks()
        else:
            self.status.hush()

    def do_open(self) -> None:
        """Open the folder under the cursor."""
        item = self.files.item
        if isinstance(item, Folder):
            self.go(self.place.into(item.path))

    def do_up(self) -> None:
        """Go up, the cursor on the folder that one was in."""
        self.go(self.place.above(), cursor_key=self.place.prefix)

    def do_back(self) -> None:
        """Go back to where one was."""
        self._travel(self.past.back(self._here()))

    def do_forward(self) -> None:
        """Go forward again."""
        self._travel(self.past.forward(self._here()))

    def _travel(self, visit: Visit | None) -> None:
        if visit is not None:
            self.show(visit.place, cursor_key=visit.cursor_key)

    def do_mark_all(self) -> None:
        """Mark all that is listed."""
        self.run_worker(self.files.mark_all(), group="marks", exclusive=True)

    def do_invert(self) -> None:
        """Mark what is not marked, and the other way round."""
        self.run_worker(self.files.invert_marks(), group="marks", exclusive=True)

    def do_range(self) -> None:
        """Begin a range of marks at the row under the cursor, or end it."""
        self.files.turn_range()

    def do_sort(self, number: int = 0) -> None:
        """Sort by the next column, or by the one with a number."""
        names = sorts(self.files.columns)
        if not number:
            self.go_sorted(self.place.next_sort(names))
        elif number <= len(names):
            self.go_sorted(self.place.sorted_by(names[number - 1]))

    def do_reverse(self) -> None:
        """Reverse the order."""
        self.go_sorted(replace(self.place, reverse=not self.place.reverse))

    def do_refresh(self) -> None:
        """Ask S3 what is there now."""
        self.status.hush()
        self.store_side.refresh()

    @on(Transfers.Asked)
    def ask_of_transfer(self) -> None:
        """Show what is with the transfer that was clicked twice."""
        self.action_do("reason", "transfers")

    def do_cancel(self) -> None:
        """Stop the job that is followed, the chosen transfer, or the one that started last."""
        if self.job is not None:
            self.stop_job()
        else:
            self.transfer_side.cancel()

    def do_panes(self) -> None:
        """Go to the next panel: folders, files, transfers."""
        shown: list[Widget] = [self.files]
        if self.folders_panel.display:
            shown.insert(0, self.folders_panel)
        if self.transfers.display:
            shown.append(self.transfers)
        at = next((i for i, panel in enumerate(shown) if panel.has_focus), -1)
        shown[(at + 1) % len(shown)].focus()

    def do_folders(self) -> None:
        """Go to the tree of folders, or back to the list."""
        panel = self.folders_panel
        (self.files if panel.has_focus or not panel.display else panel).focus()

    def do_leave(self) -> None:
        """Go back to the list."""
        self.files.focus()

    def do_clear_ended(self) -> None:
        """Clear the transfers that have ended."""
        self.status.hush()
        self.transfer_side.clear_ended()
        if not self.transfers.display:
            self.files.focus()

    def do_trash(self) -> None:
        """Show the trash; afterwards read the rows again."""
        from s3audio_tui.tui.screens.trash import TrashScreen

        screen = TrashScreen(self.library, self.shared)
        self.app.push_screen(screen, lambda changed: self.settle() if changed else None)

    def do_help(self) -> None:
        """Show all keys."""
        from s3audio_tui.tui.screens.help import Help

        self.app.push_screen(Help(self._places()))

    def _places(self) -> list[tuple[str, tuple[Command, ...]]]:
        transfers = ("In the transfers", self.commands("transfers"))
        if self.where == "transfers":
            return [transfers, ("", self.commands("library"))]
        return [("", self.commands("library")), transfers]

    def do_palette(self) -> None:
        """Find a command by name."""
        self.app.action_command_palette()

    def do_theme(self) -> None:
        """Take the next theme, and remember it."""
        names = [theme.name for theme in THEMES]
        name = names[(names.index(self.app.theme) + 1) % len(names)]
        self.app.theme = name
        self._remember_soon(lambda now: msgspec.structs.replace(now, theme=name))

    def do_panel_folders(self) -> None:
        """Show or hide the tree of folders."""
        self._turn_panel("folders")

    def do_panel_details(self) -> None:
        """Show or hide the details."""
        self._turn_panel("details")

    def _turn_panel(self, name: str) -> None:
        self.toggle_class(f"-no-{name}")
        if not self.focused or not self.focused.display:
            self.files.focus()
        hidden = tuple(n for n in ("folders", "details") if self.has_class(f"-no-{n}"))
        self._remember_soon(lambda now: msgspec.structs.replace(now, hidden_panels=hidden))

    def _remember_soon(self, change: Callable[[Remembered], Remembered]) -> None:
        """Write down what shall be there the next time; a disk that is full costs only that."""
        self.run_worker(self._remember(change))

    async def _remember(self, change: Callable[[Remembered], Remembered]) -> None:
        with suppress(S3AudioError):
            await self.remember(change)

    def do_quit(self) -> None:
        """Quit; asks while transfers run."""
        from s3audio_tui.tui.flows.leave import leave

        self.flow(leave(self))
