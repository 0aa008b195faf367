"""`rec recover`: takes that are left on this machine are made whole, and go up.

Each stands alone: one that cannot be recovered is named, and the others go on.
"""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from s3audio_tui import logs
from s3audio_tui.cli.interrupt import INTERRUPTED, stoppable
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.output import error_fields
from s3audio_tui.cli.rec_home import ElsewhereError, brought
from s3audio_tui.cli.rec_report import is_cut_off, length_of, take_fields, waiting
from s3audio_tui.cli.rec_way import Way, way_of
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.state import log_folder
from s3audio_tui.cli.take_columns import take_columns
from s3audio_tui.cli.values import Value
from s3audio_tui.errors import ConflictError, NotFoundError, S3AudioError, UsageError
from s3audio_tui.units import count_text, duration_text

if TYPE_CHECKING:
    from s3audio_tui.library.chunk_sending import ChunkSending
    from s3audio_tui.library.left_takes import LeftTake
    from s3audio_tui.library.spool import Spool, TakeFolder
    from s3audio_tui.library.take_recovery import Recovered
    from s3audio_tui.library.takes import Take

_LOOK_S = 0.1
_TIDY_S = 10.0

_Fields = dict[str, Value]

_FIELDS = "take name started_at duration_s frames chunks in_s3 state path error"


@click.command("recover", cls=Command, short_help="Finish recordings that were interrupted")
@click.argument("named", metavar="[TAKE]...", nargs=-1)
@click.option("--no-upload", is_flag=True, help="Make them whole, and leave them here.")
@click.option("--here", is_flag=True, help="Send each TAKE to this library, whatever its own is.")
@click.pass_obj
def recover_command(runtime: Runtime, named: tuple[str, ...], no_upload: bool, here: bool) -> int:
    """Make recordings whole that were interrupted, and send what S3 lacks: all, or each TAKE.

    TAKE is an id, the beginning of one, or a name. What is on this machine is made whole and said
    first, with or without a network. A recording that was to stay here goes up only when it is
    named. One that cannot be recovered stays as it is, and the others go on.
    """
    from s3audio_tui.library.recording_plan import spool_for

    if here and not named:
        raise UsageError("--here needs a TAKE", "s3audio rec ls lists those that are there")
    spool = spool_for(runtime.settings(), runtime.state_folder())
    logs.start(log_folder(runtime.environ), runtime.environ)
    recovering = _Recovering(runtime, spool, named, here=here)
    if runtime.dry_run:
        return recovering.dry_run()
    with ExitStack() as held:
        recovering.make_whole(held)
        if not no_upload:
            recovering.send()
        return recovering.tell()


