"""What a recording says on the command line: a line of levels, or an event for each chunk."""

import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from s3audio_tui.cancel import CancelToken
from s3audio_tui.cli.output import Output
from s3audio_tui.cli.rows import Show
from s3audio_tui.cli.values import Value
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.disk_room import Room
from s3audio_tui.library.spool import TakeFolder
from s3audio_tui.library.takes import Closed, Gone, Line, NotSent, Overflow, Take
from s3audio_tui.units import count_text, duration_text, rfc3339

if TYPE_CHECKING:
    from s3audio_tui.library.chunk_sending import ChunkSending
    from s3audio_tui.library.recording import Recording
    from s3audio_tui.library.take_recovery import Recovered

Told = Line | S3AudioError | Room | int
"""A line of a take, what went wrong, that room gets low, or the number of a chunk to look at."""

_LOOK_S = 0.1
_BAR = 24
_FLOOR_DB = -48.0
_GIVE_UP_S = 60.0
"""After so long without the network a command leaves the rest to the next one."""


class RecReport:
    """Tells what comes of recordings."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._overflows = 0
        self._trouble: S3AudioError | None = None

    def look(
        self,
        recording: "Recording",
        sending: "ChunkSending | None",
        told: "SimpleQueue[Told]",
        show: Show,
    ) -> None:
        """Tell what has happened, for a moment; draw how loud it is."""
        try:
            what = told.get(timeout=_LOOK_S)
        except Empty:
            show(_levels(recording), ())
        else:
            self._tell(recording.folder, what)

    def rest(
        self,
        recording: "Recording",
        sending: "ChunkSending | None",
        told: "SimpleQueue[Told]",
        show: Show,
        token: CancelToken,
    ) -> None:
        """Tell what goes up behind the end, until all is there, or nothing gets through."""
        folder = recording.folder
        while folder is not None:
            try:
                self._tell(folder, told.get(timeout=_LOOK_S))
            except Empty:
                if sending is None or not sending.open_chunks(folder):
                    return
                if token.cancelled or _is_cut_off(sending):
                    return
                show(f"sending {count_text(sending.open_chunks(folder), 'chunk')} …", ())

    def finish(self, recording: "Recording", sending: "ChunkSending | None") -> int:
        """Close the take's document, if all is there; say how it ended; return the exit code."""
        folder = recording.folder
        if folder is None:
            return 1
        code = self._end(folder, sending)
        if recording.trouble is not None:
            raise recording.trouble
        return code

    def sent(self, folder: TakeFolder, sending: "ChunkSending", token: CancelToken) -> int:
        """Wait until a take is up; say how it ended, and return the exit code."""
        while not sending.wait(folder, _LOOK_S):
            if token.cancelled or _is_cut_off(sending):
                break
        return self._end(folder, sending)

    def recovered(self, folder: TakeFolder, found: "Recovered") -> None:
        """Say what was found of a take."""
        take = folder.take
        chunks = count_text(sum(1 for each in take.chunks if each.frames), "chunk")
        self._output.say(f"{take.name}: {duration_text(take.duration_s)} in {chunks}")
        if found.unreadable:
            what = count_text(len(found.unreadable), "chunk")
            self._output.say(f"{what} cannot be read; the files stay in {folder.path}")
        if found.missing_frames:
            lost = found.missing_frames / take.form.rate_hz
            self._output.say(f"{duration_text(lost)} are missing: the machine lost them")

    def elsewhere(self, take: Take) -> None:
        """Say that a take is of another library."""
        home = f"s3://{take.home.bucket}/{take.home.prefix}"
        self._output.say(f"{take.name} belongs to {home}; open that, and recover it there")

    def _tell(self, folder: TakeFolder | None, what: Told) -> None:
        if isinstance(what, S3AudioError):
            self._trouble = what
            self._output.say(str(what))
        elif isinstance(what, Room):
            self._output.say(f"the disk has room for {duration_text(what.left_s)} more")
        elif isinstance(what, Overflow):
            self._overflows += 1
            self._output.say("the microphone lost some sound: the machine is too busy")
        elif isinstance(what, (Closed, Gone, NotSent)):
            self._chunk(folder, what.index)
        elif isinstance(what, int):
            self._chunk(folder, what)

    def _chunk(self, folder: TakeFolder | None, index: int) -> None:
        if folder is None or not self._output.json:
            return
        chunk = folder.take.chunk(index)
        self._output.record(
            {
                "event": "chunk",
                "index": index,
                "frames": chunk.frames,
                "path": str(folder.path / chunk.file),
                "key": chunk.key or None,
                "state": chunk.state,
            }
        )

    def _end(self, folder: TakeFolder, sending: "ChunkSending | None") -> int:
        take = folder.take
        finished = False
        if sending is not None:
            try:
                finished = sending.finish(folder)
            except S3AudioError as error:
                self._trouble = error
        fields = take_fields(take, folder, finished=finished)
        if self._output.json:
            self._output.record(fields)
        waiting = [each for each in take.chunks if each.frames and each.state != "in_s3"]
        folder.close(remove=finished)
        length = duration_text(take.duration_s)
        if finished or sending is None:
            where = f"recordings/{take.id}" if finished else str(folder.path)
            self._output.say(f"{take.name}: {length} in {where}")
            return 0
        self._output.say(
            f"{take.name}: {length}; {count_text(len(waiting), 'chunk')} not in S3 yet, kept in"
            f" {folder.path}: s3audio rec recover sends them"
        )
        return self._trouble.exit_code if self._trouble is not None else 1


def take_fields(take: Take, folder: TakeFolder, *, finished: bool) -> dict[str, Value]:
    """Return the last event: the take."""
    return {
        "event": "take",
        "take": take.id,
        "name": take.name,
        "started_at": rfc3339(take.started_at.timestamp()),
        "duration_s": round(take.duration_s, 6),
        "frames": take.frames,
        "sample_rate_hz": take.form.rate_hz,
        "channels": take.form.channels,
        "bits": take.form.bits,
        "chunks": len([each for each in take.chunks if each.frames]),
        "in_s3": sum(each.state == "in_s3" for each in take.chunks),
        "overflows": len(take.overflows),
        "state": "complete" if finished else "on_disk",
        "path": None if finished else str(folder.path),
    }


def _is_cut_off(sending: "ChunkSending") -> bool:
    """Whether the network has been gone for so long that a command need not wait."""
    return sending.trouble is not None and time.monotonic() - sending.trouble_since > _GIVE_UP_S


def _levels(recording: "Recording") -> str:
    levels = recording.meter.taken()
    loudest = max(levels.peaks, default=0.0)
    decibels = _FLOOR_DB if loudest <= 0 else max(_FLOOR_DB, _decibels(loudest))
    full = round(_BAR * (1 - decibels / _FLOOR_DB))
    at = duration_text(recording.frame / recording.plan.form.rate_hz)
    clip = " clipped" if any(levels.clipped) else ""
    return f"● {at} {'━' * full}{'┄' * (_BAR - full)} {decibels:5.1f} dB{clip}"


def _decibels(level: float) -> float:
    from math import log10

    return 20 * log10(level)
