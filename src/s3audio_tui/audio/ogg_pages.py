"""Pages of an Ogg, found in the middle of it, by RFC 3533: where they begin, and at which frame."""

from collections.abc import Iterator
from typing import BinaryIO

from s3audio_tui.audio.entering import Entry, Wanted, nearest

_MARK = b"OggS"
_HEAD_BYTES = 27
_MOST_HEAD_BYTES = 1024**2
"""Comments, with a picture, stand before the sound."""
_END_BYTES = 64 * 1024
_BEFORE_S = 0.25
"""What a decoder needs before a place, to be right there: Opus asks for 80 ms."""
_NEAR_S = 1.0


def into_ogg(
    file: BinaryIO, wanted: Wanted, rate_hz: int, starts_at: int
) -> tuple[bytes, Entry] | None:
    """Return the pages before the sound, and an entry a little before a frame of it.

    None where it is not one sound from start to end, or where the frame is near its start.
    `starts_at` is the time of its first frame, in frames, as Ogg counts them.
    """
    file.seek(0)
    data = file.read(_END_BYTES)
    stream, begun = data[14:18], _sound_begins(file, data)
    if begun is None:
        return None
    file.seek(max(begun, wanted.size_bytes - _END_BYTES))
    ends = [granule for _, _, granule in _pages(file.read(_END_BYTES), stream)]

    def look(data: bytes, at: int) -> Iterator[Entry]:
        for _, end, granule in _pages(data, stream):
            yield Entry(at + end, granule)

    frame = starts_at + wanted.first - int(_BEFORE_S * rate_hz)
    low = Entry(begun, starts_at)
    if not ends or not low.frame < frame < ends[-1]:
        return None
    high = Entry(wanted.size_bytes, ends[-1])
    entry = nearest(file, look, low, high, frame, int(_NEAR_S * rate_hz))
    if entry is low:
        return None
    file.seek(0)
    return file.read(begun), entry


def _sound_begins(file: BinaryIO, data: bytes) -> int | None:
    """Return where the first page lies in which a packet of sound ends."""
    stream, at = data[14:18], 0
    while at + _HEAD_BYTES <= _MOST_HEAD_BYTES:
        file.seek(at)
        page = file.read(_HEAD_BYTES + 255)
        if len(page) < _HEAD_BYTES or page[:4] != _MARK or page[14:18] != stream:
            return None
        if int.from_bytes(page[6:14], "little", signed=True) > 0:
            return at
        at += _page_bytes(page, 0)
    return None


def _pages(data: bytes, stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield begin, end and last frame of the pages of a stream, where a packet ends in them."""
    at = -1
    while (at := data.find(_MARK, at + 1)) >= 0:
        if len(data) < at + _HEAD_BYTES:
            return
        end = at + _page_bytes(data, at)
        follows = data[end : end + 4]
        granule = int.from_bytes(data[at + 6 : at + 14], "little", signed=True)
        if data[at + 14 : at + 18] == stream and _MARK.startswith(follows) and granule > 0:
            yield at, end, granule


def _page_bytes(data: bytes, at: int) -> int:
    count = data[at + 26]
    return _HEAD_BYTES + count + sum(data[at + _HEAD_BYTES : at + _HEAD_BYTES + count])
