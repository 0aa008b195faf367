"""`rec recover`: takes that are left on this machine are made whole, and go up."""

from typing import TYPE_CHECKING

import click

from s3audio_tui.cli.interrupt import INTERRUPTED, stoppable
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.rec_report import is_cut_off, length_of, of_library, take_fields, waiting
from s3audio_tui.cli.rec_way import Way, way_of
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value
from s3audio_tui.errors import NotFoundError, S3AudioError
from s3audio_tui.library.takes import Home
from s3audio_tui.units import count_text, duration_text

if TYPE_CHECKING:
    from s3audio_tui.library.spool import Spool, TakeFolder
    from s3audio_tui.library.take_recovery import Recovered
    from s3audio_tui.library.takes import Take

_LOOK_S = 0.1
_TIDY_S = 10.0


@click.command("recover", cls=Command, short_help="Finish recordings that were interrupted")
@click.argument("named", metavar="[TAKE]...", nargs=-1)
@click.option("--no-upload", is_flag=True, help="Make them whole, and leave them here.")
@click.pass_obj
def recover_command(runtime: Runtime, named: tuple[str, ...], no_upload: bool) -> int:
    """Make recordings whole that were interrupted, and send what S3 lacks: all, or each TAKE.

    What is on this machine is made whole and said first, with or without a network. A recording
    that was to stay here goes up only when it is named.
    """
    from s3audio_tui.library.recording_plan import spool_for

    spool = spool_for(runtime.settings(), runtime.state_folder())
    if runtime.dry_run:
        return _dry_run(runtime, spool, named)
    folders, spoilt = _found(runtime, spool, named)
    going = [each for each in folders if not no_upload and _goes(runtime, each.take, named)]
    try:
        return _Recovering(runtime, folders).run(going) or int(spoilt)
    finally:
        for folder in folders:
            folder.close()


def _goes(runtime: Runtime, take: "Take", named: tuple[str, ...]) -> bool:
    if named or not take.stays:
        return True
    runtime.output.say(
        f"{take.name} was to stay on this machine: s3audio rec recover {take.id} sends it"
    )
    return False


def _found(
    runtime: Runtime, spool: "Spool", named: tuple[str, ...]
) -> "tuple[list[TakeFolder], bool]":
    """Return the takes that are meant, made whole, and say what there is of them.

    Return also whether there is one that cannot be made whole, as where the disk is full.
    """
    from s3audio_tui.library.take_recovery import left_behind, recover

    folders, seen, spoilt = [], [], False
    for folder in left_behind(spool):
        if named and not _is_named(folder.take, named):
            folder.close()
            continue
        seen.append(folder.take)
        try:
            found = recover(folder)
        except S3AudioError as error:
            runtime.output.fail(error)
            folder.close()
            spoilt = True
            continue
        folders.append(folder)
        _tell(runtime, folder, found)
    _check(named, seen)
    return folders, spoilt


def _dry_run(runtime: Runtime, spool: "Spool", named: tuple[str, ...]) -> int:
    from s3audio_tui.library.left_takes import left_takes

    left = [each for each in left_takes(spool, Home()) if not named or _is_named(each.take, named)]
    _check(named, [each.take for each in left])
    for each in left:
        to_send = count_text(each.waiting, "chunk")
        runtime.output.say(f"{each.take.name}: {duration_text(each.length_s)}, {to_send} to send")
    if not left:
        runtime.output.say("there is no recording to finish")
    return 0


def _is_named(take: "Take", named: tuple[str, ...]) -> bool:
    return take.id in named or take.name in named


def _check(named: tuple[str, ...], takes: "list[Take]") -> None:
    for name in named:
        if not any(_is_named(take, (name,)) for take in takes):
            raise NotFoundError(
                f"no recording {name!r} is left here", "s3audio rec recover --dry-run lists them"
            )


def _tell(runtime: Runtime, folder: "TakeFolder", found: "Recovered") -> None:
    output, take = runtime.output, folder.take
    output.say(f"{take.name}: {length_of(take)}")
    if found.unreadable:
        what = count_text(len(found.unreadable), "chunk")
        output.say(f"{what} cannot be read; the files stay in {folder.path}")
    if found.missing_frames:
        lost = duration_text(found.missing_frames / take.form.rate_hz)
        output.say(f"{lost} are missing: the machine lost them")


class _Recovering:
    """Takes on their way, and what is to be said of them in the end."""

    def __init__(self, runtime: Runtime, folders: "list[TakeFolder]") -> None:
        self._runtime, self._folders = runtime, folders
        self._lines: list[dict[str, Value]] = []
        self._code = 0

    def run(self, going: "list[TakeFolder]") -> int:
        """Send what is to go up; say of each how it ended; return the exit code."""
        output = self._runtime.output
        if not self._folders:
            output.say("there is no recording to finish")
        try:
            if going:
                with way_of(self._runtime) as way:
                    self._send(way, [each for each in going if self._fits(way, each.take)])
        except S3AudioError as error:
            output.fail(error)
            self._code = error.exit_code
        for folder in self._folders:
            finished = folder.take.finished
            self._lines.append(take_fields(folder.take, folder, finished=finished))
            folder.close(remove=finished)
        output.rows(_COLUMNS, self._lines)
        return self._code

    def _fits(self, way: Way, take: "Take") -> bool:
        if way.takes(take.home):
            return True
        self._runtime.output.say(of_library(take))
        self._code = self._code or 1
        return False

    def _send(self, way: Way, folders: "list[TakeFolder]") -> None:
        from s3audio_tui.library.chunk_sending import ChunkSending
        from s3audio_tui.library.transfers import queue_for

        if way.door is None:
            return
        queue = queue_for(way.settings)
        sending = ChunkSending(way.door, queue, lambda folder, index: None)
        try:
            with stoppable(self._runtime.output) as token:
                for folder in folders:
                    sending.send_all(folder)
                for folder in folders:
                    while not sending.wait(folder, _LOOK_S):
                        if token.cancelled or is_cut_off(sending):
                            break
                interrupted = token.cancelled
        finally:
            queue.close(_TIDY_S)
        for folder in folders:
            if not sending.finish(folder):
                self._left(folder.take, sending.trouble or sending.refusal, interrupted)

    def _left(self, take: "Take", why: S3AudioError | None, interrupted: bool) -> None:
        left = S3AudioError(
            f"{take.name}: {count_text(waiting(take), 'chunk')} not in S3 yet"
            + (f", as {why.message}" if why is not None else ""),
            "s3audio rec recover tries again",
        )
        self._runtime.output.fail(left)
        self._code = INTERRUPTED if interrupted else why.exit_code if why is not None else 1


_COLUMNS: list[Column[dict[str, Value]]] = [
    Column("take", lambda each: each["take"], "Take"),
    Column("name", lambda each: each["name"], "Name"),
    Column("started_at", lambda each: each["started_at"]),
    Column("duration_s", lambda each: each["duration_s"], "Seconds", right=True),
    Column("frames", lambda each: each["frames"]),
    Column("chunks", lambda each: each["chunks"], "Chunks", right=True),
    Column("in_s3", lambda each: each["in_s3"], "In S3", right=True),
    Column("state", lambda each: each["state"], "State"),
    Column("path", lambda each: each["path"]),
]
