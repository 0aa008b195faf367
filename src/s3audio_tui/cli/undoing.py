"""`undo` and `redo`."""

from collections.abc import Callable

import click

from s3audio_tui.catalog.journal import Action, Journal
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.reporting import event_fields, exit_code
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import NotFoundError
from s3audio_tui.library import undo
from s3audio_tui.library.events import Done, Failed
from s3audio_tui.library.history import Undone
from s3audio_tui.library.opening import Library


@click.command("undo", cls=Command)
@click.pass_obj
def undo_command(runtime: Runtime) -> int:
    """Take back the last change that was made on this machine.

    Renames, moves, copies, new folders, deletes, restores, changed tags and restored versions
    can be taken back, one after the other, the last one first.
    """
    return _turn(runtime, undo.undo, Journal.last_done, "undo")


@click.command("redo", cls=Command)
@click.pass_obj
def redo_command(runtime: Runtime) -> int:
    """Do again what undo took back last."""
    return _turn(runtime, undo.redo, Journal.first_undone, "redo")


def _turn(
    runtime: Runtime,
    turn: Callable[[Library], Undone],
    peek: Callable[[Journal], Action | None],
    verb: str,
) -> int:
    with runtime.library() as library:
        undone = _preview(peek(library.journal), verb) if runtime.dry_run else turn(library)
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


def _preview(action: Action | None, verb: str) -> Undone:
    if action is None:
        raise NotFoundError(f"there is nothing to {verb}", "see s3audio help undo")
    return Undone(action.kind, f"would {verb} {undo.words(action)}", [])
