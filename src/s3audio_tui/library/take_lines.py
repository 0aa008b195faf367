"""What happens to a take, as lines that are written down one after the other (`spool`)."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat

VERSION = 1

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 48)]
"""Of frames, bytes, chunks; one beyond is of a line that was damaged."""

NOTHING_YET = "nothing was recorded into it yet"
"""The reason of a chunk that was killed before its first frame: nothing is lost by it."""

EndedBy = Literal["pause", "stop", "length", "device", "disk", "failure", "killed"]
"""What ended a part; `failure` is an error that nobody foresaw."""


class Home(msgspec.Struct, frozen=True, omit_defaults=True):
    """The library to which a take goes; all empty for one that stays on this machine."""

    bucket: str = ""
    prefix: str = ""
    endpoint_url: str = ""


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """The first line. `keys` is a template for the chunks' keys, with `{take}` and `{index}`."""

    id: str
    name: str
    started_at: Instant
    form: SampleFormat
    chunk_s: float
    keys: str
    home: Home = Home()
    device: str = ""
    version: int = VERSION
    packs: bool = False
    """Whether its chunks become FLAC before they go up."""
    stays: bool = False
    """Whether it is to stay on this machine until somebody sends it."""


class PartBegun(msgspec.Struct, frozen=True, tag="part"):
    """Recording goes on from a frame: at the start, after a pause, with another device."""

    first_frame: Count
    started_at: Instant
    device: str = ""


class PartEnded(msgspec.Struct, frozen=True, tag="part_ended"):
    """Recording ended before a frame. `lost_frames` came, and could not be written."""

    frame: Count
    by: EndedBy
    reason: str = ""
    lost_frames: Count = 0


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """A chunk is being written. `file` is its name in the take's folder."""

    index: Count
    first_frame: Count
    started_at: Instant
    file: str


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """A chunk is whole; said again when it has become another file, as FLAC."""

    index: Count
    frames: Count
    size_bytes: Count
    sha256: str
    file: str


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """S3 has a chunk, and has confirmed its checksum."""

    index: Count
    key: str
    etag: str
    verified_by: str = ""


class NotSent(msgspec.Struct, frozen=True, tag="not_sent"):
    """A chunk could not go up, and is not tried again by itself."""

    index: Count
    error: str


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """A chunk's file holds nothing that can be read, and stays where it is; or nothing at all."""

    index: Count
    reason: str


class Marker(msgspec.Struct, frozen=True, tag="marker"):
    """A person marked a place with a word."""

    frame: Count
    word: str


class Overflow(msgspec.Struct, frozen=True, tag="overflow"):
    """The device lost some of what came before a frame."""

    frame: Count


class Named(msgspec.Struct, frozen=True, tag="named"):
    """The take has another name."""

    name: str


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """Nothing more is recorded into it."""

    at: Instant


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """All of it is one object."""

    key: str
    etag: str


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """All chunks are in S3, and the document beside them."""

    key: str


class Moved(msgspec.Struct, frozen=True, tag="moved"):
    """It goes to another library, and what came to the one before goes up again.

    Not so the chunks that are `there` already; those that are `lost` are neither there nor on this
    machine, which is their `reason`.
    """

    home: Home
    there: tuple[Count, ...] = ()
    lost: tuple[Count, ...] = ()
    reason: str = ""


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
    | Moved
)
