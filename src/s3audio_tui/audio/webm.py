"""What a WebM file says of its sound (RFC 9559): codec, rate, channels, and how long it is.

What a browser records has no length: then the time of its last block is looked for at its end.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from s3audio_tui.audio.frames import ReadWindow

_SEGMENT, _INFO, _TRACKS, _TRACK = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE
_SCALE, _DURATION = 0x2AD7B1, 0x4489
_TYPE, _CODEC, _AUDIO, _RATE, _CHANNELS = 0x83, 0x86, 0xE1, 0xB5, 0x9F
_CLUSTER, _TIME, _SIMPLE, _GROUP, _BLOCK = 0x1F43B675, 0xE7, 0xA3, 0xA0, 0xA1
_CLUSTER_NAME = bytes.fromhex("1f43b675")
_OPENED = {_SEGMENT, _INFO, _TRACKS, _TRACK, _AUDIO, _GROUP}
"""What is entered, and not passed over."""

_VIDEO = 1
_CODECS = {b"A_OPUS": "Opus", b"A_VORBIS": "Vorbis"}
_TAILS = (64 * 1024, 256 * 1024, 1024 * 1024)
"""So much of the end is read for the last block: a cluster may last half a minute."""

_MOST_ELEMENTS = 100_000


@dataclass(frozen=True, slots=True)
class WebmHeader:
    """What is said; None is what is not. `codec` is empty without a known sound."""

    codec: str = ""
    has_video: bool = False
    duration_s: float | None = None
    exact: bool = False
    sample_rate_hz: int | None = None
    channels: int | None = None
    scale_ns: int = 1_000_000


def read_webm(head: bytes, read: ReadWindow, size_bytes: int) -> WebmHeader:
    """Return what the first bytes say, and, if need be, the last ones of so many."""
    found = _read_head(head)
    if found.codec and found.duration_s is None:
        found = replace(found, duration_s=_by_end(read, size_bytes, found.scale_ns))
    return found


def _read_head(head: bytes) -> WebmHeader:
    found, ticks = WebmHeader(), None
    for name, data in _elements(head, 0):
        if name == _CLUSTER:
            break
        if name == _SCALE:
            found = replace(found, scale_ns=_number(data) or found.scale_ns)
        elif name == _DURATION:
            ticks = _real(data)
        elif name == _TYPE:
            found = replace(found, has_video=found.has_video or _number(data) == _VIDEO)
        elif name == _CODEC and not found.codec:
            found = replace(found, codec=_CODECS.get(data.rstrip(b"\0"), ""))
        elif name == _RATE and (rate := _real(data)) is not None and 0 < rate < 1e9:
            found = replace(found, sample_rate_hz=round(rate))
        elif name == _CHANNELS:
            found = replace(found, channels=_number(data))
    if ticks is None or not ticks > 0:
        return found
    return replace(found, duration_s=ticks * found.scale_ns / 1e9, exact=True)


def _by_end(read: ReadWindow, size_bytes: int, scale_ns: int) -> float | None:
    for length in _TAILS:
        data = read(max(0, size_bytes - length), min(length, size_bytes))
        if (at := data.rfind(_CLUSTER_NAME)) >= 0:
            ticks = _end_of_cluster(data, at)
            return None if ticks is None else ticks * scale_ns / 1e9
    return None


def _end_of_cluster(data: bytes, at: int) -> float | None:
    """Return when the last block ends: as long after its start as that is after the one before."""
    name_at = _after_size(data, at + 4)
    begins, times = None, [0, 0]
    for name, element in _elements(data, name_at):
        if name == _TIME:
            begins = _number(element)
        elif name in (_SIMPLE, _BLOCK) and len(element) > 4:
            track_bytes = 9 - element[0].bit_length()
            (time,) = struct.unpack(">h", element[track_bytes : track_bytes + 2].rjust(2, b"\0"))
            times = [times[1], time]
    return None if begins is None else begins + 2 * times[1] - times[0]


def _elements(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield names and contents in the order of the file, those within others too.

    An element that is cut off has what is there of it.
    """
    for _ in range(_MOST_ELEMENTS):
        if at + 2 > len(data) or not data[at]:
            return
        name_bytes = 9 - data[at].bit_length()
        name = int.from_bytes(data[at : at + name_bytes], "big")
        begins = _after_size(data, at + name_bytes)
        size = _size(data, at + name_bytes, begins)
        opened = name in _OPENED or size is None
        yield name, data[begins : begins if size is None else min(begins + size, begins + 4096)]
        at = begins if opened else begins + (size or 0)


def _after_size(data: bytes, at: int) -> int:
    return at + 9 - (data[at] if at < len(data) else 0).bit_length()


def _size(data: bytes, at: int, end: int) -> int | None:
    """Return the size at `at`; None where it is left open."""
    size = int.from_bytes(data[at:end], "big") & ~(1 << 7 * (end - at))
    return None if size == (1 << 7 * (end - at)) - 1 else size


def _number(data: bytes) -> int:
    return int.from_bytes(data[:8], "big")


def _real(data: bytes) -> float | None:
    if len(data) not in (4, 8):
        return None
    (value,) = struct.unpack(">f" if len(data) == 4 else ">d", data)
    return float(value)
