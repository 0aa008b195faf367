"""`rec ls` and `rec join`: the takes there are, and one of them as one file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import msgspec

from s3audio_tui import logs
from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.rows import rows
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.state import log_folder
from s3audio_tui.cli.take_columns import TakeFields, take_columns
from s3audio_tui.errors import ConflictError, NotFoundError, S3AudioError, UsageError
from s3audio_tui.units import count_text, duration_text, rfc3339, size_text

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.spool import Spool
    from s3audio_tui.library.takes import Take
    from s3audio_tui.library.whole_take import Whole


class _Listed(msgspec.Struct, frozen=True):
    """A take, and where it is: in the library, or a folder of this machine."""

    take: "Take"
    state: str
    length_s: float
    path: str | None = None


_FIELDS = "take name started_at duration_s chunks in_s3 state joined path"


@click.command("ls", cls=Command, short_help="List recordings, in the library and on this machine")
@click.pass_obj
def ls_command(runtime: Runtime) -> int:
    """List recordings: those that wait on this machine, and those of the library."""
    from s3audio_tui.library.recording_plan import spool_for

    spool, spoilt = spool_for(runtime.settings(), runtime.state_folder()), list[S3AudioError]()
    logs.start(log_folder(runtime.environ), runtime.environ)
    columns = take_columns(_FIELDS, runtime.clock())
    with runtime.library_if_named() as library:
        count = runtime.output.rows(columns, map(_fields, _listed(spool, library, spoilt)))
    for error in spoilt:
        runtime.output.fail(error)
    if not count and not spoilt:
        runtime.output.say("there is no recording")
    return 1 if spoilt else 0


def _fields(listed: _Listed) -> TakeFields:
    take = listed.take
    return {
        "take": take.id,
        "name": take.name,
        "started_at": rfc3339(take.started_at.timestamp()),
        "duration_s": round(listed.length_s, 6),
        "chunks": sum(1 for each in take.chunks if each.frames),
        "in_s3": sum(each.state == "in_s3" for each in take.chunks),
        "state": listed.state,
        "joined": take.joined or None,
        "path": listed.path,
    }


def _listed(
    spool: "Spool", library: "Library | None", spoilt: list[S3AudioError]
) -> Iterator[_Listed]:
    """Yield what there is; `spoilt` gets why some of this machine's cannot be read."""
    from s3audio_tui.library.left_takes import length_s
    from s3audio_tui.library.library_takes import takes_in

    takes, failed = spool.look()
    spoilt += failed
    going = {take.id: take for take in takes if not take.finished}
    kept = {take.id: take for take in takes if take.finished}  # as something cannot be read
    for take in going.values():
        path = str(spool.folder / take.id)
        yield _Listed(take, _state(spool, take), length_s(spool, take), path)
    for take in takes_in(library) if library is not None else ():
        if take.id not in going:
            yield _complete(take, spool if kept.pop(take.id, None) is not None else None)
    for take in kept.values():  # of another library
        yield _complete(take, spool)


def _complete(take: "Take", spool: "Spool | None") -> _Listed:
    path = None if spool is None else str(spool.folder / take.id)
    return _Listed(take, "complete", take.duration_s, path)


def _state(spool: "Spool", take: "Take") -> str:
    """Return how a take of this machine stands; `interrupted` is for `rec recover`."""
    is_held = spool.held(take.id)
    if take.ended_at is None:
        return "recording" if is_held else "interrupted"
    return "sending" if is_held else "on_disk"


@click.command("join", cls=Command, short_help="Put a recording together as one file")
@click.argument("take")
@click.option(
    "--to",
    metavar="KEY",
    help="Where it shall lie in the library; in a folder, if it ends with /.",
)
@click.pass_obj
def join_command(runtime: Runtime, take: str, to: str | None) -> None:
    """Put a recording together as one WAV file in the library; its chunks stay.

    TAKE is its id, the beginning of that, or its name. S3 copies the chunks where they are large
    enough; the rest passes by here. All of it is then read, and compared with what was recorded.
    """
    from s3audio_tui.library.keys import from_argument
    from s3audio_tui.library.whole_take import join, key_for, work_bytes

    if to == "":
        raise UsageError("--to is empty", "name the file, or leave --to out")
    with runtime.library() as library, rows(runtime.output) as show:
        found = _in_library(runtime, library, take)
        key = key_for(found, from_argument(library, to or ""))
        if runtime.dry_run:
            runtime.output.say(f"would put {found.name} together as {key}; nothing was done")
            return
        total = max(1, work_bytes(found))

        def progress(done: int) -> None:
            doing = "putting together" if 2 * done <= total else "comparing"
            show(f"{doing} {found.name}: {100 * done // total} %", ())

        with stoppable(runtime.output) as token:
            made = join(library, found, key, progress=progress, cancel=token)
    _tell(runtime, found, made)


def _in_library(runtime: Runtime, library: "Library", named: str) -> "Take":
    """Return the take that is called so. Raises `ConflictError` for one that is here still."""
    from s3audio_tui.library.library_takes import find_take
    from s3audio_tui.library.recording_plan import spool_for

    try:
        return find_take(library, named)
    except NotFoundError:
        spool = spool_for(runtime.settings(), runtime.state_folder())
        for take in spool.takes() if named else ():
            if take.name == named or take.id.startswith(named):
                text = f"{take.name} is not all in S3 yet"
                remedy = f"s3audio rec recover {take.id} sends what is left"
                raise ConflictError(text, remedy, key=take.id) from None
        raise


def _tell(runtime: Runtime, take: "Take", made: "Whole") -> None:
    from s3audio_tui.library.take_lines import NOTHING_YET

    if runtime.output.json:
        runtime.output.record({"name": take.name, **msgspec.to_builtins(made)})
    else:
        runtime.output.value(made.key)
    rate_hz = take.form.rate_hz
    if made.missing_frames:
        lost = duration_text(made.missing_frames / rate_hz)
        runtime.output.say(f"{lost} are in no chunk: what follows them comes right behind")
    if made.markers < len(take.markers):
        left = count_text(len(take.markers) - made.markers, "marker")
        runtime.output.say(f"{left} not in the file; take.json has them")
    unread = [
        each for each in take.chunks if not each.frames and each.error not in ("", NOTHING_YET)
    ]
    if unread:
        what = count_text(len(unread), "chunk")
        runtime.output.say(f"{what} could not be read when it was recovered")
    length, size = duration_text(made.duration_s), size_text(made.size_bytes)
    runtime.output.say(f"{take.name}: {length} in {made.key}, {size}, the same sample for sample")
