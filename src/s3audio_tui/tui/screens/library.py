"""The main screen: what its keys do.

Flows and dialogs are imported when they are first used: the first frame does not wait for them.
"""

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from s3audio_tui.catalog.rows import Folder
from s3audio_tui.tui.commands import SEARCH, Command, bindings
from s3audio_tui.tui.screens.browsing import BrowsingScreen
from s3audio_tui.tui.theme import DARK, LIGHT
from s3audio_tui.tui.widgets.columns import SORTS
from s3audio_tui.tui.widgets.transfers import Transfers

_AT_TRANSFERS = ("transfers", "cancel", "clear", "help", "quit")
_NEEDS_ROW = ("mark", "open", "rename", "delete", "download", "sort", "reverse")


class LibraryScreen(BrowsingScreen):
    """Folders and files of a library, and all that one can do with them."""

    WHERE = "library"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("library")]

    @property
    def transfers(self) -> Transfers:
        """The transfers below the list."""
        return self.query_one(Transfers)

    def keys(self) -> tuple[Command, ...]:
        """Return what the keys do now; while one types a search, that."""
        if self.search.has_focus_within:
            return SEARCH
        shown = super().keys()
        if self.transfers.has_focus:
            return tuple(command for command in shown if command.id in _AT_TRANSFERS)
        return shown

    def possible(self, command_id: str) -> bool:
        """Return whether a command makes sense now."""
        item = self.files.item
        if command_id in _NEEDS_ROW and item is None:
            return False
        return {
            "open": isinstance(item, Folder),
            "up": bool(self.place.prefix) and not self.place.searching,
            "cancel": self.queue.busy or self.job is not None,
            "transfers": len(self.transfers.states) > 1 or self.transfers.has_focus,
            "clear": self.store_side.any_ended,
        }.get(command_id, True)

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
            self.files.clear_marks()
            self.go(self.place.into(item.path))

    def do_up(self) -> None:
        """Go up, the cursor on the folder that one was in."""
        self.files.clear_marks()
        self.go(self.place.above(), cursor_key=self.place.prefix)

    def do_sort(self, number: int = 0) -> None:
        """Sort by the next column, or by the one with a number."""
        if number:
            self.go_sorted(self.place.sorted_by(SORTS[number - 1][0]))
        else:
            self.go_sorted(self.place.next_sort())

    def do_reverse(self) -> None:
        """Reverse the order."""
        self.go_sorted(replace(self.place, reverse=not self.place.reverse))

    def do_refresh(self) -> None:
        """Ask S3 what is there now."""
        self.status.hush()
        self.store_side.refresh()

    def do_rename(self) -> None:
        """Rename the file or folder under the cursor."""
        from s3audio_tui.tui.flows import change

        if self.files.item is not None:
            self.flow(change.rename(self, self.files.item))

    def do_delete(self) -> None:
        """Delete what is marked, else the row under the cursor."""
        from s3audio_tui.tui.flows import change

        self.flow(change.delete(self, self.files.chosen, self.files.clear_marks))

    def do_undo(self) -> None:
        """Take back the last act."""
        from s3audio_tui.tui.flows import change

        self.flow(change.undo(self))

    def do_redo(self) -> None:
        """Do again what was taken back."""
        from s3audio_tui.tui.flows import change

        self.flow(change.redo(self))

    def do_download(self) -> None:
        """Download what is marked, else the row under the cursor."""
        from s3audio_tui.tui.flows import send

        self.flow(send.download(self, self.files.chosen, self.files.clear_marks))

    def do_upload(self) -> None:
        """Upload files of which one types the paths."""
        from s3audio_tui.tui.flows import send

        self.flow(send.upload(self, self.place.prefix))

    def do_cancel(self) -> None:
        """Stop the job that is followed, the chosen transfer, or the one that started last."""
        if self.job is not None:
            self.stop_job()
        elif (chosen := self.transfers.chosen) is not None:
            self.queue.cancel(chosen.id)
        else:
            self.store_side.cancel_last()

    def do_transfers(self) -> None:
        """Go to the transfers, to choose one, or back to the list."""
        (self.files if self.transfers.has_focus else self.transfers).focus()

    def do_clear(self) -> None:
        """Clear the transfers that have ended."""
        self.status.hush()
        self.store_side.clear_ended()
        if not self.transfers.display:
            self.files.focus()

    def do_trash(self) -> None:
        """Show the trash; afterwards read the rows again."""
        from s3audio_tui.tui.screens.trash import TrashScreen

        screen = TrashScreen(self.library, self.pools, self.queue, self.clock)
        self.app.push_screen(screen, lambda changed: self.settle() if changed else None)

    def do_help(self) -> None:
        """Show all keys."""
        from s3audio_tui.tui.screens.help import Help

        self.app.push_screen(Help("library"))

    def do_palette(self) -> None:
        """Find a command by name."""
        self.app.action_command_palette()

    def do_theme(self) -> None:
        """Change between dark and light."""
        self.app.theme = LIGHT.name if self.app.theme == DARK.name else DARK.name

    def do_quit(self) -> None:
        """Quit; asks while transfers run."""
        from s3audio_tui.tui.flows.leave import leave

        self.flow(leave(self))
