"""The commands as the documentation lists them, made from the same objects as the keys."""

from collections.abc import Sequence

from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import COMMANDS
from s3audio_tui.tui.dialog_commands import NAME, PATH, SEARCH
from s3audio_tui.tui.keymap import shown_key

PLACES: dict[Where, str] = {
    "library": "In the library",
    "tree": "In the tree of folders",
    "transfers": "In the transfers",
    "reason": "Where all is told of one transfer",
    "wave": "In a waveform",
    "queue": "In the queue of what is played",
    "devices": "Where a sound device is chosen",
    "recorder": "In the recorder",
    "setup": "Where a microphone is chosen",
    "left": "Where recordings were left behind",
    "takes": "In the list of recordings",
    "trash": "In the trash",
    "bookmarks": "In the bookmarks",
    "columns": "Where the columns are chosen",
    "libraries": "Where a library is chosen",
    "picker": "Where files to upload are chosen",
    "plan": "In the plan of an upload",
    "folder": "Where a folder of the library is chosen",
    "taken": "Where names are taken",
    "preview": "Before many names are changed",
    "properties": "In the properties",
    "tags": "In the form of tags and metadata",
    "versions": "In the versions of a file",
    "link": "Beside a link",
}
"""The titles of all places, in the order of the page."""

_FIELDS = (
    ("While one types a search", SEARCH),
    ("While one types the path of a folder", PATH),
    ("While one types a name in its row", NAME),
)
"""Fields have keys that cannot be changed."""

_ABOUT = """\
# Keys

The footer shows what is possible now, `?` all keys of a screen, and `:` finds a command by its
words. Lists move with the arrows or `j` and `k`, `pgup` and `pgdn`, `ctrl+u` and `ctrl+d`, `home`,
`end` and `G`. In a form `up` and `down` go from field to field, `enter` answers, and `esc` leaves.
To a question `y` says yes, and `n` no.

Any command can have other keys. Give its name and the keys, separated by commas, in the settings
(`s3audio config edit`):

```toml
[keys]
rename = "f6,r"
delete = "ctrl+d"
```

`s3audio keys` lists the names and the keys as they count. Where two commands want one key, the one
in the settings has it, and both the app and `s3audio keys` say so.

An escape alone waits 10 ms for the rest of a sequence. Where a slow line tears the sequences of
other keys apart, let the variable `ESCDELAY` name more milliseconds.

What the app does, the command line can do too: the last column names the command.
"""


def markdown() -> str:
    """Return the page of all keys."""
    places = [(title, COMMANDS[where]) for where, title in PLACES.items()]
    tables = [f"## {title}\n\n{_table(commands)}" for title, commands in [*places, *_FIELDS]]
    return "\n".join([_ABOUT, *tables])


def keys_text(command: Command) -> str:
    """Return all keys of a command, as `d, delete`."""
    return ", ".join(shown_key(key) for key in command.keys.split(",") if key)


def _table(commands: Sequence[Command]) -> str:
    lines = ["| name | keys | does | command line |", "|---|---|---|---|"]
    for command in commands:
        twin = f"`s3audio {command.cli}`" if command.cli else ""
        named = keys_text(command) or command.shown
        keys = ", ".join(f"`{key}`" for key in named.split(", ") if key)
        lines.append(f"| {command.id} | {keys} | {command.sentence} | {twin} |")
    return "\n".join(lines) + "\n"
