"""What a recording says on the command line: a line of levels, or an event for each chunk."""

import time
from pathlib import Path
from queue import Empty, SimpleQueue
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.cancel import CancelToken
from s3audio_tui.cli.interrupt import INTERRUPTED
from s3audio_tui.cli.lost_readers import LostReader
from s3audio_tui.cli.output import Output, error_fields
from s3audio_tui.cli.rec_begin import drop_empty
from s3audio_tui.cli.rows import Show
from s3audio_tui.cli.values import Value
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.disk_room import Room
from s3audio_tui.library.spool import TakeFolder
from s3audio_tui.library.take_lines import Closed, Gone, Line, NotSent, Overflow
from s3audio_tui.library.takes import Chunk, Take
from s3audio_tui.units import count_text, duration_text, rfc3339

if TYPE_CHECKING:
    from s3audio_tui.library.chunk_sending import ChunkSending
    from s3audio_tui.library.recording import Recording


class OfChunk(msgspec.Struct, frozen=True):
    """A chunk as it was when something was new about it."""

    index: int
    frames: int
    path: str
    key: str | None
    state: str


Told = Line | S3AudioError | Room | OfChunk
"""A line of a take, what went wrong, that room gets low, or what is new about a chunk."""

_LOOK_S = 0.1
_BAR = 24
_FLOOR_DB = -48.0
_GO_ON = ", and go on"
_GIVE_UP_S = 60.0
"""After so long without the network a command leaves the rest to the next one."""
_GRACE_S = 5.0
"""But it waits for so long in the end: the network may be back."""


def of_chunk(folder: TakeFolder, index: int) -> OfChunk:
    """Return a chunk as it is now."""
    chunk = folder.take.chunk(index)
    path = str(folder.path / chunk.file)
    return OfChunk(index, chunk.frames, path, chunk.key or None, chunk.state)


def in_words(folder: TakeFolder | None, what: "Line | S3AudioError | Room") -> Told:
    """Return what a recording tells; of a chunk as it is now, for soon it may be another."""
    if folder is not None and isinstance(what, (Closed, Gone, NotSent)):
        return of_chunk(folder, what.index)
    return what


