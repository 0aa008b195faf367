"""Every command, once: its keys, its word in the footer, its line in help, its twin for scripts.

Those of the dialogs are in `dialog_commands`.
"""

from typing import TYPE_CHECKING

from s3audio_tui.tui.command import APP, CHANGE, CHOOSE, FIND, GO, PLAY, SEND, Command, Where
from s3audio_tui.tui.dialog_commands import DIALOGS, THEME

if TYPE_CHECKING:
    from textual.binding import Binding

# fmt: off
_MOVING: tuple[Command, ...] = (
    Command("open", "enter,right,l", "enter", "open", "Open the folder, or play the file",
            GO, 8, "row", cli="play"),
    Command("up", "backspace,left,h", "⌫", "up", "Go up to the folder above", GO, 9, cli="ls"),
    Command("back", "H,alt+left", "H", "back", "Go back to where you were", GO, 17),
    Command("forward", "L,alt+right", "L", "forward", "Go forward again", GO, 18),
    Command("goto", "p,ctrl+l", "p", "path", "Go to a folder by typing it", GO, 19,
            flow="places.goto", cli="ls"),
    Command("folders", "f", "f", "folders", "Go to the tree of folders, or back", GO, 16),
    Command("panes", "tab", "tab", "panes", "Go to the next panel", GO),
    Command("bookmarks", "b", "b", "bookmarks", "Go to a bookmark", GO, 18,
            flow="places.bookmarks", cli="bookmarks ls"),
    Command("bookmark", "B", "B", "keep", "Keep this folder or search as a bookmark", GO, 20,
            flow="places.keep", cli="bookmarks add"),
    Command("libraries", "ctrl+o", "^o", "libraries", "Open another library or profile", GO, 19,
            flow="libraries.switch", cli="libraries ls"),
)

_FINDING: tuple[Command, ...] = (
    Command("search", "slash", "/", "search", "Search as you type", FIND, 1, cli="ls"),
    Command("sort", "o", "o", "sort", "Sort by the next column", FIND, 13, "row", cli="ls"),
    Command("reverse", "O", "O", "reverse", "Reverse the order", FIND, 18, "row", cli="ls"),
    Command("columns", "C", "C", "columns", "Choose, widen and move columns", FIND, 20,
            flow="places.columns", cli="ls"),
    Command("refresh", "R,f5", "R", "refresh", "Ask the store what is there now", FIND, 16,
            cli="sync"),
    *(Command(f"sort_{n}", str(n), str(n), "", f"Sort by column {n}", "") for n in range(1, 8)),
)

_CHOOSING: tuple[Command, ...] = (
    Command("mark", "space", "space", "mark", "Mark the row, or unmark it", CHOOSE, 7, "row"),
    Command("range", "v", "v", "range", "Mark all from here to where you go", CHOOSE, 20, "row"),
    Command("mark_all", "ctrl+a", "^a", "all", "Mark all that is listed", CHOOSE, 21, "row"),
    Command("invert", "asterisk", "*", "invert", "Mark what is not marked", CHOOSE, 22, "row"),
    Command("pattern", "plus", "+", "by pattern", "Mark what fits a pattern", CHOOSE, 22, "row",
            flow="places.mark_pattern"),
    Command("unmark", "minus", "-", "unmark", "Unmark what fits a pattern", CHOOSE, 22, "marks",
            flow="places.unmark_pattern"),
    Command("escape", "escape", "esc", "clear", "Leave the search, unmark all rows", CHOOSE),
)

