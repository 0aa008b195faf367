"""`keys`: the app's commands, their keys as the settings have them, and their twins here."""

import click

from s3audio_tui.cli.options import Command
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import SettingsError
from s3audio_tui.tui.command import Command as AppCommand
from s3audio_tui.tui.key_table import keys_text
from s3audio_tui.tui.keymap import keymap


@click.command("keys", cls=Command)
@click.pass_obj
def keys_command(runtime: Runtime) -> None:
    """List the keys of the app, by the names that the settings take under [keys].

    A key that two commands want is told as an error.
    """
    found = keymap(runtime.settings().keys)
    rows = [(where, command) for where, place in found.commands.items() for command in place]
    columns: list[Column[tuple[str, AppCommand]]] = [
        Column("place", lambda row: row[0], "Where"),
        Column("name", lambda row: row[1].id, "Name"),
        Column("keys", lambda row: keys_text(row[1]), "Keys"),
        Column("command", lambda row: row[1].cli or None, "Command line"),
        Column("does", lambda row: row[1].sentence, "Does"),
    ]
    runtime.output.rows(columns, rows)
    if found.clashes:
        raise SettingsError("; ".join(found.clashes), "change [keys] in the settings")
