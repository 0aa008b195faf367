"""`rec drop`: a take of this machine is given up, and its folder removed."""

from typing import TYPE_CHECKING

import click

from s3audio_tui import logs
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.state import log_folder
from s3audio_tui.errors import ConflictError, NotFoundError, UsageError
from s3audio_tui.units import count_text, duration_text

if TYPE_CHECKING:
    from s3audio_tui.library.spool import Spool
    from s3audio_tui.library.takes import Take


@click.command("drop", cls=Command, short_help="Give up a recording that waits on this machine")
@click.argument("named", metavar="TAKE")
@click.pass_obj
def drop_command(runtime: Runtime, named: str) -> None:
    """Remove what this machine has of a recording, for good; what is in S3 stays there.

    TAKE is an id, the beginning of one, or a name. What of it is not in S3 is said first. One that
    a program records or sends just now is left alone.
    """
    from s3audio_tui.library.recording_plan import spool_for

    spool = spool_for(runtime.settings(), runtime.state_folder())
    logs.start(log_folder(runtime.environ), runtime.environ)
    take_id, name, lacks = _found(spool, named)
    if spool.held(take_id):
        raise ConflictError(f"another program has {name!r}", "wait for its end", key=take_id)
    output, path = runtime.output, spool.folder / take_id
    output.say(f"{name}: {lacks}")
    if runtime.dry_run:
        output.say(f"would remove {path}; nothing was done")
        return
    output.confirm(f"remove {path} for good", yes=runtime.yes)
    spool.drop(take_id)
    if output.json:
        output.record({"take": take_id, "name": name, "path": str(path), "state": "dropped"})
    else:
        output.say(f"{name} is removed from this machine")


def _found(spool: "Spool", named: str) -> tuple[str, str, str]:
    """Return the id of the one take that is called so, its name, and what S3 lacks of it."""
    takes, spoilt = spool.look()
    found = {
        take.id: (take.id, take.name, _lacks(spool, take))
        for take in takes
        if named and (take.name == named or take.id.startswith(named))
    }
    for error in spoilt:
        if named and error.key is not None and error.key.startswith(named):
            found[error.key] = (error.key, error.key, f"{error.message}; nobody knows what S3 has")
    if named in found:
        return found[named]
    if not found:
        text = f"no recording {named!r} waits on this machine"
        raise NotFoundError(text, "s3audio rec ls lists those that are there", key=named)
    if len(found) > 1:
        ids = ", ".join([*found][:5])
        raise UsageError(
            f"{len(found)} recordings are called {named!r}", f"name one by its id: {ids}"
        )
    return next(iter(found.values()))


def _lacks(spool: "Spool", take: "Take") -> str:
    """Say what of a take is on this machine alone."""
    from s3audio_tui.library.left_takes import length_s

    length = length_s(spool, take)
    sent = [chunk for chunk in take.chunks if chunk.state == "in_s3"]
    away = length - sum(chunk.frames for chunk in sent) / take.form.rate_hz
    waiting = sum(
        chunk.state == "recording" or (chunk.state != "in_s3" and chunk.frames > 0)
        for chunk in take.chunks
    )
    if not waiting:
        return f"{duration_text(length)}, all in S3" if sent else "nothing was recorded"
    chunks = count_text(waiting, "chunk")
    return f"{duration_text(away)} of {duration_text(length)}, {chunks}, not in S3"
