"""An MP4 in fragments, entered in its middle: the fragment in which a frame lies, by few looks.

A table tells it: `sidx` before the sound, `mfra` behind it. Without one a place is guessed by the
bytes that a tick takes, and the next head of a fragment there tells its own time. What a table
says is believed only where such a fragment stands there.
"""

import struct
from bisect import bisect_right
from dataclasses import dataclass
from typing import BinaryIO

from s3audio_tui.audio.boxes import (
    Box,
    Fragment,
    Segment,
    Track,
    access,
    access_bytes,
    boxes,
    fragments_in,
    segments,
    sound_track,
    without_samples,
)
from s3audio_tui.audio.spliced import spliced

_WINDOW_BYTES = 64 * 1024
_OVERLAP_BYTES = 1024
"""The start of a head, up to its time, is shorter."""
_MOST_HEAD_BYTES = 4 * 1024**2
"""An index with a picture in it."""
_MOST_TABLE_BYTES = 256 * 1024
"""A larger table is not read: some guesses are less."""
_MOST_SCAN_BYTES = 2 * 1024**2
"""Fragments that are longer are gone through from head to head."""
_MOST_BOXES = 64
_LOOKS = 24
_GUESSES = 6
"""Guesses that go wrong are followed by halving."""
_BEFORE_S = 0.25
"""What a decoder needs before a place, to be right there."""


@dataclass(frozen=True, slots=True)
class _Index:
    """All bytes up to the end of the index, and what they say."""

    data: bytes
    moov: Box
    track: Track


def fragments_of(file: BinaryIO, size_bytes: int) -> "Fragments | None":
    """Return the fragments of a file; None where it has none, or they do not tell their time."""
    index = _index(file, size_bytes)
    if index is None:
        return None
    found = Fragments(file, index, size_bytes)
    return found if found.first is not None else None


def _index(file: BinaryIO, size_bytes: int) -> _Index | None:
    at = 0
    for _ in range(_MOST_BOXES):
        box = _box(file, at, size_bytes)
        if box is None or box.name in (b"moof", b"mdat") or box.end > _MOST_HEAD_BYTES:
            return None
        if box.name == b"moov":
            file.seek(0)
            data = file.read(box.end)
            track = sound_track(data, box)
            return None if track is None else _Index(data, box, track)
        at = box.end
    return None


def _box(file: BinaryIO, at: int, size_bytes: int) -> Box | None:
    if at >= size_bytes:
        return None
    file.seek(at)
    box = next(boxes(file.read(16)), None)
    return box and Box(box.name, at, at + box.body, at + box.end)


