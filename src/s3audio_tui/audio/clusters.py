"""Clusters of a WebM without a table of places, as browsers record it: where they begin, and when.

By RFC 9559: each begins with its time, in units of mostly a millisecond.
"""

from collections.abc import Iterator
from typing import BinaryIO

from s3audio_tui.audio.entering import Entry, Look, Wanted, nearest

_CLUSTER = bytes.fromhex("1f43b675")
_CUES = bytes.fromhex("1c53bb6b")
_SCALE = bytes.fromhex("2ad7b183")
"""With the length of its value, three bytes."""
_TIME = 0xE7
_HEAD_BYTES = 64 * 1024
_TAILS = (64 * 1024, 256 * 1024, 1024**2)
_BEFORE_S = 0.25
"""What a decoder needs before a place, to be right there."""
_NEAR_S = 6.0


def into_webm(file: BinaryIO, wanted: Wanted, rate_hz: int) -> tuple[bytes, Entry] | None:
    """Return what is before the sound, and an entry before a frame of it.

    None where it has a table, by which FFmpeg finds the place, or where there is nothing to find.
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    begun = head.find(_CLUSTER)
    if begun < 0 or _CUES in head[:begun]:
        return None
    scale = head.find(_SCALE, 0, begun) + len(_SCALE)
    unit_ns = int.from_bytes(head[scale : scale + 3], "big") if scale >= len(_SCALE) else 10**6

    def look(data: bytes, at: int) -> Iterator[Entry]:
        for offset, time in _clusters(data):
            yield Entry(at + offset, time * unit_ns * rate_hz // 10**9)

    last = _last(file, look, wanted.size_bytes)
    frame = wanted.first - int(_BEFORE_S * rate_hz)
    if last is None or frame <= 0:
        return None
    low = Entry(begun, 0)
    entry = last
    if frame < last.frame:
        entry = nearest(file, look, low, last, frame, int(_NEAR_S * rate_hz))
        if entry is low:
            return None
    return head[:begun], entry


def _last(file: BinaryIO, look: Look, size_bytes: int) -> Entry | None:
    """Return the last cluster; None where a table stands behind it."""
    for tail in _TAILS:
        at = max(0, size_bytes - tail)
        file.seek(at)
        data = file.read(tail)
        if _CUES in data:
            return None
        found = list(look(data, at))
        if found:
            return found[-1]
    return None


def _clusters(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where clusters begin, and their time."""
    at = -1
    while (at := data.find(_CLUSTER, at + 1)) >= 0:
        size_at = at + len(_CLUSTER)
        if len(data) < size_at + 18:
            return
        time_at = size_at + 9 - data[size_at].bit_length()
        length = data[time_at + 1] & 0x7F
        if data[time_at] == _TIME and data[time_at + 1] & 0x80 and 1 <= length <= 8:
            yield at, int.from_bytes(data[time_at + 2 : time_at + 2 + length], "big")
