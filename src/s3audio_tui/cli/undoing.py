"""`undo` and `redo`."""

from collections.abc import Callable

import click

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.journal import Action
from s3audio_tui.cli.interrupt import stoppable
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
    return _turn(runtime, undo.undo, "undo")


@click.command("redo", cls=Command)
@click.pass_obj
def redo_command(runtime: Runtime) -> int:
    """Do again what undo took back last."""
    return _turn(runtime, undo.redo, "redo")


def _turn(runtime: Runtime, turn: Callable[[Library, CancelToken], Undone], verb: str) -> int:
    with runtime.library() as library:
        if runtime.dry_run:
            undone = _preview(undo.upcoming(library, back=verb == "undo"), verb)
        else:
            with stoppable(runtime.output) as token:
                undone = turn(library, token)
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
