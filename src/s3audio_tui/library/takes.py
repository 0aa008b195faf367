"""A take: what was recorded, in which chunks, and where each of them is.

On this machine it is a list of lines that only grows (`spool`); this is what the lines say, and
what they say together. In the library it is one JSON document, with the same names.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat

VERSION = 1

ChunkState = Literal["recording", "on_disk", "sending", "in_s3", "failed"]

EndedBy = Literal["pause", "stop", "length", "device", "disk", "killed"]
"""What ended a part."""


class Home(msgspec.Struct, frozen=True, omit_defaults=True):
    """The library to which a take goes; all empty for one that stays on this machine."""

    bucket: str = ""
    prefix: str = ""
    endpoint_url: str = ""


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """The first line. `keys` is a template for the chunks' keys, with `{take}` and `{index}`."""

    id: str
    name: str
    started_at: datetime
    form: SampleFormat
    chunk_s: float
    keys: str
    home: Home = Home()
    device: str = ""
    version: int = VERSION


class PartBegun(msgspec.Struct, frozen=True, tag="part"):
    """Recording goes on from a frame: at the start, after a pause, with another device."""

    first_frame: int
    started_at: datetime
    device: str = ""


class PartEnded(msgspec.Struct, frozen=True, tag="part_ended"):
    """Recording ended before a frame. `lost_frames` came, and could not be written."""

    frame: int
    by: EndedBy
    reason: str = ""
    lost_frames: int = 0


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """A chunk is being written. `file` is its name in the take's folder."""

    index: int
    first_frame: int
    started_at: datetime
    file: str


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """A chunk is whole; said again when it has become another file, as FLAC."""

    index: int
    frames: int
    size_bytes: int
    sha256: str
    file: str


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """S3 has a chunk, and has confirmed its checksum."""

    index: int
    key: str
    etag: str
    verified_by: str = ""


class NotSent(msgspec.Struct, frozen=True, tag="not_sent"):
    """A chunk could not go up, and is not tried again by itself."""

    index: int
    error: str


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """A chunk's file holds nothing that can be read; it stays where it is."""

    index: int
    reason: str


class Marker(msgspec.Struct, frozen=True, tag="marker"):
    """A person marked a place with a word."""

    frame: int
    word: str


class Overflow(msgspec.Struct, frozen=True, tag="overflow"):
    """The device lost some of what came before a frame."""

    frame: int


class Named(msgspec.Struct, frozen=True, tag="named"):
    """The take has another name."""

    name: str


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """Nothing more is recorded into it."""

    at: datetime


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """All of it is one object."""

    key: str
    etag: str


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """All chunks are in S3, and the document beside them."""

    key: str


Line = (
    Begun
    | PartBegun
    | PartEnded
    | Opened
    | Closed
    | Sent
    | NotSent
    | Gone
    | Marker
    | Overflow
    | Named
    | Ended
    | Joined
    | Finished
)


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
    """What is known of a take. Changed only by `hear`."""

    id: str
    name: str
    started_at: datetime
    form: SampleFormat
    chunk_s: float
    keys: str
    home: Home = Home()
    version: int = VERSION
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
    def next_index(self) -> int:
        """The index of the next chunk."""
        return self.chunks[-1].index + 1 if self.chunks else 0

    def chunk(self, index: int) -> Chunk:
        """Return one; raises `KeyError`."""
        if 0 <= index < len(self.chunks) and self.chunks[index].index == index:
            return self.chunks[index]
        raise KeyError(index)

    def hear(self, line: Line) -> None:
        """Take in what has happened. Said twice it is the same."""
        match line:
            case PartBegun():
                self.parts.append(Part(line.first_frame, line.started_at, line.device))
            case PartEnded():
                part = self.parts[-1]
                part.ended_by, part.reason = line.by, line.reason
                part.lost_frames = line.lost_frames
            case Opened():
                opened = Chunk(line.index, line.first_frame, line.started_at, line.file)
                self.chunks.append(opened)
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
            case Begun():
                return


def _hear_of_chunk(chunk: Chunk, line: Closed | Sent | NotSent | Gone) -> None:
    match line:
        case Closed():
            chunk.frames, chunk.size_bytes = line.frames, line.size_bytes
            chunk.sha256, chunk.file, chunk.state = line.sha256, line.file, "on_disk"
        case Sent():
            chunk.key, chunk.etag, chunk.state, chunk.error = line.key, line.etag, "in_s3", ""
        case NotSent():
            chunk.state, chunk.error = "failed", line.error
        case Gone():
            chunk.state, chunk.error = "failed", line.reason


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
    )


def take_of(lines: Iterable[Line]) -> Take | None:
    """Return what the lines say; None where even the first is missing."""
    take: Take | None = None
    for line in lines:
        if isinstance(line, Begun):
            take = take or begun_take(line)
        elif take is not None:
            take.hear(line)
    return take


def document(take: Take) -> bytes:
    """Return the take as it stays beside its chunks in the library: JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(take), indent=2) + b"\n"
