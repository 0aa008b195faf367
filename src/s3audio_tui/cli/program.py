"""The whole command line: the group of all commands, and how a run of it ends."""

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

import click

from s3audio_tui.cli import index, pipes
from s3audio_tui.cli.failing import as_error, catch_the_rest
from s3audio_tui.cli.interrupt import INTERRUPTED, end_on_signals
from s3audio_tui.cli.options import Command, Group
from s3audio_tui.cli.output import standard_output
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import S3AudioError, UsageError

_COMPLETE = "_S3AUDIO_COMPLETE"


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

    def no_command(ctx: click.Context) -> Any:
        if ctx.invoked_subcommand is None:
            from s3audio_tui.cli.app import tui_command

            return ctx.invoke(tui_command)
        return None

    return Program("s3audio", callback=click.pass_context(no_command), invoke_without_command=True)


def run(args: Sequence[str]) -> int:
    """Run the command line; return the exit code. Nothing of it is raised."""
    output = standard_output()
    output.json = "--json" in args[: args.index("--") if "--" in args else None]
    runtime = Runtime(output, os.environ)
    catch_the_rest(output, os.environ)
    end_on_signals()
    if _COMPLETE in os.environ:
        from click.shell_completion import shell_complete

        return shell_complete(program(), {}, "s3audio", _COMPLETE, os.environ[_COMPLETE])
    try:
        with program().make_context("s3audio", list(args), obj=runtime) as ctx:
            code = ctx.command.invoke(ctx)
        output.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        return pipes.hush()
    except (KeyboardInterrupt, click.Abort):
        output.say_now("interrupted")
        return INTERRUPTED
    except (click.ClickException, S3AudioError, OSError) as error:
        failure = as_error(error)
        try:
            output.error(failure)
        except BrokenPipeError:
            pipes.hush()
        return failure.exit_code
    return code if isinstance(code, int) else 0