class RecReport:
    """Tells what comes of one recording."""

    def __init__(
        self,
        output: Output,
        recording: "Recording",
        sending: "ChunkSending | None",
        told: "SimpleQueue[Told]",
        show: Show,
        lost: LostReader,
    ) -> None:
        self._output, self._recording, self._sending = output, recording, sending
        self._told, self._show, self._lost = told, show, lost
        self._last: dict[int, OfChunk] = {}
        self._cut_short = self._has_lost = False

    def look(self) -> None:
        """Tell what has happened, for a moment; draw how loud it is."""
        try:
            self._tell(self._told.get(timeout=_LOOK_S))
        except Empty:
            self._draw(_levels(self._recording) + self._behind())

    def rest(self, token: CancelToken) -> None:
        """Tell what goes up behind the end, until all is there, or nothing gets through.

        What was refused is tried once more, since all is over now.
        """
        folder, sending, again = self._recording.folder, self._sending, True
        grace_until = time.monotonic() + _GRACE_S
        while folder is not None:
            try:
                self._tell(self._told.get(timeout=_LOOK_S))
                continue
            except Empty:
                if sending is None:
                    return
            is_late = time.monotonic() >= grace_until
            if token.cancelled or (is_late and is_cut_off(sending)):
                self._cut_short = token.cancelled
                return
            if not sending.open_chunks(folder):
                if not again or not waiting(folder.take):
                    return
                again = False
                sending.send_all(folder)
            self._draw("sending" + self._behind())

    def finish(self) -> int:
        """Close the take, its document too if all is there; say how it ended; return the code."""
        folder, output = self._recording.folder, self._output
        if folder is None:
            return 1
        self._drain()
        trouble = ended(self._recording.trouble)
        fields = take_fields(folder.take, folder.path, finished=False)
        if drop_empty(folder):
            return self._nothing(fields, trouble)
        try:
            finished = self._sending is not None and self._sending.finish(folder)
        except S3AudioError as error:
            finished, trouble = False, trouble or error
        fields = take_fields(folder.take, folder.path, finished=finished)
        left = waiting(folder.take) if self._sending is not None and not finished else 0
        folder.close(remove=finished)
        where = f"recordings/{folder.take.id}" if finished else str(folder.path)
        output.say(f"{folder.take.name}: {length_of(folder.take)} in {where}")
        if left:
            trouble = self._left(left)
        elif trouble is not None:
            output.fail(trouble)
        if output.json:
            output.record({**fields, "error": error_fields(trouble) if trouble else None})
        else:
            output.value(where)
        self._heed()
        if self._cut_short and left:
            return INTERRUPTED
        return 0 if trouble is None else trouble.exit_code

    def _nothing(self, fields: dict[str, Value], trouble: S3AudioError | None) -> int:
        """Say that no sound came, and so no take is left; return the exit code."""
        output = self._output
        if trouble is not None:
            output.fail(trouble)
        output.say("nothing was recorded")
        if output.json:
            error = error_fields(trouble) if trouble else None
            output.record({**fields, "state": "empty", "path": None, "error": error})
        return INTERRUPTED if trouble is None else trouble.exit_code

    def _left(self, left: int) -> S3AudioError:
        """Say how many chunks are not in S3; return what keeps them."""
        sending = self._sending
        why = (sending.trouble or sending.refusal) if sending is not None else None
        text = f"{count_text(left, 'chunk')} not in S3 yet"
        text += f", as {why.message}" if why is not None else ""
        error = S3AudioError(text, "s3audio rec recover sends what is left")
        self._output.fail(error)
        return why or error

    def _drain(self) -> None:
        """Tell what came meanwhile."""
        while True:
            try:
                self._tell(self._told.get_nowait())
            except Empty:
                return

    def _tell(self, what: Told) -> None:
        if isinstance(what, OfChunk):
            if self._output.json and self._last.get(what.index) != what:
                self._output.record({"event": "chunk", **msgspec.structs.asdict(what)})
                self._heed()
            self._last[what.index] = what
        elif isinstance(what, S3AudioError):
            if self._recording.state == "recording" or what is not self._recording.trouble:
                self._say(str(what))  # else it is said in the end
        elif isinstance(what, Room):
            self._say(f"the disk has room for {duration_text(what.left_s)} more")
        elif isinstance(what, Overflow) and not self._has_lost:
            self._has_lost = True
            self._say("some sound was lost: the machine is too busy; the take notes each place")

    def _heed(self) -> None:
        """Say once that nobody reads any more."""
        self._output.flush()
        if news := self._lost.news():
            self._say(news)

    def _say(self, text: str) -> None:
        self._show("", ())
        self._output.say(text)

    def _draw(self, line: str) -> None:
        self._show(line[: get_terminal_size().columns - 1], ())

    def _behind(self) -> str:
        """Return in words where the chunks are."""
        folder, sending = self._recording.folder, self._sending
        if folder is None or sending is None:
            return ""
        there = sum(chunk.state == "in_s3" for chunk in folder.take.chunks)
        text = f"  {there} in S3"
        if left := waiting(folder.take):
            text += f", {left} to go"
        if sending.trouble is not None:
            text += f", {sending.trouble.message}"
        return text


def ended(trouble: S3AudioError | None) -> S3AudioError | None:
    """Return what ended a recording: a command cannot go on with it, as the app can."""
    if trouble is None or not trouble.remedy.endswith(_GO_ON):
        return trouble
    remedy = f"{trouble.remedy.removesuffix(_GO_ON)}; s3audio rec begins a new recording"
    return type(trouble)(trouble.message, remedy, key=trouble.key)


def waiting(take: Take) -> int:
    """Return how many chunks S3 does not have."""
    return sum(_waits(chunk) for chunk in take.chunks)


def _waits(chunk: Chunk) -> bool:
    return chunk.frames > 0 and chunk.state != "in_s3"


def length_of(take: Take) -> str:
    """Return how long it is, and in how many chunks."""
    chunks = count_text(sum(1 for each in take.chunks if each.frames), "chunk")
    return f"{duration_text(take.duration_s)} in {chunks}"


def take_fields(take: Take, path: Path, *, finished: bool) -> dict[str, Value]:
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
        "path": None if finished else str(path),
    }


def is_cut_off(sending: "ChunkSending") -> bool:
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
