"""The main screen: what its keys do.

Flows and dialogs are imported when they are first used: the first frame does not wait for them.
"""

from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.tui.command import Command, Need, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.dialog_commands import SEARCH
from s3audio_tui.tui.past import Visit
from s3audio_tui.tui.screens.playing import LISTENING
from s3audio_tui.tui.screens.recording import RecordingScreen
from s3audio_tui.tui.widgets.folder_tree import FolderTree
from s3audio_tui.tui.widgets.top_bar import TopBar
from s3audio_tui.tui.widgets.transfers import Transfers


class LibraryScreen(RecordingScreen):
    """Folders and files of a library, and all that one can do with them."""

    WHERE = "library"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("library")]

    @property
    def where(self) -> Where:
        """The transfers and the tree have keys of their own while they have the focus."""
        if self.transfers.has_focus:
            return "transfers"
        return "tree" if self.folders_panel.has_focus else "library"

    def commands(self, where: Where | None = None) -> tuple[Command, ...]:
        """Return the commands of a place; in the tree also those that need no row of the list."""
        found = super().commands(where)
        if (where or self.where) != "tree":
            return found
        return (*found, *(c for c in super().commands("library") if not c.needs and c.group))

    def keys(self) -> tuple[Command, ...]:
        """Return what the keys do now; while one types a search, that."""
        if not self.search.has_focus_within:
            return super().keys()
        return SEARCH if self.files.count else tuple(c for c in SEARCH if c.id != "kept")

    def named(self) -> list[Command]:
        """Return what the palette may offer; in the transfers also what one can do elsewhere."""
        found = super().named()
        if self.where == "transfers":
            own = {command.id for command in found}
            rest = (c for c in super().commands("library") if c.group and c.id not in own)
            found += [self.worded(command) for command in rest if self.offered(command)]
        return found

    def has(self, need: Need) -> bool:
        """Return whether there is what a command needs."""
        item = self.files.item
        if need and self.folders_panel.has_focus:
            return False  # who stands in the tree means no row of the list
        match need:
            case "row":
                return item is not None
            case "file":
                return isinstance(item, Row)
            case "targets":
                return item is not None or bool(self.files.marked)
            case "marks":
                return bool(self.files.marked)
        return True

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        if not self.has(command.needs):
            return False
        match command.id:
            case "open":
                return isinstance(item := self.files.item, Folder) or self.can_play(item)
            case name if name in LISTENING:
                return self.can_listen(name)
            case "libraries":
                return self.job is None
            case "up":
                return bool(self.place.prefix) and not self.place.searching
            case "back":
                return self.past.can_go_back
            case "forward":
                return self.past.can_go_forward
            case "cancel":
                return True
        return self.transfer_side.possible(command.id)

    def offered(self, command: Command) -> bool:
        """Undo, redo and cancel are not offered where there is nothing; their keys say so."""
        some = {
            "undo": self.turnable[0],
            "redo": self.turnable[1],
            "cancel": self.job is not None or self.transfer_side.possible("cancel"),
        }
        return some.get(command.id, True) and super().offered(command)

    def do_search(self) -> None:
        """Open the search, with what was searched last."""
        self.search.open(self.place.search)
        self.say_where()

    def do_escape(self) -> None:
        """Leave the search; without one, unmark all."""
        if not self.files.has_focus and not self.search.has_focus_within:
            self.files.focus()
        elif self.files.ranging:
            self.files.drop_range()
        elif self.search.is_open:
            self.leave_search()
        elif self.files.marked:
            self.files.clear_marks()
        else:
            self.status.hush()

    def do_open(self) -> None:
        """Open the folder under the cursor, or play the file."""
        item = self.files.item
        if isinstance(item, Folder):
            self.go(self.place.into(item.path))
        elif item is not None:
            self.play(item)

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
            self.show(visit.place, cursor_key=visit.cursor_key, line=visit.line)

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
        self._turn_to(shown[(at + 1) % len(shown)])

    def _turn_to(self, panel: Widget) -> None:
        """Give a panel the focus at once, for the key that follows, and not with a message."""
        self.set_focus(panel)
        for each in (self.files, self.folders_panel, self.transfers):
            each.has_focus = each is panel

    def do_folders(self) -> None:
        """Go to the tree of folders, or back to the list."""
        panel = self.folders_panel
        self._turn_to(self.files if panel.has_focus or not panel.display else panel)

    def do_tree_go(self) -> None:
        """List the folder under the tree's cursor, and go to the list."""
        self.folders_panel.choose()

    def do_tree_look(self) -> None:
        """List the folder under the tree's cursor."""
        self.folders_panel.choose(leave=False)

    def do_tree_open(self) -> None:
        """Show the folders in the one under the tree's cursor."""
        self.folders_panel.deeper()

    def do_tree_close(self) -> None:
        """Hide the folders in the one under the tree's cursor, or go up."""
        self.folders_panel.higher()

    @on(FolderTree.Chosen)
    def go_to_folder(self, event: FolderTree.Chosen) -> None:
        """Show the folder that was chosen in the tree."""
        self.go(self.place.into(event.path))
        if event.leave:
            self.files.focus()

    @on(TopBar.Picked)
    def go_above(self, event: TopBar.Picked) -> None:
        """Show the folder whose name was clicked in the path, the cursor on where one was."""
        above = self.place.folders()[event.depth]
        inside = self.place.prefix.removeprefix(above).partition("/")[0]
        self.go(self.place.into(above), cursor_key=f"{above}{inside}/" if inside else None)

    @on(FolderTree.BookmarkChosen)
    def go_to_bookmark(self, event: FolderTree.BookmarkChosen) -> None:
        """Go to the bookmark that was chosen below the tree."""
        from s3audio_tui.tui.flows import places  # with the dialogs, so not before it is needed

        places.visit(self, event.bookmark)

    @on(FolderTree.BookmarksChosen)
    def show_bookmarks(self) -> None:
        """Show all bookmarks."""
        self.action_do("bookmarks", "library")

    @on(FolderTree.TrashChosen)
    def go_to_trash(self) -> None:
        """Show the trash."""
        self.action_do("trash", "library")

    @on(Transfers.Chosen)
    def choose_transfer(self) -> None:
        """The keys in the footer go with the chosen transfer."""
        self.update_keys()

    def do_leave(self) -> None:
        """Go back to the list."""
        self._turn_to(self.files)

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

        def come_back(changed: bool | None) -> None:
            if changed:
                self.status.hush()  # what was said before may not be true any more
                self.settle()
            self.folders_panel.tell_trash(screen.count)

        self.app.push_screen(screen, come_back)

    def do_help(self) -> None:
        """Show all keys."""
        from s3audio_tui.tui.screens.help import Help

        self.app.push_screen(Help(self._places()))

    def _places(self) -> list[tuple[str, tuple[Command, ...]]]:
        transfers = ("In the transfers", self.commands("transfers"))
        tree = ("In the folders", super().commands("tree"))
        here = {"transfers": [transfers], "tree": [tree]}.get(self.where, [])
        rest = [place for place in (tree, transfers) if place not in here]
        return [*here, ("", self.commands("library")), *rest]

    def do_palette(self) -> None:
        """Find a command by name."""
        self.app.action_command_palette()

    def do_quit(self) -> None:
        """Quit; asks while transfers run."""
        from s3audio_tui.tui.flows.leave import leave

        self.flow(partial(leave, self))
