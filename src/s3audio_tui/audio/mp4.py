"""What tinytag leaves out of an MP4: where its index ends, and how long fragments are together.

A file that was written fragment by fragment has no length in its index; its last fragment says when
it begins (ISO 14496-12). A reader that walks through all of them would ask for each.
"""

import struct
from collections.abc import Iterator

from s3audio_tui.audio.frames import ReadWindow

_TAILS = (64 * 1024, 256 * 1024, 1024 * 1024)
"""So much of the end is read for the last fragment."""

_OFFSET, _FIRST_FLAGS, _DURATION = 1, 4, 0x100
_EACH = (0x100, 0x200, 0x400, 0x800)
"""Flags of a run: what is there once, and for each sample, four bytes each."""

_BASE, _DESCRIPTION, _LENGTH = 1, 2, 8
"""Flags of a fragment's header: what stands before the usual length of a sample, and that."""


def index_end(head: bytes) -> int | None:
    """Return where the index ends, if it begins in the first bytes."""
    for name, at, size in _boxes(head, 0):
        if name == b"moov":
            return at + size
    return None


def fragments_s(head: bytes, read: ReadWindow, size_bytes: int) -> float | None:
    """Return when the last fragment of the one track ends, None where that cannot be told."""
    at = head.find(b"mdhd")
    if at < 0 or head.count(b"mdhd") > 1 or at + 24 > len(head):
        return None
    (scale,) = struct.unpack_from(">I", head, at + (24 if head[at + 4] else 16))
    for length in _TAILS if scale else ():
        data = read(max(0, size_bytes - length), min(length, size_bytes))
        if (begin := _last_fragment(data)) is not None:
            ticks = _end_of(data[begin:])
            return None if ticks is None else ticks / scale
    return None


def _boxes(data: bytes, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the names, places and sizes of boxes that lie behind each other."""
    while at + 16 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        if size < 8:
            return
        yield name, at, size
        at += size


def _last_fragment(data: bytes) -> int | None:
    """Return where its header begins; the same letters amid sound are none."""
    at = len(data)
    while (at := data.rfind(b"moof", 4, at)) >= 0:
        if data[at + 8 : at + 12] == b"mfhd":
            return at - 4
    return None


def _end_of(data: bytes) -> int | None:
    at = data.find(b"tfdt")
    if at < 0 or at + 16 > len(data):
        return None
    (begins,) = struct.unpack_from(">Q" if data[at + 4] else ">I", data, at + 8)
    return int(begins) + _run(data, _usual(data))


def _usual(data: bytes) -> int:
    """Return how long a sample of the fragment is, if nothing else is said of it."""
    at = data.find(b"tfhd")
    flags = int.from_bytes(data[at + 5 : at + 8], "big") if at >= 0 else 0
    place = at + 12 + 8 * bool(flags & _BASE) + 4 * bool(flags & _DESCRIPTION)
    return int.from_bytes(data[place : place + 4], "big") if flags & _LENGTH else 0


def _run(data: bytes, usual: int) -> int:
    """Return how long the samples of the first run are."""
    at = data.find(b"trun")
    if at < 0 or at + 12 > len(data):
        return 0
    flags, count = struct.unpack_from(">II", data, at + 4)
    each = 4 * sum(bool(flags & flag) for flag in _EACH)
    if not flags & _DURATION:
        return int(usual * count)
    at += 12 + 4 * bool(flags & _OFFSET) + 4 * bool(flags & _FIRST_FLAGS)
    places = range(at, min(at + count * each, len(data) - 3), each)
    return sum(int.from_bytes(data[place : place + 4], "big") for place in places)
