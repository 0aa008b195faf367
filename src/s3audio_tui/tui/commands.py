"""Every command, once: its keys, its word in the footer, its line in help, its twin for scripts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from s3audio_tui.tui.command import CHOOSE, Command, Where

if TYPE_CHECKING:
    from textual.binding import Binding

_GO, _FIND, _CHOOSE, _CHANGE = "Move about", "Find", CHOOSE, "Change"
_SEND, _APP = "Send and fetch", "App"

# fmt: off
_MOVING: tuple[Command, ...] = (
    Command("open", "enter,right,l", "enter", "open", "Open the folder", _GO, 8, "row", cli="ls"),
    Command("up", "backspace,left,h", "⌫", "up", "Go up to the folder above", _GO, 9, cli="ls"),
    Command("back", "H,alt+left", "H", "back", "Go back to where you were", _GO, 17),
    Command("forward", "L,alt+right", "L", "forward", "Go forward again", _GO, 18),
    Command("goto", "p,ctrl+l", "p", "path", "Go to a folder by typing it", _GO, 19,
            flow="places.goto", cli="ls"),
    Command("folders", "f", "f", "folders", "Go to the tree of folders, or back", _GO, 16),
    Command("panes", "tab", "tab", "panes", "Go to the next panel", _GO),
    Command("bookmarks", "b", "b", "bookmarks", "Go to a bookmark", _GO, 18,
            flow="places.bookmarks", cli="bookmarks ls"),
    Command("bookmark", "B", "B", "keep", "Keep this folder or search as a bookmark", _GO, 20,
            flow="places.keep", cli="bookmarks add"),
    Command("libraries", "ctrl+o", "^o", "libraries", "Open another library or profile", _GO, 19,
            flow="libraries.switch", cli="libraries ls"),
)

_FINDING: tuple[Command, ...] = (
    Command("search", "slash", "/", "search", "Search as you type", _FIND, 1, cli="ls"),
    Command("sort", "o", "o", "sort", "Sort by the next column", _FIND, 13, "row", cli="ls"),
    Command("reverse", "O", "O", "reverse", "Reverse the order", _FIND, 18, "row", cli="ls"),
    Command("columns", "C", "C", "columns", "Choose, widen and move columns", _FIND, 20,
            flow="places.columns", cli="ls"),
    Command("refresh", "R,f5", "R", "refresh", "Ask the store what is there now", _FIND, 16,
            cli="sync"),
    *(Command(f"sort_{n}", str(n), str(n), "", f"Sort by column {n}", "") for n in range(1, 8)),
)

_CHOOSING: tuple[Command, ...] = (
    Command("mark", "space", "space", "mark", "Mark the row, or unmark it", _CHOOSE, 7, "row"),
    Command("range", "v", "v", "range", "Mark all from here to where you go", _CHOOSE, 20, "row"),
    Command("mark_all", "ctrl+a", "^a", "all", "Mark all that is listed", _CHOOSE, 21, "row"),
    Command("invert", "asterisk", "*", "invert", "Mark what is not marked", _CHOOSE, 22, "row"),
    Command("pattern", "plus", "+", "by pattern", "Mark what fits a pattern", _CHOOSE, 22, "row",
            flow="places.mark_pattern"),
    Command("unmark", "minus", "-", "unmark", "Unmark what fits a pattern", _CHOOSE, 22, "marks",
            flow="places.unmark_pattern"),
    Command("escape", "escape", "esc", "clear", "Leave the search, unmark all rows", _CHOOSE),
)

_CHANGING: tuple[Command, ...] = (
    Command("rename", "r", "r", "rename", "Rename the file or the folder", _CHANGE, 4, "row",
            flow="change.rename", cli="mv"),
    Command("edit_names", "e", "e", "edit names", "Rename many in your editor", _CHANGE, 21,
            "targets", flow="organise.edit_names", cli="mv"),
    Command("move", "m", "m", "move", "Move into another folder", _CHANGE, 10, "targets",
            flow="organise.move", cli="mv"),
    Command("copy", "c", "c", "copy", "Copy into another folder", _CHANGE, 15, "targets",
            flow="organise.copy", cli="cp"),
    Command("new_folder", "n", "n", "new folder", "Make a folder here", _CHANGE, 17,
            flow="organise.new_folder", cli="mkdir"),
    Command("delete", "d,delete", "d", "delete", "Delete: into the trash", _CHANGE, 5, "targets",
            flow="change.delete", cli="rm"),
    Command("trash", "t", "t", "trash", "See the trash, and restore from it", _CHANGE, 12,
            cli="trash ls"),
    Command("undo", "z", "z", "undo", "Take back the last change", _CHANGE, 11,
            flow="change.undo", cli="undo"),
    Command("redo", "Z", "Z", "redo", "Do again what was taken back", _CHANGE, 15,
            flow="change.redo", cli="redo"),
    Command("properties", "i", "i", "info", "See all that is known, tags and sums", _CHANGE, 14,
            "targets", flow="inspect.properties", cli="info"),
    Command("edit_tags", "T", "T", "tags", "Edit tags and metadata", _CHANGE, 21, "targets",
            flow="inspect.edit_tags", cli="tag"),
    Command("versions", "V", "V", "versions", "See older versions, and restore one", _CHANGE, 21,
            "file", flow="inspect.versions", cli="versions ls"),
)

_SENDING: tuple[Command, ...] = (
    Command("upload", "u", "u", "upload", "Choose files or folders to upload", _SEND, 5,
            flow="send.pick", cli="put"),
    Command("upload_paths", "U", "U", "upload paths", "Upload what you type; or paste paths",
            _SEND, 21, flow="send.upload", cli="put"),
    Command("download", "g", "g", "get", "Download into a folder", _SEND, 6, "targets",
            flow="send.download", cli="get"),
    Command("zip", "a", "a", "zip", "Download as one zip", _SEND, 20, "targets",
            flow="send.download_zip", cli="get"),
    Command("share", "s", "s", "share", "Make a link, good for a while", _SEND, 8, "targets",
            flow="share.share", cli="share"),
    Command("cancel", "x", "x", "cancel", "Stop the job, or the last transfer", _SEND, 3),
    Command("pause_all", "P", "P", "pause all", "Pause all transfers, or go on", _SEND, 10,
            flow="transfers.pause_all"),
    Command("clear_ended", "X", "X", "clear", "Clear the transfers that have ended", _SEND, 6),
)

LIBRARY: tuple[Command, ...] = (
    *_FINDING,
    *_MOVING,
    *_CHOOSING,
    *_CHANGING,
    *_SENDING,
    Command("help", "question_mark", "?", "help", "Show the keys of this screen", _APP, 2),
    Command("palette", "colon,ctrl+p", ":", "commands", "Find a command by name", _APP, 9),
    Command("panel_folders", "f3", "f3", "tree", "Show or hide the tree of folders", _APP),
    Command("panel_details", "f4", "f4", "details", "Show or hide the details", _APP),
    Command("theme", "f2", "f2", "theme", "Next theme: dark, light, the terminal's own", _APP),
    Command("quit", "q,ctrl+q,ctrl+c", "q", "quit", "Quit", _APP, 1),
)

TREE: tuple[Command, ...] = (
    Command("tree_go", "enter", "enter", "go there", "List the folder, and go to the list", _GO, 1,
            cli="ls"),
    Command("tree_look", "space", "space", "look", "List the folder, and stay in the tree", _GO, 4,
            cli="ls"),
    Command("tree_open", "right,l", "l", "open", "Show the folders in it, or go to the first", _GO,
            2, cli="ls"),
    Command("tree_close", "left,h,backspace", "h", "close", "Hide them, or go to the one above",
            _GO, 3, cli="ls"),
    Command("leave", "escape,f", "esc", "back", "Go back to the list", _GO, 1),
)
"""What the keys do in the tree of folders while it has the focus."""

TRASH: tuple[Command, ...] = (
    Command("restore", "enter,r", "enter", "restore", "Put it back where it was", _CHANGE, 1,
            "targets", cli="trash restore"),
    Command("mark", "space", "space", "mark", "Mark the row, or unmark it", _CHOOSE, 4, "row"),
    Command("mark_all", "ctrl+a", "^a", "all", "Mark all that is listed", _CHOOSE, 7, "row"),
    Command("empty", "E", "E", "empty", "Delete all of it for good", _CHANGE, 3, "row",
            cli="trash empty"),
    Command("refresh", "R,f5", "R", "refresh", "Ask the store what is there now", _FIND, 6,
            cli="trash ls"),
    Command("help", "question_mark", "?", "help", "Show the keys of this screen", _APP, 5),
    Command("palette", "colon,ctrl+p", ":", "commands", "Find a command by name", _APP),
    Command("back", "escape,backspace,left,h,q,t", "esc", "back", "Go back", _APP, 2),
)

TRANSFERS: tuple[Command, ...] = (
    Command("pause", "p,space", "p", "pause", "Pause the chosen one, or go on", _SEND, 3,
            flow="transfers.pause"),
    Command("pause_all", "P", "P", "pause all", "Pause all transfers, or go on", _SEND, 6,
            flow="transfers.pause_all"),
    Command("cancel", "x", "x", "cancel", "Cancel the chosen one", _SEND, 2),
    Command("retry", "r", "r", "retry", "Try again, or go on after a stop", _SEND, 4,
            flow="transfers.retry", cli="uploads resume"),
    Command("retry_all", "R", "R", "retry all", "Try all again that failed or were stopped", _SEND,
            9, flow="transfers.retry_all", cli="uploads resume"),
    Command("earlier", "K,shift+up", "K", "earlier", "Let it run before others", _SEND, 7,
            flow="transfers.earlier"),
    Command("later", "J,shift+down", "J", "later", "Let it run after others", _SEND, 8,
            flow="transfers.later"),
    Command("first", "0,shift+home", "0", "first", "Let it run before all others", _SEND, 10,
            flow="transfers.first"),
    Command("reason", "enter", "enter", "reason", "See all of why it failed", _SEND, 5,
            flow="transfers.reason"),
    Command("clear_ended", "c,X", "c", "clear", "Clear the transfers that have ended", _SEND, 5),
    Command("leave", "escape", "esc", "back", "Go back to the list", _GO, 1),
)
"""What the keys do in the panel of transfers while it has the focus."""

PICKER: tuple[Command, ...] = (
    Command("open", "enter,right,l", "enter", "open", "Open the folder, or upload the file", _GO,
            1, "row"),
    Command("up", "backspace,left,h", "⌫", "up", "Go up to the folder above", _GO, 6),
    Command("path", "p,ctrl+l", "p", "path", "Go to a folder by typing it", _GO, 7),
    *(Command(f"place_{n}", str(n), str(n), "", f"Go to the place {n}", "") for n in range(1, 10)),
    Command("filter", "slash", "/", "filter", "List only names with the words you type", _FIND, 5),
    Command("order", "o", "o", "order", "By name, the newest first, the largest first", _FIND, 9),
    Command("everything", "full_stop", ".", "all files", "Hidden names and other files too",
            _FIND, 10),
    Command("mark", "space", "space", "mark", "Mark the row, or unmark it", _CHOOSE, 3, "row"),
    Command("mark_all", "ctrl+a", "^a", "all", "Mark all files here, or unmark them", _CHOOSE, 8,
            "row"),
    Command("send", "u", "u", "upload", "Upload what is marked, else the row", _SEND, 2, "targets",
            cli="put"),
    Command("help", "question_mark", "?", "help", "Show all keys", _APP, 11),
    Command("leave", "escape,q", "esc", "leave", "Clear the filter, the marks; then leave", _APP,
            4),
)

PLAN: tuple[Command, ...] = (
    Command("start", "enter", "enter", "start", "Start the upload", _SEND, 1, cli="put"),
    Command("skip", "s", "s", "skip", "Leave out the file", _CHOOSE, 3, "row"),
    Command("keep_both", "b", "b", "keep both", "Give the file a number", _CHOOSE, 4, "row"),
    Command("overwrite", "o", "o", "overwrite", "Replace the one there", _CHOOSE, 5, "row"),
    Command("rename", "r", "r", "rename", "Give the file another name", _CHANGE, 7, "file"),
    Command("same", "a", "a", "for all", "Do the same with all that are taken", _CHOOSE, 6,
            "row"),
    Command("folder", "e", "e", "other folder", "Upload into another folder", _CHANGE, 8),
    Command("help", "question_mark", "?", "help", "Show all keys", _APP, 9),
    Command("leave", "escape,q,n", "esc", "leave", "Upload nothing", _APP, 2),
)

LIBRARIES: tuple[Command, ...] = (
    Command("open", "enter,right,l", "enter", "open", "Try it, and open it; list a profile's "
            "buckets", _GO, 1, "row", cli="tui"),
    Command("try", "t", "t", "try", "Say what works there, or what is wrong", _GO, 3, "row",
            cli="libraries try"),
    Command("store", "n", "n", "other store", "Give the address of another store", _GO, 4,
            cli="libraries add"),
    Command("keep", "a", "a", "keep", "Keep a recent library in the settings", _CHANGE, 5, "row",
            cli="libraries add"),
    Command("usual", "s", "s", "at start", "Let it open by itself", _CHANGE, 6, "row",
            cli="libraries use"),
    Command("forget", "d,delete", "d", "forget", "Forget it; nothing in it is touched", _CHANGE,
            7, "row", cli="libraries remove"),
    Command("leave", "escape,q,left,h", "esc", "leave", "Stop what is tried; else leave", _APP, 2),
)

PREVIEW: tuple[Command, ...] = (
    Command("start", "enter", "enter", "rename", "Give all of them their new names", _CHANGE, 1,
            cli="mv"),
    Command("again", "e", "e", "edit again", "Go on in the editor", _CHANGE, 3, cli="mv"),
    Command("leave", "escape,q,n", "esc", "leave", "Rename nothing", _APP, 2),
)

FOLDER: tuple[Command, ...] = (
    Command("choose", "enter", "enter", "here", "Into the folder under the cursor", _GO, 1),
    Command("unfold", "right,l", "→", "open", "Show the folders in it", _GO, 5, "row"),
    Command("fold", "left,h,backspace", "←", "close", "Hide them, or go to the folder above", _GO,
            6, "row"),
    Command("path", "p,slash,ctrl+l", "p", "type", "Go to a folder by typing it", _GO, 3),
    Command("new_folder", "n", "n", "new folder", "Make a folder in it", _CHANGE, 4, cli="mkdir"),
    Command("leave", "escape,q", "esc", "leave", "Leave all where it is", _APP, 2),
)

PROPERTIES: tuple[Command, ...] = (
    Command("tags", "T,e", "T", "tags", "Edit tags and metadata", _CHANGE, 2, "file", cli="tag"),
    Command("versions", "V", "V", "versions", "See older versions", _CHANGE, 3, "file",
            cli="versions ls"),
    Command("share", "s", "s", "share", "Make a link, good for a while", _SEND, 4, "file",
            cli="share"),
    Command("leave", "escape,q,i,enter", "esc", "back", "Go back", _APP, 1),
    Command("help", "question_mark", "?", "help", "Show all keys", _APP, 9),
)

VERSIONS: tuple[Command, ...] = (
    Command("restore", "enter,r", "enter", "restore", "Make this version the current one", _CHANGE,
            1, "row", cli="versions restore"),
    Command("get", "g", "g", "get", "Download this version", _SEND, 3, "row", cli="versions get"),
    Command("remove", "D", "D", "remove", "Remove this version for good", _CHANGE, 4, "row",
            cli="versions rm"),
    Command("leave", "escape,q,V,left,h", "esc", "back", "Go back", _APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", _APP, 9),
)

LINK: tuple[Command, ...] = (
    Command("copy", "c,y", "c", "copy again", "Copy to the clipboard again", _SEND, 2,
            cli="share"),
    Command("code", "o,space", "o", "QR code", "Show the QR code on the whole screen", _SEND, 3,
            cli="share"),
    Command("leave", "escape,q,s,enter", "esc", "back", "Go back", _APP, 1),
    Command("help", "question_mark", "?", "help", "Show all keys", _APP, 9),
)

# fmt: on
SEARCH: tuple[Command, ...] = (
    Command("kept", "", "enter", "to the list", "Keep the search, and go to the list", _FIND, 1),
    Command("scope", "", "tab", "where to look", "Look everywhere, or only here", _FIND, 3),
    Command("left", "", "esc", "leave", "Leave the search", _FIND, 2),
)
"""What the footer says while one types; the field itself has the keys."""

PATH: tuple[Command, ...] = (
    Command("there", "", "enter", "go there", "Go to the path", _GO, 1),
    Command("complete", "", "tab", "complete", "Complete the path", _GO, 3),
    Command("left", "", "esc", "back", "Go back to the list", _GO, 2),
)
"""The same while one types a path."""

COMMANDS: dict[Where, tuple[Command, ...]] = {
    "library": LIBRARY,
    "tree": TREE,
    "trash": TRASH,
    "transfers": TRANSFERS,
    "picker": PICKER,
    "plan": PLAN,
    "preview": PREVIEW,
    "folder": FOLDER,
    "libraries": LIBRARIES,
    "properties": PROPERTIES,
    "versions": VERSIONS,
    "link": LINK,
}


def bindings(where: Where) -> "list[Binding]":
    """Return the bindings of a place's commands."""
    return [command.binding(where) for command in COMMANDS[where]]


def in_footer(commands: Iterable[Command]) -> list[Command]:
    """Return those of `commands` that the footer may show, in the order of the screen."""
    return [command for command in commands if command.rank]
