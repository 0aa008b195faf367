"""The commands of the recorder and of its dialogs."""

from s3audio_tui.tui.command import APP, CHANGE, CHOOSE, FIND, GO, SEND, Command

# fmt: off
RECORDER: tuple[Command, ...] = (
    Command("turn", "space", "space", "record", "Record, pause, or go on", SEND, 1, cli="rec"),
    Command("mark", "m", "m", "marker", "Mark this place with a word", CHOOSE, 3),
    Command("stop", "enter,s", "enter", "stop", "Stop, and give the take its name", SEND, 2,
            cli="rec"),
    Command("setup", "d", "d", "device, format", "Choose what records, and how", CHANGE, 4,
            cli="rec devices"),
    Command("retry", "t", "t", "try again", "Send again what was refused", SEND, 3,
            cli="rec recover"),
    Command("join", "f", "f", "as one file", "Make the take one file, or stop that", SEND, 3,
            cli="rec join"),
    Command("takes", "l", "l", "recordings", "See what was recorded before", FIND, 5,
            cli="rec ls"),
    Command("clips", "c", "c", "clear peaks", "Put out the clip lights", CHANGE, 6),
    Command("leave", "escape,q,ctrl+r", "esc", "back", "Go back; what is recorded goes on", APP,
            2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

SETUP: tuple[Command, ...] = (
    Command("take", "enter", "enter", "take", "Listen to the device; then go back", CHOOSE, 1,
            cli="rec"),
    Command("next", "tab", "tab", "next", "Go to the next field", GO, 4),
    Command("previous", "shift+tab", "", "", "Go to the field before", GO),
    Command("again", "r,R,f5", "r", "look again", "Look again for what is there", FIND, 3,
            cli="rec devices"),
    Command("leave", "escape,q", "esc", "back", "Go back", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

LEFT: tuple[Command, ...] = (
    Command("finish", "enter,y", "enter", "finish", "Make them whole, and send what S3 lacks",
            SEND, 1, cli="rec recover"),
    Command("record", "r,ctrl+r", "r", "record anew", "Leave them, and record something new", SEND,
            3, cli="rec"),
    Command("leave", "escape,q,n", "esc", "later", "Leave them as they are", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)

TAKES: tuple[Command, ...] = (
    Command("open", "enter,right", "enter", "open folder", "Show its folder in the library", GO, 1,
            cli="ls"),
    Command("join", "f", "f", "as one file", "Make it one file, or stop that", SEND, 3,
            cli="rec join"),
    Command("again", "r,R,f5", "r", "look again", "Look again for what is there", FIND, 4,
            cli="rec ls"),
    Command("leave", "escape,q,l,left,h", "esc", "back", "Go back", APP, 2),
    Command("help", "question_mark", "?", "help", "Show all keys", APP, 9),
)
