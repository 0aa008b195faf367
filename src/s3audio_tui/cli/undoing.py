"""`undo` and `redo`."""

from collections.abc import Callable

import click

from s3audio_tui.cli.options import Command
from s3audio_tui.cli.reporting import event_fields, exit_code
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.library import undo
from s3audio_tui.library.events import Done, Failed
from s3audio_tui.library.opening import Library
from s3audio_tui.library.undo import Undone


@click.command("undo", cls=Command)
@click.pass_obj
def undo_command(runtime: Runtime) -> int:
    """Take back the last rename, delete or restore that was made on this machine."""
    return _turn(runtime, undo.undo)


@click.command("redo", cls=Command)
@click.pass_obj
def redo_command(runtime: Runtime) -> int:
    """Do again what undo took back last."""
    return _turn(runtime, undo.redo)


def _turn(runtime: Runtime, turn: Callable[[Library], Undone]) -> int:
    with runtime.library() as library:
        undone = turn(library)
    ended = [event for event in undone.events if isinstance(event, Done | Failed)]
    output = runtime.output
    if output.json:
        output.record(
            {
                "action": undone.kind,
                "sentence": undone.sentence,
                "items": [event_fields(event) for event in ended],
            }
        )
    else:
        output.value(undone.sentence)
        for event in ended:
            if isinstance(event, Failed):
                output.fail(event.error, event.key)
    return exit_code(ended)
