"""Where a time lies in a sound of bare frames, which tell no time: MP3, and AAC in ADTS.

With one bit rate the place of a frame is computed, and right to a frame. Xing's table knows it to a
256th of the sound. Else the mean must do: it is off by as much as the sound is packed unevenly. So
the decoder gets the right bytes, but who reads the place on a clock may read a wrong one.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from s3audio_tui.audio.entering import Entry, Wanted
from s3audio_tui.audio.formats import id3_bytes
from s3audio_tui.audio.frames import Frame, Parse, first_frame, mp3_frame

_WINDOW_BYTES = 64 * 1024
_EXACT_BYTES = 256 * 1024
"""So much is rather decoded from the start, which is exact."""
_SYNC_BYTES = 16 * 1024
_BEFORE_S = 0.25
"""What a decoder needs before a place, to be right there: an MP3 borrows bits of frames before."""
_SIDE_BYTES = {(1152, 2): 32, (1152, 1): 17, (576, 2): 17, (576, 1): 9}
_DECODER_DELAY = 529
_KBPS_STEP = 8
_LEAST_BYTES, _MOST_BYTES = 7, 8191
"""Of a frame of AAC; those of an MP3 are within. A length by which others follow lies."""


@dataclass(frozen=True, slots=True)
class _Table:
    """What Xing's header says: frames, bytes, where each hundredth lies, what to leave out."""

    frames: int
    size_bytes: int
    places: bytes
    is_even: bool
    skipped: int

    def at(self, packet: int) -> float | None:
        """Return how far behind its own start a packet lies, None where it cannot tell."""
        if len(self.places) < 100 or not self.frames or not self.size_bytes:
            return None
        place = min(99.99, 100 * packet / self.frames)
        low, ends = int(place), (*self.places, 256)
        share: float = (ends[low] + (ends[low + 1] - ends[low]) * (place - low)) / 256
        return share * self.size_bytes


def entry_at(file: BinaryIO, parse: Parse, wanted: Wanted, rate_hz: int) -> Entry | None:
    """Return an entry a little before a frame, or all there is; None where there is none.

    `rate_hz` is the decoder's, which may be twice that of the frames.
    """
    file.seek(0)
    start = id3_bytes(file.read(10))
    file.seek(start)
    data = file.read(_WINDOW_BYTES)
    begun = first_frame(parse, data, 0)
    if begun is None:
        return None
    offset, kind = begun
    start, data = start + offset, data[offset:]
    table = _table(data, kind) if parse is mp3_frame else None
    skipped = table.skipped if table else 0
    frame = wanted.first * kind.rate_hz / rate_hz
    packet = int((frame + skipped - _BEFORE_S * kind.rate_hz) // kind.samples)
    if packet <= 0:
        return Entry(0, 0)
    behind = table.at(packet) if table and not table.is_even else None
    if behind is None:
        first = kind.size_bytes if table else 0
        size_bytes = wanted.size_bytes - start
        behind = first + packet * _each(data[first:], parse, kind, size_bytes, wanted.length_s)
    if behind < _EXACT_BYTES:
        return Entry(0, 0)
    at = _synced(file, parse, kind, start + round(min(behind, wanted.size_bytes)))
    begun_at = (packet * kind.samples - skipped) * rate_hz // kind.rate_hz
    return None if at is None else Entry(at, begun_at)


def _each(data: bytes, parse: Parse, kind: Frame, size_bytes: int, length_s: float | None) -> float:
    """Return the mean size of a frame: exact for an MP3 of one bit rate."""
    sizes, at = [], 0
    while (frame := parse(data, at)) is not None and frame.kind == kind.kind:
        sizes.append(frame.size_bytes)
        at += frame.size_bytes
    mean = sum(sizes) / max(1, len(sizes)) or kind.size_bytes
    if parse is mp3_frame and sizes and max(sizes) - min(sizes) <= 1:
        bits = mean * 8 / kind.duration_s / 1000
        kbps = _KBPS_STEP * max(1, round(bits / _KBPS_STEP))
        return kbps * 125 * kind.duration_s
    told = size_bytes / (length_s / kind.duration_s) if length_s else 0.0
    return told if _LEAST_BYTES <= told <= _MOST_BYTES else mean


def _table(data: bytes, kind: Frame) -> _Table | None:
    at = 4 + _SIDE_BYTES[kind.samples, kind.channels or 2]
    name = data[at : at + 4]
    if name not in (b"Xing", b"Info") or len(data) < at + 160:
        return None
    (flags,) = struct.unpack_from(">I", data, at + 4)
    at += 8
    numbers = [0, 0]
    for bit in (0, 1):
        if flags >> bit & 1:
            (numbers[bit],) = struct.unpack_from(">I", data, at)
            at += 4
    places = data[at : at + 100] if flags & 4 else b""
    at += len(places) + (4 if flags & 8 else 0)
    delay = int.from_bytes(data[at + 21 : at + 24], "big") >> 12
    known = data[at : at + 4] in (b"LAME", b"Lavf", b"Lavc")
    skipped = delay + _DECODER_DELAY if known else 0
    return _Table(numbers[0], numbers[1], places, name == b"Info", skipped)


def _synced(file: BinaryIO, parse: Parse, kind: Frame, at: int) -> int | None:
    """Return where the first frame begins from a byte before `at` on, that another follows."""
    begin = max(0, at - 2)
    file.seek(begin)
    data, offset = file.read(_SYNC_BYTES), -1
    while (offset := data.find(b"\xff", offset + 1)) >= 0:
        frame = parse(data, offset)
        if frame is None or frame.kind != kind.kind:
            continue
        after = parse(data, offset + frame.size_bytes)
        if after is not None and after.kind == kind.kind:
            return begin + offset
    return None