class Fragments:
    """Looks for a fragment in a file; what it has seen of tables it keeps."""

    def __init__(self, file: BinaryIO, index: _Index, size_bytes: int) -> None:
        self._file, self._index, self._size_bytes = file, index, size_bytes
        self._segments: list[Segment] = []
        self.first = self._first()

    def from_frame(self, frame: int, rate_hz: int) -> BinaryIO | None:
        """Return the file as if the fragments before a frame were not there.

        All else stays where it is. None where the frame is not in a fragment.
        """
        scale = self._index.track.scale
        found = self._fragment(max(0, frame * scale // rate_hz - int(_BEFORE_S * scale)))
        return None if found is None else self._without(found.at)

    def _without(self, at: int) -> BinaryIO:
        """Return the file with one empty box in place of what is between the index and `at`.

        So the places that fragments tell stay right, from wherever they are counted.
        """
        data = without_samples(self._index.data, self._index.moov)
        gap = at - len(data)
        if gap >= 16:
            data += struct.pack(">I4sQ", 1, b"free", gap)
        elif gap >= 8:
            data += struct.pack(">I4s", gap, b"free")
        return spliced(data, self._file, len(data), self._size_bytes)

    def _fragment(self, ticks: int) -> Fragment | None:
        """Return the one in which a tick lies, or one before it."""
        first = self.first
        if first is None or ticks < first.ticks:
            return None
        if self._has(first, ticks):
            return first
        segment, high = self._told(ticks)
        low = self._seen(segment.at, min(high.at, segment.at + _WINDOW_BYTES)) if segment else None
        if low is None or not first.ticks <= low.ticks <= ticks:
            low, high = first, Segment(self._size_bytes, 0)
        return self._guessed(low, high, ticks)

    def _first(self) -> Fragment | None:
        """Return the first fragment; take note of a table before it."""
        at = self._index.moov.end
        for _ in range(_MOST_BOXES):
            box = _box(self._file, at, self._size_bytes)
            if box is None:
                return None
            if box.name == b"moof":
                return self._seen(at, at + _WINDOW_BYTES)
            if box.name == b"sidx" and box.end - at <= _MOST_TABLE_BYTES and not self._segments:
                data = self._read(at, box.end - at)
                table = next(boxes(data), None)
                self._segments = segments(data, table, self._index.track, at) if table else []
            at = box.end
        return None

    def _has(self, fragment: Fragment, ticks: int) -> bool:
        ends = fragment.ticks + fragment.length
        return ticks < ends or self._behind(fragment) >= self._size_bytes

    def _told(self, ticks: int) -> tuple[Segment | None, Segment]:
        """Return what a table says of a tick, and of what follows, which may be the end."""
        known = self._segments
        if not known or ticks >= known[-1].ticks + known[-1].length:
            known = self._at_end() or known
        known = sorted(known, key=_ticks)
        number = bisect_right(known, ticks, key=_ticks)
        after = known[number] if number < len(known) else Segment(self._size_bytes, 0)
        return (known[number - 1] if number else None), after

    def _at_end(self) -> list[Segment]:
        tail = self._read(max(0, self._size_bytes - _WINDOW_BYTES), _WINDOW_BYTES)
        length = access_bytes(tail)
        if not 0 < length <= min(_MOST_TABLE_BYTES, self._size_bytes):
            return []
        if length > len(tail):
            tail = self._read(self._size_bytes - length, length)
        return access(tail[-length:], self._index.track)

    def _guessed(self, low: Fragment, high: Segment, ticks: int) -> Fragment:
        """Return the fragment between two places, of which the lower one begins early enough."""
        walks = False
        for number in range(_LOOKS):
            begin = self._behind(low)
            if begin >= high.at or self._has(low, ticks):
                return low
            walks = walks or begin - low.at > _MOST_SCAN_BYTES
            halves = number >= _GUESSES
            at = begin if walks else self._place(low, begin, high, ticks, halves=halves)
            found = self._seen(at, min(high.at, at + _MOST_SCAN_BYTES))
            if found is not None and found.at < high.at:
                if found.ticks <= ticks:
                    low = found
                else:
                    high = Segment(found.at, found.ticks)
            elif at == begin:
                return low
            elif high.at - at > _MOST_SCAN_BYTES:
                walks = True
            else:
                high = Segment(at, 0)
        return low

    def _place(self, low: Fragment, begin: int, high: Segment, ticks: int, *, halves: bool) -> int:
        """Return where the fragment of a tick may begin, at `begin` or behind it."""
        ends, start = low.ticks + low.length, self.first or low
        if halves:
            behind = (high.at - begin) / 2
        elif high.ticks > ends:
            behind = (high.at - begin) * (ticks - ends) / (high.ticks - ends)
        else:
            behind = (begin - start.at) * (ticks - ends) / max(1, ends - start.ticks)
        size = begin - low.at
        if behind <= size:
            return begin
        return min(begin + int(behind) - size // 2, max(begin, high.at - _WINDOW_BYTES))

    def _seen(self, at: int, upto: int) -> Fragment | None:
        """Return the first fragment whose head begins between two places."""
        while at < min(upto, self._size_bytes):
            data = self._read(at, _WINDOW_BYTES)
            found = next(fragments_in(data, self._index.track, at), None)
            if found is not None:
                return found
            at += _WINDOW_BYTES - _OVERLAP_BYTES
        return None

    def _behind(self, fragment: Fragment) -> int:
        """Return where a fragment ends, with the sound that follows its head."""
        box = _box(self._file, fragment.end, self._size_bytes)
        return box.end if box is not None and box.name == b"mdat" else fragment.end

    def _read(self, at: int, length: int) -> bytes:
        if at >= self._size_bytes:
            return b""
        self._file.seek(at)
        return self._file.read(length)


def _ticks(segment: Segment) -> int:
    return segment.ticks
