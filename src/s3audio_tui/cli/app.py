"""`tui`: the app, on a terminal or without one."""

import re
from pathlib import Path

import click

from s3audio_tui.cli.opening import open_settled
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import UsageError

_SIZE = re.compile(r"(\d{2,3})x(\d{2,3})")


def size_value(_: click.Context, __: click.Parameter, text: str) -> tuple[int, int]:
    """Turn `120x40` into columns and lines, for the option's callback."""
    match = _SIZE.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is not a size", "write columns and lines, as 120x40")
    return int(match[1]), int(match[2])


@click.command("tui", cls=Command)
@click.option("--headless", is_flag=True, help="Without a terminal: press the keys, and end.")
@click.option(
    "--size",
    metavar="120x40",
    default="120x40",
    callback=size_value,
    help="Columns and lines of the headless screen.",
)
@click.option("--press", metavar="K,…", default="", help="The keys to press, headless.")
@click.option(
    "--screenshot",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the headless screen as SVG at the end.",
)
@click.pass_obj
def tui_command(
    runtime: Runtime, headless: bool, size: tuple[int, int], press: str, screenshot: Path | None
) -> int:
    """Open the app. Headless it presses keys, writes a picture, and ends."""
    if not headless:
        if press or screenshot:
            raise UsageError("--press and --screenshot are for --headless", "add --headless")
        return open_settled(runtime)
    with runtime.library_if_named() as library:
        from s3audio_tui.tui.app import make_app
        from s3audio_tui.tui.headless import run_headless

        app = make_app(library, session=runtime.session())
        run_headless(app, size, [key for key in press.split(",") if key], screenshot)
        app.session.ending.close()
        return 0
