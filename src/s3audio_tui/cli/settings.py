"""`config show`, `config path`, `config edit`: the settings."""

from typing import cast

import click
import msgspec

from s3audio_tui.cli.options import Group
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value
from s3audio_tui.config import Settings, load_settings, shown_settings
from s3audio_tui.editor import edit, editor
from s3audio_tui.private import replace_private


@click.group("config", cls=Group)
def config_command() -> None:
    """Show or edit the settings."""


@config_command.command("show", short_help="Show the settings as they count now")
@click.pass_obj
def show_command(runtime: Runtime) -> None:
    """Show the settings as they count now: flags above variables above the file."""
    values = shown_settings(runtime.settings())
    runtime.output.fields(cast(dict[str, Value], values))


@config_command.command("path", short_help="Say where the settings file is")
@click.pass_obj
def path_command(runtime: Runtime) -> None:
    """Say where the settings file is, or would be."""
    path = runtime.settings_path()
    if runtime.output.json:
        runtime.output.record({"path": str(path), "exists": path.exists()})
    else:
        runtime.output.value(str(path))


@config_command.command("edit", short_help="Edit the settings file")
@click.pass_obj
def edit_command(runtime: Runtime) -> None:
    """Open the settings file in $VISUAL or $EDITOR, and check it afterwards."""
    path = runtime.settings_path()
    if runtime.dry_run:
        runtime.output.say(f"would open {path} in {editor(runtime.environ)}; nothing was done")
        return
    if not path.exists():
        replace_private(path, _template().encode())
    edit(path, runtime.environ)
    load_settings(path, explicit=True, environ={}, flags={})


def _template() -> str:
    """Return a settings file in which every setting is there with its default, commented out."""
    lines = ["# The settings of s3audio. Take the # away before what you set.", ""]
    for name, value in msgspec.to_builtins(Settings()).items():
        if name not in ("libraries", "keys"):
            lines.append(f"# {name} = {_toml(value)}")
    lines += ["", "# [libraries.takes]", '# url = "s3://bucket/prefix/"', ""]
    return "\n".join(lines)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return '""' if value is None else f'"{value}"' if isinstance(value, str) else str(value)
