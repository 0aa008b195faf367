"""The commands of the dialogs, and what the footer says while one types."""

from s3audio_tui.tui.command import (
    APP,
    CHANGE,
    CHOOSE,
    FIND,
    GO,
    PLAY,
    QUEUE,
    SEND,
    ZOOM,
    Command,
    Where,
)
from s3audio_tui.tui.recorder_commands import LEFT, RECORDER, SETUP, TAKES

THEME = Command("theme", "f2", "f2", "theme", "Next theme: dark, light, your terminal's", APP)
"""Every screen and dialog has it, also those without commands of their own."""

# fmt: off
PICKER: tuple[Command, ...] = (
    Command("open", "enter,right,l", "enter", "open", "Open the folder, or upload the file", GO,
            1, "row"),
    Command("up", "backspace,left,h", "⌫", "up", "Go up to the folder above", GO, 6),
    Command("path", "p,ctrl+l", "p", "path", "Go to a folder by typing it", GO, 7),
    *(Command(f"place_{n}", str(n), str(n), "", f"Go to the place {n}", "") for n in range(1, 10)),
    Command("filter", "slash", "/", "filter", "List only names with the words you type", FIND, 5),
    Command("order", "o", "o", "order", "By name, by date, by size", FIND, 9),
    Command("everything", "full_stop", ".", "all files", "Hidden names and other files too",
            FIND, 10),
    Command("mark", "space", "space", "mark", "Mark the row, or unmark it", CHOOSE, 3, "row"),
    Command("mark_all", "ctrl+a", "^a", "all", "Mark all files here, or unmark them", CHOOSE, 8,
            "row"),
    Command("send", "u", "u", "upload", "Upload what is marked, else the row", SEND, 2, "targets",
            cli="put"),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 11),
    Command("leave", "escape,q", "esc", "leave", "Clear the filter, the marks; then leave", APP,
            4),
)

PLAN: tuple[Command, ...] = (
    Command("start", "enter", "enter", "start", "Start the upload", SEND, 1, cli="put"),
    Command("skip", "s", "s", "skip", "Leave out the file", CHOOSE, 3, "row"),
    Command("keep_both", "b", "b", "keep both", "Give the file a number", CHOOSE, 4, "row"),
    Command("overwrite", "o", "o", "overwrite", "Replace the one there", CHOOSE, 5, "row"),
    Command("rename", "r", "r", "rename", "Give the file another name", CHANGE, 7, "file"),
    Command("same", "a", "a", "for all", "Do the same with all that are taken", CHOOSE, 6,
            "row"),
    Command("folder", "e", "e", "other folder", "Upload into another folder", CHANGE, 8),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
    Command("leave", "escape,q,n", "esc", "leave", "Upload nothing", APP, 2),
)