_CHANGING: tuple[Command, ...] = (
    Command("rename", "r", "r", "rename", "Rename the file or the folder", CHANGE, 4, "row",
            flow="change.rename", cli="mv"),
    Command("edit_names", "e", "e", "edit names", "Rename many in your editor", CHANGE, 21,
            "targets", flow="organise.edit_names", cli="mv"),
    Command("move", "m", "m", "move", "Move into another folder", CHANGE, 10, "targets",
            flow="organise.move", cli="mv"),
    Command("copy", "c", "c", "copy", "Copy into another folder", CHANGE, 15, "targets",
            flow="organise.copy", cli="cp"),
    Command("new_folder", "n", "n", "new folder", "Make a folder here", CHANGE, 17,
            flow="organise.new_folder", cli="mkdir"),
    Command("delete", "d,delete", "d", "delete", "Delete: into the trash", CHANGE, 5, "targets",
            flow="change.delete", cli="rm"),
    Command("trash", "t", "t", "trash", "See the trash, and restore from it", CHANGE, 12,
            cli="trash ls"),
    Command("undo", "z", "z", "undo", "Take back the last change", CHANGE, 11,
            flow="change.undo", cli="undo"),
    Command("redo", "Z", "Z", "redo", "Do again what was taken back", CHANGE, 15,
            flow="change.redo", cli="redo"),
    Command("properties", "i", "i", "info", "See all that is known, tags and sums", CHANGE, 14,
            "targets", flow="inspect.properties", cli="info"),
    Command("edit_tags", "T", "T", "tags", "Edit tags and metadata", CHANGE, 21, "targets",
            flow="inspect.edit_tags", cli="tag"),
    Command("waveform", "w", "w", "waveform", "See the waveform, as large as you like", FIND, 16,
            "file", flow="waves.look", cli="waveform"),
    Command("play_pause", "full_stop", ".", "pause", "Pause, or go on", PLAY, 7, cli="play"),
    Command("play_stop", "comma", ",", "stop", "Stop playing", PLAY, 9, cli="play"),
    Command("play_next", "J", "J", "next", "Next: play what comes", PLAY, 14, cli="play"),
    Command("play_previous", "K", "K", "previous", "To the start, or to the one before", PLAY, 19,
            cli="play"),
    Command("seek_back", "less_than_sign", "<", "5 s back", "Back 5 s", PLAY, cli="play"),
    Command("seek_on", "greater_than_sign", ">", "5 s on", "On 5 s", PLAY, cli="play"),
    Command("quieter", "left_parenthesis", "(", "quieter", "Quieter", PLAY, cli="play"),
    Command("louder", "right_parenthesis", ")", "louder", "Louder", PLAY, cli="play"),
    Command("enqueue", "A", "A", "play later", "Play it later: put it into the queue", PLAY, 18,
            "targets", flow="listen.enqueue", cli="play"),
    Command("queue", "Q", "Q", "queue", "See what is played next, and change it", PLAY, 25,
            flow="listen.queue", cli="play"),
    Command("devices", "S", "S", "sound device", "Choose where sound comes out", PLAY, 24,
            flow="devices.choose", cli="play"),
    Command("versions", "V", "V", "versions", "See older versions, and restore one", CHANGE, 21,
            "file", flow="inspect.versions", cli="versions ls"),
)

_SENDING: tuple[Command, ...] = (
    Command("upload", "u", "u", "upload", "Choose files or folders to upload", SEND, 5,
            flow="send.pick", cli="put"),
    Command("upload_paths", "U", "U", "upload paths", "Upload what you type; or paste paths",
            SEND, 21, flow="send.upload", cli="put"),
    Command("download", "g", "g", "get", "Download into a folder", SEND, 6, "targets",
            flow="send.download", cli="get"),
    Command("zip", "a", "a", "zip", "Download as one zip", SEND, 20, "targets",
            flow="send.download_zip", cli="get"),
    Command("share", "s", "s", "share", "Make a link, good for a while", SEND, 8, "targets",
            flow="share.share", cli="share"),
    Command("record", "ctrl+r", "^r", "record", "Record, or see what is recorded", SEND, 20,
            flow="record.show", cli="rec"),
    Command("cancel", "x", "x", "cancel", "Stop the job, or the last transfer", SEND, 3),
    Command("pause_all", "P", "P", "pause all", "Pause all transfers, or go on", SEND, 10,
            flow="transfers.pause_all"),
    Command("clear_ended", "X", "X", "clear", "Clear the transfers that have ended", SEND, 6),
)

