"""The commands with the keys that the settings give them; two that want one key are told of."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from s3audio_tui.tui import moving
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import COMMANDS

_TAKEN = moving.KEYS | {"shift+up", "shift+down"}
"""Keys that the lists themselves have."""

_SHOWN = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "backspace": "⌫",
    "escape": "esc",
    "full_stop": ".",
    "comma": ",",
    "semicolon": ";",
    "exclamation_mark": "!",
    "number_sign": "#",
    "equals_sign": "=",
    "underscore": "_",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}
_NAMED = {shown: name for name, shown in _SHOWN.items()}


class Keymap(msgspec.Struct, frozen=True):
    """The commands of each place as they count, and what is wrong with the settings."""

    commands: Mapping[Where, tuple[Command, ...]]
    changed: Mapping[str, str]
    """Keys by command, for those that the settings change, as Textual takes them."""
    clashes: tuple[str, ...] = ()
    """Sentences: which key two commands want, and which of them has it."""


def keymap(wanted: Mapping[str, str]) -> Keymap:
    """Return the commands with the keys that `wanted` gives them, by id: `"f2"`, `"ctrl+e,E"`.

    A key that is written as its sign, as `?`, is taken too. Where two commands of a place want one
    key, the one that the settings name has it; of two that they name, the first.
    """
    changed = {name: ",".join(map(named_key, keys.split(","))) for name, keys in wanted.items()}
    known = {command.id for place in COMMANDS.values() for command in place}
    complaints = [f"there is no command {name}" for name in changed if name not in known]
    commands = {}
    for where, place in COMMANDS.items():
        commands[where] = _rebound(place, changed, complaints)
    counted = {name: keys for name, keys in changed.items() if name in known}
    return Keymap(commands, counted, tuple(dict.fromkeys(complaints)))


def named_key(key: str) -> str:
    """Return Textual's name for a key that may be written as its sign."""
    return _NAMED.get(key.strip(), key.strip())


def shown_key(key: str) -> str:
    """Return a key as footer and help write it: `?`, `^a`, `f2`."""
    return _SHOWN.get(key, f"^{key[5:]}" if key.startswith("ctrl+") else key)


def _rebound(
    place: tuple[Command, ...], changed: Mapping[str, str], complaints: list[str]
) -> tuple[Command, ...]:
    owners: dict[str, str] = {}
    for command in sorted(place, key=lambda command: command.id not in changed):
        for key in _keys(command, changed):
            if key in _TAKEN and command.id in changed:
                complaints.append(f"{command.id} cannot have {shown_key(key)}: it moves the cursor")
            elif owners.setdefault(key, command.id) != command.id:
                complaints.append(
                    f"{owners[key]} and {command.id} both want {shown_key(key)};"
                    f" {owners[key]} has it"
                )
    return tuple(_with_keys(command, changed, owners) for command in place)


def _keys(command: Command, changed: Mapping[str, str]) -> list[str]:
    keys = changed.get(command.id, command.keys)
    return [key for key in keys.split(",") if key]


def _with_keys(command: Command, changed: Mapping[str, str], owners: Mapping[str, str]) -> Command:
    kept = [key for key in _keys(command, changed) if owners.get(key) == command.id]
    if ",".join(kept) == command.keys:
        return command
    return replace(command, keys=",".join(kept), shown=shown_key(kept[0]) if kept else "")
