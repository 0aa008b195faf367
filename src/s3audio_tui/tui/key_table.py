"""The commands as the documentation lists them, made from the same objects as the keys."""

from collections.abc import Sequence

from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import COMMANDS
from s3audio_tui.tui.keymap import shown_key

_PLACES: tuple[tuple[Where, str], ...] = (
    ("library", "In the library"),
    ("tree", "In the tree of folders"),
    ("transfers", "In the transfers"),
    ("trash", "In the trash"),
    ("picker", "Where files to upload are chosen"),
    ("plan", "In the plan of an upload"),
    ("libraries", "Where a library is chosen"),
)

_ABOUT = """\
# Keys

The footer shows what is possible now, `?` all keys of a screen, and `:` finds a command by its
words. Lists move with the arrows or `j` and `k`, `pgup` and `pgdn`, `ctrl+u` and `ctrl+d`, `home`,
`end` and `G`.

Any command can have other keys. Give its name and the keys, separated by commas, in the settings
(`s3audio config edit`):

```toml
[keys]
rename = "f6,r"
delete = "ctrl+d"
```

`s3audio keys` lists the names and the keys as they count. Where two commands want one key, the one
in the settings has it, and both the app and `s3audio keys` say so.

What the app does, the command line can do too: the last column names the command.
"""


def markdown() -> str:
    """Return the page of all keys."""
    parts = [_ABOUT]
    for where, title in _PLACES:
        parts.append(f"## {title}\n\n{_table(COMMANDS[where])}")
    return "\n".join(parts)


def keys_text(command: Command) -> str:
    """Return all keys of a command, as `d, delete`."""
    return ", ".join(shown_key(key) for key in command.keys.split(",") if key)


def _table(commands: Sequence[Command]) -> str:
    lines = ["| name | keys | does | command line |", "|---|---|---|---|"]
    for command in commands:
        twin = f"`s3audio {command.cli}`" if command.cli else ""
        keys = ", ".join(f"`{key}`" for key in keys_text(command).split(", ") if key)
        lines.append(f"| {command.id} | {keys} | {command.sentence} | {twin} |")
    return "\n".join(lines) + "\n"