LIBRARY: tuple[Command, ...] = (
    *_FINDING,
    *_MOVING,
    *_CHOOSING,
    *_CHANGING,
    *_SENDING,
    Command("help", "question_mark", "?", "help", "Show the keys of this screen", APP, 2),
    Command("palette", "colon,ctrl+p", ":", "commands", "Find a command by name", APP, 9),
    Command("panel_folders", "f3", "f3", "tree", "Show or hide the tree of folders", APP),
    Command("panel_details", "f4", "f4", "details", "Show or hide the details", APP),
    THEME,
    Command("quit", "q,ctrl+q,ctrl+c", "q", "quit", "Quit", APP, 1),
)

TREE: tuple[Command, ...] = (
    Command("tree_go", "enter", "enter", "go there", "List the folder, and go to the list", GO, 1,
            cli="ls"),
    Command("tree_look", "space", "space", "look", "List the folder, and stay in the tree", GO, 4,
            cli="ls"),
    Command("tree_open", "right,l", "l", "open", "Show the folders in it, or go to the first", GO,
            2, cli="ls"),
    Command("tree_close", "left,h,backspace", "h", "close", "Hide them, or go to the one above",
            GO, 3, cli="ls"),
    Command("leave", "escape,f", "esc", "back", "Go back to the list", GO, 1),
)
"""What the keys do in the tree of folders while it has the focus."""

TRASH: tuple[Command, ...] = (
    Command("restore", "enter,r", "enter", "restore", "Put it back where it was", CHANGE, 1,
            "targets", cli="trash restore"),
    Command("mark", "space", "space", "mark", "Mark the row, or unmark it", CHOOSE, 4, "row"),
    Command("mark_all", "ctrl+a", "^a", "all", "Mark all that is listed", CHOOSE, 7, "row"),
    Command("empty", "E", "E", "empty", "Delete all of it for good", CHANGE, 3, "row",
            cli="trash empty"),
    Command("refresh", "R,f5", "R", "refresh", "Ask the store what is there now", FIND, 6,
            cli="trash ls"),
    Command("help", "question_mark", "?", "help", "Show the keys of this screen", APP, 5),
    Command("palette", "colon,ctrl+p", ":", "commands", "Find a command by name", APP),
    Command("back", "escape,backspace,left,h,q,t", "esc", "back", "Go back", APP, 2),
    THEME,
)

TRANSFERS: tuple[Command, ...] = (
    Command("pause", "p,space", "p", "pause", "Pause the chosen one, or go on", SEND, 3,
            flow="transfers.pause"),
    Command("pause_all", "P", "P", "pause all", "Pause all transfers, or go on", SEND, 6,
            flow="transfers.pause_all"),
    Command("cancel", "x", "x", "cancel", "Cancel the chosen one", SEND, 2),
    Command("retry", "r", "r", "retry", "Try again, or go on after a stop", SEND, 4,
            flow="transfers.retry", cli="uploads resume"),
    Command("retry_all", "R", "R", "retry all", "Try all again that failed or were stopped", SEND,
            9, flow="transfers.retry_all", cli="uploads resume"),
    Command("earlier", "K,shift+up", "K", "earlier", "Let it run before others", SEND, 7,
            flow="transfers.earlier"),
    Command("later", "J,shift+down", "J", "later", "Let it run after others", SEND, 8,
            flow="transfers.later"),
    Command("first", "0,shift+home", "0", "first", "Let it run before all others", SEND, 10,
            flow="transfers.first"),
    Command("limit_rate", "l", "l", "limit", "Limit how fast all of them go together", SEND, 11,
            flow="transfers.limit_rate", cli="put"),
    Command("reason", "enter", "enter", "reason", "See all of why it failed", SEND, 5,
            flow="transfers.reason"),
    Command("clear_ended", "c,X", "c", "clear", "Clear the transfers that have ended", SEND, 5),
    Command("leave", "escape", "esc", "back", "Go back to the list", GO, 1),
)
"""What the keys do in the panel of transfers while it has the focus."""

# fmt: on
COMMANDS: dict[Where, tuple[Command, ...]] = {
    "library": LIBRARY,
    "tree": TREE,
    "trash": TRASH,
    "transfers": TRANSFERS,
    **DIALOGS,
}


def bindings(where: Where) -> "list[Binding]":
    """Return the bindings of a place's commands, but for the one that all screens have."""
    return [command.binding(where) for command in COMMANDS[where] if command is not THEME]