class _Recovering:
    """Takes that are meant, and what comes of each."""

    def __init__(
        self, runtime: Runtime, spool: "Spool", named: tuple[str, ...], *, here: bool
    ) -> None:
        self._runtime, self._output = runtime, runtime.output
        self._spool, self._named, self._here = spool, named, here
        self._folders: list[TakeFolder] = []
        self._met: dict[str, str] = {}
        """The names of the takes that are meant, by their ids."""
        self._failed: dict[str, S3AudioError] = {}
        """What is wrong, by the ids of takes, or by names that are not met."""
        self._not_met: set[str] = set()
        self._elsewhere: set[str] = set()
        """The ids of takes that belong to another library."""
        self._interrupted = False

    def dry_run(self) -> int:
        """Say what there is, and do nothing."""
        from s3audio_tui.library.left_takes import left_takes
        from s3audio_tui.library.takes import Home

        found = left_takes(self._spool, Home(), self._fail_one)
        left = [each for each in found if self._is_meant(each.take) and not each.take.finished]
        self._miss()
        for each in left:
            to_send = count_text(each.waiting, "chunk")
            length = duration_text(each.length_s)
            self._output.say(f"{each.take.name}: {length}, {to_send} to send")
        if not left and not self._failed:
            self._output.say("there is no recording to finish")
        self._show([*self._spoilt(), *map(self._left_line, left)])
        return self._code(done=bool(left))

    def make_whole(self, held: ExitStack) -> None:
        """Make the files whole of all that are meant, and say what there is of them."""
        from s3audio_tui.library.take_recovery import all_recovered

        for folder, found in all_recovered(self._spool, self._is_meant, self._fail_one):
            held.callback(folder.close)
            self._folders.append(folder)
            self._say_found(folder, found)
        self._miss()
        if not self._folders and not self._failed:
            self._output.say("there is no recording to finish")

    def _is_meant(self, take: "Take") -> bool:
        if self._named and not any(_is_called(take, name) for name in self._named):
            return False
        self._met[take.id] = take.name
        return True

    def _fail_one(self, error: S3AudioError) -> None:
        """Name a take that cannot be recovered, if it is meant."""
        take_id = error.key or ""
        if take_id in self._met:
            text = f"{self._met[take_id]}: {error.message}"
            self._fail(take_id, type(error)(text, error.remedy))
        elif not self._named or any(take_id.startswith(name) for name in self._named if name):
            self._fail(take_id, error)

    def _fail(self, take_id: str, error: S3AudioError) -> None:
        self._failed.setdefault(take_id, error)
        self._output.fail(error)

    def _miss(self) -> None:
        """Name what was asked for and is not here, or is another program's."""
        for name in self._named:
            ids = {*self._met, *self._failed}
            if name in self._met.values() or any(each.startswith(name) for each in ids):
                continue
            error: S3AudioError = NotFoundError(
                f"no recording {name!r} is left here", "s3audio rec recover --dry-run lists them"
            )
            if any(_is_called(take, name) for take in self._spool.takes()):
                error = ConflictError(f"another program has {name!r}", "wait for its end")
            self._failed[name] = error
            self._not_met.add(name)
            self._output.error(error)

    def _say_found(self, folder: "TakeFolder", found: "Recovered") -> None:
        take = folder.take
        if take.finished:
            if folder.left_over():
                self._output.say(f"{take.name} is in S3; what could not be read: {folder.path}")
            return
        if not waiting(take):
            to_do = "all in S3" if take.frames else "nothing was recorded"
        else:
            to_do = f"{waiting(take)} not in S3 yet"
        self._output.say(f"{take.name}: {length_of(take)}, {to_do}")
        for each in found.unreadable:
            text = f"{take.name}: chunk {each.index} is lost: {each.reason}"
            self._fail(take.id, S3AudioError(text, f"what there is of it stays in {folder.path}"))
        if found.missing_frames:
            lost = duration_text(found.missing_frames / take.form.rate_hz)
            self._output.say(f"{lost} are missing: the machine lost them")

    # Going up

    def send(self) -> None:
        """Send what is to go up."""
        going = [folder for folder in self._folders if self._goes(folder.take)]
        try:
            if going:
                with way_of(self._runtime) as way:
                    self._send(way, [each for each in going if self._fits(way, each)])
        except S3AudioError as error:
            self._output.fail(error)
            for folder in going:
                self._failed.setdefault(folder.take.id, error)

    def _goes(self, take: "Take") -> bool:
        if take.finished:
            return False
        if self._named or not take.stays:
            return True
        self._output.say(
            f"{take.name} was to stay on this machine: s3audio rec recover {take.id} sends it"
        )
        return False

    def _fits(self, way: Way, folder: "TakeFolder") -> bool:
        """Return whether it goes by this way; others are only told of, unless they are named."""
        try:
            brought(self._output, way, folder, named=bool(self._named), here=self._here)
        except ElsewhereError as error:
            if not self._named:
                self._output.say(f"{error.message}: {error.remedy}")
                self._elsewhere.add(folder.take.id)
                return False
            self._fail(folder.take.id, error)
        except S3AudioError as error:
            self._fail(folder.take.id, error)
        else:
            return True
        return False

    def _send(self, way: Way, folders: "list[TakeFolder]") -> None:
        from s3audio_tui.library.chunk_sending import ChunkSending
        from s3audio_tui.library.transfers import queue_for

        if way.door is None or not folders:
            return
        queue = queue_for(way.settings)
        sending = ChunkSending(way.door, queue, lambda folder, index: None)
        try:
            with stoppable(self._output) as token:
                for folder in folders:
                    sending.send_all(folder)
                for folder in folders:
                    while not sending.wait(folder, _LOOK_S):
                        if token.cancelled or is_cut_off(sending):
                            break
                self._interrupted = token.cancelled
        finally:
            queue.close(_TIDY_S)
        for folder in folders:
            self._finish(sending, folder)

    def _finish(self, sending: "ChunkSending", folder: "TakeFolder") -> None:
        why = sending.trouble or sending.refusal
        try:
            if sending.finish(folder):
                if folder.take.frames:
                    self._output.say(f"{folder.take.name}: complete, all in S3")
                return
        except S3AudioError as error:
            why = error
        take = folder.take
        if not waiting(take) and take.id in self._failed:
            return  # it lacks what could not be read
        what = count_text(waiting(take), "chunk") if waiting(take) else "its document"
        text = f"{take.name}: {what} not in S3 yet" + (f", as {why.message}" if why else "")
        kind = S3AudioError if why is None else type(why)
        self._fail(take.id, kind(text, "s3audio rec recover tries again"))

    # In the end

    def tell(self) -> int:
        """Say of each how it ended; return the exit code."""
        recovered = {folder.take.id for folder in self._folders}
        lines = self._spoilt()
        for folder in self._folders:
            lines.append(self._line(folder))
            folder.close(remove=folder.take.finished)
        self._show(lines)
        return self._code(done=not recovered <= {*self._failed})

    def _show(self, lines: list[_Fields]) -> None:
        self._output.rows(take_columns(_FIELDS, self._runtime.clock()), lines)

    def _line(self, folder: "TakeFolder") -> _Fields:
        take, error = folder.take, self._failed.get(folder.take.id)
        line = take_fields(take, folder.path, finished=take.finished)
        if take.finished and folder.left_over():
            line["path"] = str(folder.path)
        if take.id in self._elsewhere:
            line["state"] = "elsewhere"
        return {**line, "error": self._told(error)}

    def _left_line(self, left: "LeftTake") -> _Fields:
        path = self._spool.folder / left.take.id
        line = take_fields(left.take, path, finished=False)
        chunks = sum(1 for each in left.take.chunks if each.frames) + left.unclosed
        frames = round(left.length_s * left.take.form.rate_hz)
        found: _Fields = {"chunks": chunks, "frames": frames, "duration_s": round(left.length_s, 6)}
        return {**line, **found, "error": None}

    def _spoilt(self) -> list[_Fields]:
        """Return the lines of takes that could not be made whole."""
        others = {folder.take.id for folder in self._folders} | self._not_met
        return [self._spoilt_line(take_id) for take_id in self._failed if take_id not in others]

    def _spoilt_line(self, take_id: str) -> _Fields:
        error, path = self._failed[take_id], str(self._spool.folder / take_id)
        known: _Fields = dict.fromkeys(_FIELDS.split())
        said: _Fields = {"take": take_id, "name": self._met.get(take_id), "state": "failed"}
        return {**known, **said, "path": path, "error": self._told(error)}

    def _told(self, error: S3AudioError | None) -> Value:
        if error is None:
            return None
        return error_fields(error) if self._output.json else error.message

    def _code(self, *, done: bool) -> int:
        """0 where none failed; the failures' own code where all failed with one; else 1."""
        codes = {error.exit_code for error in self._failed.values()}
        if self._interrupted and codes:
            return INTERRUPTED
        if not codes:
            return 0
        return codes.pop() if len(codes) == 1 and not done else 1


def _is_called(take: "Take", name: str) -> bool:
    return bool(name) and (take.name == name or take.id.startswith(name))
