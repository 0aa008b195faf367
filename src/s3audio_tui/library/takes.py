"""A take: what was recorded, in which chunks, and where each of them is.

On this machine it is a list of lines that only grows (`spool`); this is what the lines say, and
what they say together. In the library it is one JSON document, with the same names.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.library.take_lines import (
    VERSION,
    Begun,
    Closed,
    Ended,
    EndedBy,
    Finished,
    Gone,
    Home,
    Joined,
    Line,
    Marker,
    Moved,
    Named,
    NotSent,
    Opened,
    Overflow,
    PartBegun,
    PartEnded,
    Sent,
)

__all__ = [
    "VERSION",
    "Begun",
    "Chunk",
    "ChunkState",
    "Closed",
    "Ended",
    "EndedBy",
    "Finished",
    "Gone",
    "Home",
    "Joined",
    "Line",
    "Marker",
    "Moved",
    "Named",
    "NotSent",
    "Opened",
    "Overflow",
    "Part",
    "PartBegun",
    "PartEnded",
    "Sent",
    "Take",
    "begun_take",
    "document",
    "take_of",
]

ChunkState = Literal["recording", "on_disk", "sending", "in_s3", "failed"]


class Chunk(msgspec.Struct):
    """A stretch of a take. Frames are counted from its start; a pause has none."""

    index: int
    first_frame: int
    started_at: datetime
    file: str
    state: ChunkState = "recording"
    frames: int = 0
    size_bytes: int = 0
    sha256: str = ""
    key: str = ""
    etag: str = ""
    error: str = ""


class Part(msgspec.Struct):
    """A stretch without a pause."""

    first_frame: int
    started_at: datetime
    device: str = ""
    ended_by: EndedBy | None = None
    reason: str = ""
    lost_frames: int = 0


class Take(msgspec.Struct, kw_only=True):
    """What is known of a take. Changed only by `hear`, and while chunks go up by `…_sending`."""

    id: str
    name: str
    started_at: datetime
    form: SampleFormat
    chunk_s: float
    keys: str
    home: Home = Home()
    version: int = VERSION
    packs: bool = False
    stays: bool = False
    ended_at: datetime | None = None
    parts: list[Part] = []
    chunks: list[Chunk] = []
    markers: list[Marker] = []
    overflows: list[int] = []
    joined: str = ""
    """The key of the whole as one object."""
    finished: bool = False

    @property
    def frames(self) -> int:
        """How many are in chunks that are whole."""
        return sum(chunk.frames for chunk in self.chunks)

    @property
    def duration_s(self) -> float:
        """How long those are."""
        return self.frames / self.form.rate_hz

    @property
    def recorded_until(self) -> datetime:
        """When its last frame came, by the time at which its part began."""
        if not self.chunks:
            return self.started_at
        last = self.chunks[-1]
        return last.started_at + timedelta(seconds=last.frames / self.form.rate_hz)

    @property
    def next_index(self) -> int:
        """The index of the next chunk."""
        return self.chunks[-1].index + 1 if self.chunks else 0

    def chunk(self, index: int) -> Chunk:
        """Return one; raises `KeyError`."""
        at = bisect_left(self.chunks, index, key=_index)
        if at < len(self.chunks) and self.chunks[at].index == index:
            return self.chunks[at]
        raise KeyError(index)

    def begin_sending(self, index: int) -> None:
        """Note that a chunk that is on the disk is on its way; no line tells of that."""
        chunk = self.chunk(index)
        if chunk.state in ("on_disk", "failed"):
            chunk.state = "sending"

    def stop_sending(self, index: int) -> None:
        """Note that a chunk is on its way no more, and still on the disk."""
        chunk = self.chunk(index)
        if chunk.state == "sending":
            chunk.state = "on_disk"

    def hear(self, line: Line) -> None:
        """Take in what has happened.

        Raises `KeyError` for a chunk that has not begun, `IndexError` for a part.
        """
        match line:
            case PartBegun():
                self.parts.append(Part(line.first_frame, line.started_at, line.device))
            case PartEnded():
                part = self.parts[-1]
                part.ended_by, part.reason = line.by, line.reason
                part.lost_frames = line.lost_frames
            case Opened():
                opened = Chunk(line.index, line.first_frame, line.started_at, line.file)
                insort(self.chunks, opened, key=_index)
            case Closed() | Sent() | NotSent() | Gone():
                _hear_of_chunk(self.chunk(line.index), line)
            case Marker():
                self.markers.append(line)
            case Overflow():
                self.overflows.append(line.frame)
            case Named():
                self.name = line.name
            case Ended():
                self.ended_at = line.at
            case Joined():
                self.joined = line.key
            case Finished():
                self.finished = True
            case Moved():
                _hear_of_move(self, line)
            case Begun():
                return


def _index(chunk: Chunk) -> int:
    return chunk.index


def _hear_of_chunk(chunk: Chunk, line: Closed | Sent | NotSent | Gone) -> None:
    """Take in what has happened to one: what S3 has confirmed never becomes less than that."""
    match line:
        case Closed():
            chunk.frames, chunk.size_bytes = line.frames, line.size_bytes
            chunk.sha256, chunk.file = line.sha256, line.file
            if chunk.state in ("recording", "failed"):
                chunk.state = "on_disk"
        case Sent():
            chunk.key, chunk.etag, chunk.state, chunk.error = line.key, line.etag, "in_s3", ""
        case NotSent() if chunk.state != "in_s3":
            chunk.state, chunk.error = "failed", line.error
        case Gone() if chunk.state != "in_s3":
            chunk.state, chunk.error = "failed", line.reason


def _hear_of_move(take: Take, line: Moved) -> None:
    """Take in that another library gets it: only what is there counts as sent."""
    take.home, take.finished, take.joined = line.home, False, ""
    there, lost = set(line.there), set(line.lost)
    for chunk in take.chunks:
        if chunk.index in lost:
            chunk.state, chunk.error, chunk.frames = "failed", line.reason, 0
        elif chunk.state == "in_s3" and chunk.index not in there:
            chunk.state, chunk.key, chunk.etag = "on_disk", "", ""


def begun_take(begun: Begun) -> Take:
    """Return a take of which nothing is recorded yet."""
    return Take(
        id=begun.id,
        name=begun.name,
        started_at=begun.started_at,
        form=begun.form,
        chunk_s=begun.chunk_s,
        keys=begun.keys,
        home=begun.home,
        packs=begun.packs,
        stays=begun.stays,
    )


def take_of(lines: Iterable[Line]) -> Take | None:
    """Return what the lines say; None where even the first is missing.

    A full disk may have kept lines from being written: those that go on from them say nothing.
    """
    take: Take | None = None
    for line in lines:
        if isinstance(line, Begun):
            take = take or begun_take(line)
        elif take is not None:
            with suppress(KeyError, IndexError):
                take.hear(line)
    return take


def document(take: Take) -> bytes:
    """Return the take as it stays beside its chunks in the library: JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(take), indent=2) + b"\n"
