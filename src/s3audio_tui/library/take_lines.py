"""What happens to a take, as lines that are written down one after the other (`spool`)."""

from datetime import datetime
from typing import Literal

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat

VERSION = 1

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
    packs: bool = False
    """Whether its chunks become FLAC before they go up."""
    stays: bool = False
    """Whether it is to stay on this machine until somebody sends it."""


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