LIBRARIES: tuple[Command, ...] = (
    Command("open", "enter,right,l", "enter", "open", "Try and open it; list a profile's "
            "buckets", GO, 1, "row", cli="tui"),
    Command("try", "t", "t", "try", "Say what works there, or what is wrong", GO, 3, "row",
            cli="libraries try"),
    Command("store", "n", "n", "other store", "Give the address of another store", GO, 4,
            cli="libraries add"),
    Command("keep", "a", "a", "keep", "Keep a recent library in the settings", CHANGE, 5, "row",
            cli="libraries add"),
    Command("usual", "s", "s", "at start", "Let it open by itself", CHANGE, 6, "row",
            cli="libraries use"),
    Command("forget", "d,delete", "d", "forget", "Forget it; nothing in it is touched", CHANGE,
            7, "row", cli="libraries remove"),
    Command("leave", "escape,q,left,h", "esc", "leave", "Stop what is tried; else leave", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

PREVIEW: tuple[Command, ...] = (
    Command("start", "enter", "enter", "rename", "Give all of them their new names", CHANGE, 1,
            cli="mv"),
    Command("again", "e", "e", "edit again", "Go on in the editor", CHANGE, 3, cli="mv"),
    Command("leave", "escape,q,n", "esc", "leave", "Rename nothing", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

FOLDER: tuple[Command, ...] = (
    Command("choose", "enter", "enter", "here", "Into the folder under the cursor", GO, 1),
    Command("unfold", "right,l", "→", "open", "Show the folders in it", GO, 5, "row"),
    Command("fold", "left,h,backspace", "←", "close", "Hide them, or go to the folder above", GO,
            6, "row"),
    Command("path", "p,slash,ctrl+l", "p", "type", "Go to a folder by typing it", GO, 3),
    Command("new_folder", "n", "n", "new folder", "Make a folder in it", CHANGE, 4, cli="mkdir"),
    Command("leave", "escape,q", "esc", "leave", "Leave all where it is", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

PROPERTIES: tuple[Command, ...] = (
    Command("tags", "T,e", "T", "tags", "Edit tags and metadata", CHANGE, 2, "file", cli="tag"),
    Command("versions", "V", "V", "versions", "See older versions", CHANGE, 3, "file",
            cli="versions ls"),
    Command("share", "s", "s", "share", "Make a link, good for a while", SEND, 4, "file",
            cli="share"),
    Command("leave", "escape,q,i,enter", "esc", "back", "Go back", APP, 1),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

WAVE: tuple[Command, ...] = (
    Command("play", "space", "space", "play", "Play from the cursor, or pause", PLAY,
            2, cli="play"),
    Command("left", "left,h", "←", "left", "Go left by 5 s, or by less if zoomed in", GO,
            5),
    Command("right", "right", "→", "right", "Go right as far; what plays always by 5 s", GO, 5),
    Command("zoom_in", "plus,equals_sign,up,k", "+", "zoom in", "See less of it, larger", ZOOM, 3),
    Command("zoom_out", "minus,down,j", "-", "zoom", "See more of it", ZOOM, 3),
    Command("select_from", "left_square_bracket", "[", "from here", "Select from the cursor on",
            CHOOSE, 6),
    Command("select_to", "right_square_bracket", "]", "selection", "Select up to the cursor",
            CHOOSE, 6),
    Command("zoom_part", "z,enter", "z", "to selection", "See just what is selected", ZOOM, 9,
            "marks"),
    Command("loop", "l", "l", "loop", "Play the selection again and again", PLAY, 7,
            cli="play"),
    Command("decibels", "d", "d", "dB", "Levels in decibels, or as they are", ZOOM, 8),
    Command("higher", "v,shift+up", "v", "higher", "Draw it twice as high", ZOOM, 10),
    Command("lower", "V,shift+down", "V", "height", "Draw it half as high", ZOOM, 10),
    Command("whole", "0", "0", "whole", "See all of it, as high as it is", ZOOM, 9),
    Command("seek_back", "less_than_sign", "<", "5 s back", "Back 5 s", PLAY),
    Command("seek_on", "greater_than_sign", ">", "5 s on", "On 5 s", PLAY),
    Command("play_next", "J", "J", "next", "Next: play what comes, and see it", PLAY, cli="play"),
    Command("play_previous", "K", "K", "previous", "To the start, or to the one before", PLAY,
            cli="play"),
    Command("quieter", "left_parenthesis", "(", "quieter", "Quieter", PLAY, cli="play"),
    Command("louder", "right_parenthesis", ")", "louder", "Louder", PLAY, cli="play"),
    Command("step_left", "comma", ",", "step left", "Go left by a column", GO),
    Command("step_right", "full_stop", ".", "step right", "Go right by a column", GO),
    Command("pan_left", "pageup,shift+left", "pgup", "earlier", "See what is farther left", GO),
    Command("pan_right", "pagedown,shift+right", "pgdn", "later", "See what is farther right", GO),
    Command("start", "home", "home", "start", "Go to the start", GO),
    Command("end", "end,G", "end", "end", "Go to the end", GO),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 11),
    Command("leave", "escape,q,w", "esc", "back", "Select nothing; else go back", APP, 1),
)

IN_QUEUE: tuple[Command, ...] = (
    Command("jump", "enter,right,l", "enter", "play", "Play it now", PLAY, 1, "row", cli="play"),
    Command("remove", "d,delete", "d", "remove", "Take it out of the queue", QUEUE, 3, "marks"),
    Command("earlier", "K,shift+up", "K", "up", "Move it up: it comes earlier", QUEUE, 4, "marks"),
    Command("later", "J,shift+down", "J", "down", "Move it down: it comes later", QUEUE, 5,
            "marks"),
    Command("clear", "c,X", "c", "clear", "Take out all that was queued", QUEUE, 6),
    Command("pause", "full_stop,space", ".", "pause", "Pause, or go on", PLAY, 7),
    Command("leave", "escape,q,Q,left,h", "esc", "back", "Go back", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

DEVICES: tuple[Command, ...] = (
    Command("take", "enter", "enter", "take", "Let sound come out there", GO, 1, "row",
            cli="play"),
    Command("again", "r,R,f5", "r", "look again", "Look again for what is there", FIND, 3,
            cli="play"),
    Command("leave", "escape,q,S", "esc", "back", "Leave it as it is", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

VERSIONS: tuple[Command, ...] = (
    Command("restore", "enter,r", "enter", "restore", "Make this version the current one", CHANGE,
            1, "row", cli="versions restore"),
    Command("get", "g", "g", "get", "Download this version", SEND, 3, "row", cli="versions get"),
    Command("remove", "D", "D", "remove", "Remove this version for good", CHANGE, 4, "row",
            cli="versions rm"),
    Command("leave", "escape,q,V,left,h", "esc", "back", "Go back", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

LINK: tuple[Command, ...] = (
    Command("copy", "c,y", "c", "copy again", "Copy to the clipboard again", SEND, 2,
            cli="share"),
    Command("code", "o,space", "o", "QR code", "Show the QR code on the whole screen", SEND, 3,
            cli="share"),
    Command("leave", "escape,q,s,enter", "esc", "back", "Go back", APP, 1),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

TAGS: tuple[Command, ...] = (
    Command("save", "enter,ctrl+s", "enter", "save", "Save what was changed", CHANGE, 1,
            cli="tag"),
    Command("remove", "ctrl+r", "^r", "remove", "Take out the row, or keep it after all", CHANGE,
            3, cli="tag"),
    Command("leave", "escape", "esc", "leave", "Change nothing", APP, 2),
)

BOOKMARKS: tuple[Command, ...] = (
    Command("go", "enter,right,l", "enter", "go", "Go to the bookmark", GO, 1, "row"),
    Command("remove", "d,delete", "d", "remove", "Remove it when you leave, or keep it",
            CHANGE, 3, "row", cli="bookmarks rm"),
    Command("rename", "r", "r", "rename", "Give it another name", CHANGE, 4, "row",
            cli="bookmarks rename"),
    Command("leave", "escape,q,b,left,h", "esc", "leave", "Go nowhere", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

COLUMNS: tuple[Command, ...] = (
    Command("turn", "space", "space", "show", "Show the column, or hide it", CHOOSE, 3),
    Command("narrower", "left,h", "←", "narrower", "Make it narrower", CHOOSE, 4),
    Command("wider", "right,l", "→", "wider", "Make it wider", CHOOSE, 5),
    Command("earlier", "K,shift+up", "K", "up", "Move it up: nearer to the name", CHOOSE, 6),
    Command("later", "J,shift+down", "J", "down", "Move it down: further from the name", CHOOSE,
            7),
    Command("usual", "0", "0", "the usual", "Take the usual columns", CHOOSE, 8),
    Command("keep", "enter", "enter", "keep", "Keep the columns so", APP, 1),
    Command("leave", "escape,q,C", "esc", "leave", "Leave them as they were", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

TAKEN: tuple[Command, ...] = (
    Command("skip", "s", "s", "skip", "Leave out the files whose names are taken", CHOOSE, 2),
    Command("keep_both", "b", "b", "keep both", "Give them a number", CHOOSE, 3),
    Command("overwrite", "o", "o", "overwrite", "Replace those that are there", CHOOSE, 4),
    Command("leave", "escape,n,q", "esc", "leave", "Do nothing at all", APP, 1),
)

REASON: tuple[Command, ...] = (
    Command("retry", "r,y", "r", "try again", "Try it again", SEND, 2, cli="uploads resume"),
    Command("leave", "escape,q,n", "esc", "close", "Close the page", APP, 1),
)

# fmt: on
SEARCH: tuple[Command, ...] = (
    Command("kept", "", "enter", "to the list", "Keep the search, and go to the list", FIND, 1),
    Command("scope", "", "tab", "where to look", "Look everywhere, or only here", FIND, 3),
    Command("left", "", "esc", "leave", "Leave the search", FIND, 2),
)
"""What the footer says while one types; the field itself has the keys."""

PATH: tuple[Command, ...] = (
    Command("there", "", "enter", "go there", "Go to the path", GO, 1),
    Command("complete", "", "tab", "complete", "Complete the path", GO, 3),
    Command("left", "", "esc", "back", "Go back to the list", GO, 2),
)
"""The same while one types a path."""

NAME: tuple[Command, ...] = (
    Command("given", "", "enter", "rename", "Give the file the name", CHANGE, 1),
    Command("left", "", "esc", "leave", "Leave the name as it is", CHANGE, 2),
)
"""The same while one types a name in its row."""

_PLACES: dict[Where, tuple[Command, ...]] = {
    "picker": PICKER,
    "plan": PLAN,
    "preview": PREVIEW,
    "folder": FOLDER,
    "libraries": LIBRARIES,
    "properties": PROPERTIES,
    "versions": VERSIONS,
    "link": LINK,
    "tags": TAGS,
    "bookmarks": BOOKMARKS,
    "columns": COLUMNS,
    "taken": TAKEN,
    "reason": REASON,
    "devices": DEVICES,
    "wave": WAVE,
    "queue": IN_QUEUE,
    "recorder": RECORDER,
    "setup": SETUP,
    "left": LEFT,
    "takes": TAKES,
}
DIALOGS = {where: (*place, THEME) for where, place in _PLACES.items()}
"""By the place that each dialog is."""
