"""The global options on every command, and the values that options take."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from s3audio_tui import __version__
from s3audio_tui.cli import index
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import UsageError
from s3audio_tui.units import parse_duration, parse_size

F = TypeVar("F", bound=Callable[..., Any])

_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}


def global_options() -> list[click.Parameter]:
    """Return the options that are taken before and after the command alike."""
    options: list[click.Parameter] = []
    for flags, metavar, words in index.OPTIONS:
        if "--help" in flags:
            continue
        if "--version" in flags:
            option = click.Option(
                flags,
                help=words,
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_say_version,
            )
        elif metavar:
            option = click.Option(flags, help=words, metavar=metavar)
        else:
            option = click.Option(flags, help=words, is_flag=True, default=None)
        options.append(option)
    return options


def _say_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        ctx.ensure_object(Runtime).output.page(index.version_line(__version__))
        ctx.exit()


class Command(click.Command):
    """A command that takes the global options besides its own, and gives them to the runtime."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context_settings = _HELP
        self._global = global_options()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return its own options and the global ones."""
        return [*super().get_params(ctx), *self._global]

    def invoke(self, ctx: click.Context) -> Any:
        """Hand the global options over, and run it."""
        _hand_over(ctx, self._global)
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write its own options, and where the global ones are explained."""
        _format_options(self, self._global, ctx, formatter)


class Group(click.Group):
    """A command with commands of its own, such as `trash`; takes the global options as well."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context_settings = _HELP
        self.no_args_is_help = False
        self._global = global_options()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return its own options and the global ones."""
        return [*super().get_params(ctx), *self._global]

    def invoke(self, ctx: click.Context) -> Any:
        """Hand the global options over, and run the command that was named."""
        _hand_over(ctx, self._global)
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write its commands, and where the global options are explained."""
        self.format_commands(ctx, formatter)
        _format_options(self, self._global, ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments begin with; raise `UsageError` for an unknown one."""
        return args[0], self.named(ctx, args[0]), args[1:]

    def named(self, ctx: click.Context, name: str) -> click.Command:
        """Return a command by its name; raise `UsageError`, which names the nearest."""
        found = self.get_command(ctx, name)
        if found is None:
            from difflib import get_close_matches

            near = get_close_matches(name, self.list_commands(ctx), n=1)
            raise UsageError(
                f"there is no command {name!r}",
                f"did you mean {near[0]}?" if near else f"see {ctx.command_path} --help",
            )
        return found


def _hand_over(ctx: click.Context, params: list[click.Parameter]) -> None:
    names = [param.name for param in params if param.expose_value and param.name]
    ctx.ensure_object(Runtime).take({name: ctx.params.pop(name) for name in names})


def _format_options(
    command: click.Command,
    hidden: list[click.Parameter],
    ctx: click.Context,
    formatter: click.HelpFormatter,
) -> None:
    records = [
        record
        for param in command.get_params(ctx)
        if param not in hidden and isinstance(param, click.Option)
        if (record := param.get_help_record(ctx))
    ]
    if records:
        with formatter.section("Options"):
            formatter.write_dl(records)
    formatter.write_paragraph()
    formatter.write_text("The global options are taken here too: s3audio --help lists them.")


def size_value(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """Turn `5GB` into bytes, for an option's callback."""
    return None if text is None else parse_size(text)


def duration_value(_: click.Context, __: click.Parameter, text: str | None) -> float | None:
    """Turn `15m` into seconds, for an option's callback."""
    return None if text is None else parse_duration(text)


def tag_values(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Turn `K=V` texts into a map, for an option's callback."""
    tags = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f"{text!r} is not a tag", "write --tag name=value")
        tags[name] = value
    return tags


def if_exists(*choices: str) -> Callable[[F], F]:
    """Return the option `--if-exists` with these choices; without it the value is None."""
    return click.option(
        "--if-exists", type=click.Choice(choices), help="What to do where the name is taken."
    )


def jobs() -> Callable[[F], F]:
    """Return the option `--jobs`."""
    return click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        metavar="N",
        help="Files transferred at once, small ones too.",
    )


def patterns(of: str) -> Callable[[F], F]:
    """Return the options `--include` and `--exclude`, for what is in `folders` or prefixes."""

    def both(command: F) -> F:
        leave_out = click.option(
            "--exclude",
            metavar="GLOB",
            multiple=True,
            help=f"Leave out what fits in {of}; may be given several times.",
        )
        let_in = click.option(
            "--include",
            metavar="GLOB",
            multiple=True,
            help=f"Of {of} take only what fits; may be given several times.",
        )
        return let_in(leave_out(command))

    return both


def limit_rate() -> Callable[[F], F]:
    """Return the option `--limit-rate`; the setting of that name reads its value."""
    return click.option(
        "--limit-rate", metavar="R", help="Bytes a second for all together, as 2MB/s."
    )


def at_once(jobs: int | None) -> dict[str, object]:
    """Return the settings that `--jobs` gives."""
    return {"jobs": jobs, "small_jobs": jobs}
