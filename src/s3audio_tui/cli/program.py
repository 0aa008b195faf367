"""The whole command line: the group of all commands."""

import os
from collections.abc import Sequence
from importlib import import_module
from typing import cast

import click

from s3audio_tui.cli import index
from s3audio_tui.cli.ending import run_to_end
from s3audio_tui.cli.opening import open_settled
from s3audio_tui.cli.options import Command, Group
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import UsageError

_COMPLETE = "_S3AUDIO_COMPLETE"
"""The variable with which a shell asks how a line may go on."""


class Program(Group):
    """All commands; each one's module is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the front page."""
        return [name for name, _, _ in index.COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command by its name."""
        for name, module, words in index.COMMANDS:
            if name == cmd_name:
                room = import_module(f"s3audio_tui.cli.{module}")
                command = cast(click.Command, getattr(room, f"{name}_command"))
                command.short_help = words
                return command
        return None

    def get_help(self, ctx: click.Context) -> str:
        """Return the front page, the same that is shown without this group."""
        return index.front_page().rstrip("\n")


@click.command("help", cls=Command)
@click.argument("command", nargs=-1)
@click.pass_context
def help_command(ctx: click.Context, command: tuple[str, ...]) -> None:
    """Show the page of a command, or of the whole program."""
    page = ctx.find_root()
    for name in command:
        if not isinstance(page.command, Group):
            raise UsageError(f"{page.command_path} has no commands", f"see {page.command_path} -h")
        page = click.Context(page.command.named(page, name), parent=page, info_name=name)
    ctx.ensure_object(Runtime).output.page(f"{page.get_help()}\n")


def program() -> Program:
    """Return the group of all commands. Without a command it opens the app."""

    def no_command(ctx: click.Context) -> int | None:
        return None if ctx.invoked_subcommand else open_settled(ctx.ensure_object(Runtime))

    return Program("s3audio", callback=click.pass_context(no_command), invoke_without_command=True)


def run(args: Sequence[str]) -> int:
    """Run the command line; return the exit code. Nothing of it is raised."""
    if _COMPLETE in os.environ:
        from click.shell_completion import shell_complete

        return shell_complete(program(), {}, "s3audio", _COMPLETE, os.environ[_COMPLETE])
    as_json = "--json" in args[: args.index("--") if "--" in args else None]
    return run_to_end(lambda runtime: _invoke(args, runtime), as_json=as_json)


def _invoke(args: Sequence[str], runtime: Runtime) -> int | None:
    try:
        with program().make_context("s3audio", list(args), obj=runtime) as ctx:
            code = ctx.command.invoke(ctx)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        raise _usage_error(error) from None
    return code if isinstance(code, int) else None


def _usage_error(error: click.ClickException) -> UsageError:
    message = error.format_message().rstrip(".")
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    page = ctx.command_path if ctx else "s3audio"
    return UsageError(message[:1].lower() + message[1:], f"see {page} --help")
