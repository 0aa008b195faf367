"""Boxes of an MP4 (ISO 14496-12), read out of some of its bytes, whatever these may hold.

What its index says of the sound, what a fragment says of itself, and tables of fragments.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_MOST_BOXES = 256
"""So many are looked at in one place."""
_MOST_HEADS = 256
_MOST_UNTOLD = 8
"""So many heads that do not tell their time are looked into: they may share what they hold."""
_MOST_PARTS = 32
"""A fragment has one part (`traf`) a track."""
_MOST_FIRST = 16
"""A part begins with its track and its time."""

_BASE, _DESCRIPTION, _LENGTH = 1, 2, 8
"""Flags of a fragment's header: what stands before the usual length of a sample, and that."""

_OFFSET, _FIRST_FLAGS, _DURATION = 1, 4, 0x100
_EACH = (0x100, 0x200, 0x400, 0x800)
"""Flags of a run: what is there once, and for each sample, four bytes each."""

_COUNTED = {b"stts": 4, b"ctts": 4, b"stsc": 4, b"stco": 4, b"co64": 4, b"stss": 4, b"stsz": 8}
"""Where the tables of samples have the number of their entries."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: where it begins, where what it holds begins, and where it ends."""

    name: bytes
    at: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Track:
    """The track of sound: its number, its ticks a second, the usual ticks of a sample."""

    number: int
    scale: int
    usual: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """Where a fragment begins, and where its head ends; its first tick, and how many it has."""

    at: int
    end: int
    ticks: int
    length: int


@dataclass(frozen=True, slots=True)
class Segment:
    """What a table says of some fragments: where they begin and end, and their first tick.

    A place where they end, and how many ticks they have, is 0 where it does not tell.
    """

    at: int
    ticks: int
    length: int = 0
    end: int = 0


def boxes(data: bytes, at: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes that lie behind each other; the last may end behind the bytes."""
    end = len(data) if end is None else min(end, len(data))
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        size, name = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1:
            size, body = _number(data, body, 8), at + 16
        if size < body - at:
            return
        yield Box(name, at, body, at + size)
        at += size


def first_box(data: bytes, within: Box, *names: bytes) -> Box | None:
    """Return the first box of a name in another one; with more names, the one within that."""
    found: Box | None = within
    for name in names:
        if found is None:
            return None
        inside = boxes(data, found.body, found.end)
        found = next((box for box in inside if box.name == name), None)
    return found


def sound_track(data: bytes, moov: Box) -> Track | None:
    """Return the track of sound of an index that goes on in fragments; None where it does not."""
    mvex = first_box(data, moov, b"mvex")
    if mvex is None:
        return None
    for trak in boxes(data, moov.body, moov.end):
        head, kind = first_box(data, trak, b"tkhd"), first_box(data, trak, b"mdia", b"hdlr")
        media = first_box(data, trak, b"mdia", b"mdhd")
        if trak.name != b"trak" or not (head and kind and media):
            continue
        if data[kind.body + 8 : kind.body + 12] == b"soun":
            number = _number(data, head.body + (20 if _version(data, head) else 12), 4)
            scale = _number(data, media.body + (20 if _version(data, media) else 12), 4)
            return Track(number, scale, _usual(data, mvex, number)) if scale else None
    return None


def said_s(data: bytes, moov: Box) -> float | None:
    """Return how long all fragments are together, if the index says it."""
    mehd, head = first_box(data, moov, b"mvex", b"mehd"), first_box(data, moov, b"mvhd")
    if mehd is None or head is None:
        return None
    scale = _number(data, head.body + (20 if _version(data, head) else 12), 4)
    ticks = _number(data, mehd.body + 4, 8 if _version(data, mehd) else 4)
    return ticks / scale if scale and ticks else None


def without_samples(data: bytes, moov: Box) -> bytes:
    """Return the bytes with an index that tells of no sample."""
    made = bytearray(data)
    for trak in boxes(data, moov.body, moov.end):
        table = first_box(data, trak, b"mdia", b"minf", b"stbl") if trak.name == b"trak" else None
        for box in boxes(data, table.body, table.end) if table else ():
            at = box.body + _COUNTED.get(box.name, len(data))
            if at + 4 <= min(box.end, len(data)):
                made[at : at + 4] = bytes(4)
    return bytes(made)


def fragment_of(data: bytes, at: int, track: Track, shift: int = 0) -> Fragment | None:
    """Return the fragment whose head begins at `at`; its places are moved by `shift`.

    Where its head goes on behind the bytes, what is there of it counts for all.
    """
    moof = _head(data, at)
    return _told(data, moof, track, shift) if moof else None


def fragments_in(data: bytes, track: Track, shift: int = 0) -> Iterator[Fragment]:
    """Yield the fragments whose heads are found anywhere in the bytes."""
    at, untold = 3, 0
    for _ in range(_MOST_HEADS):
        if (at := data.find(b"moof", at + 1)) < 0 or untold == _MOST_UNTOLD:
            return
        moof = _head(data, at - 4)
        found = _told(data, moof, track, shift) if moof else None
        if found is not None:
            yield found
        else:
            untold += moof is not None


def last_fragment(data: bytes, track: Track) -> Fragment | None:
    """Return the last one whose head is found; the same letters amid sound are none."""
    at, untold = len(data), 0
    for _ in range(_MOST_HEADS):
        if (at := data.rfind(b"moof", 4, at)) < 0 or untold == _MOST_UNTOLD:
            return None
        moof = _head(data, at - 4)
        found = _told(data, moof, track) if moof else None
        if found is not None:
            return found
        untold += moof is not None
    return None


def _head(data: bytes, at: int) -> Box | None:
    moof = next(boxes(data, at), None)
    if moof is None or moof.name != b"moof" or data[moof.body + 4 : moof.body + 8] != b"mfhd":
        return None
    return moof


def _told(data: bytes, moof: Box, track: Track, shift: int = 0) -> Fragment | None:
    parts = (box for box in boxes(data, moof.body, moof.end) if box.name == b"traf")
    for traf in islice(parts, _MOST_PARTS):
        first = {box.name: box for box in islice(boxes(data, traf.body, traf.end), _MOST_FIRST)}
        head, time = first.get(b"tfhd"), first.get(b"tfdt")
        if head and time and _number(data, head.body + 4, 4) == track.number:
            ticks = _number(data, time.body + 4, 8 if _version(data, time) else 4)
            length = _length(data, traf, _usual_of(data, head, track))
            return Fragment(moof.at + shift, moof.end + shift, ticks, length)
    return None


def segments(data: bytes, sidx: Box, track: Track, shift: int = 0) -> list[Segment]:
    """Return what a `sidx` tells; nothing where it is cut off, or tells of other tables."""
    wide = 8 if _version(data, sidx) else 4
    scale = _number(data, sidx.body + 8, 4)
    ticks = _number(data, sidx.body + 12, wide)
    at = sidx.end + _number(data, sidx.body + 12 + wide, wide)
    first = sidx.body + 16 + 2 * wide
    count = _number(data, first - 2, 2)
    if not scale or first + 12 * count > min(sidx.end, len(data)):
        return []
    found = []
    for size, length, _ in struct.iter_unpack(">III", data[first : first + 12 * count]):
        if size >> 31:
            return []
        begins, ends = (each * track.scale // scale for each in (ticks, ticks + length))
        found.append(Segment(at + shift, begins, ends - begins, at + size + shift))
        at, ticks = at + size, ticks + length
    return found


def access_bytes(tail: bytes) -> int:
    """Return how long the table of places is with which a file ends, 0 where it has none."""
    return _number(tail, len(tail) - 4, 4) if tail[-12:-8] == b"mfro" else 0


def access(data: bytes, track: Track) -> list[Segment]:
    """Return what such a table (`mfra`) tells of the track."""
    mfra = next(boxes(data), None)
    if mfra is None or mfra.name != b"mfra":
        return []
    for box in boxes(data, mfra.body, mfra.end):
        if box.name == b"tfra" and _number(data, box.body + 4, 4) == track.number:
            wide = 8 if _version(data, box) else 4
            lengths = data[box.body + 11 : box.body + 12] or b"\0"
            each = 2 * wide + sum((lengths[0] >> shift & 3) + 1 for shift in (0, 2, 4))
            first = box.body + 16
            count = min(
                _number(data, first - 4, 4), max(0, min(box.end, len(data)) - first) // each
            )
            places = range(first, first + count * each, each)
            return [Segment(_number(data, p + wide, wide), _number(data, p, wide)) for p in places]
    return []


def _usual(data: bytes, mvex: Box, number: int) -> int:
    for box in boxes(data, mvex.body, mvex.end):
        if box.name == b"trex" and _number(data, box.body + 4, 4) == number:
            return _number(data, box.body + 12, 4)
    return 0


def _usual_of(data: bytes, head: Box, track: Track) -> int:
    flags = _number(data, head.body + 1, 3)
    at = head.body + 8 + 8 * bool(flags & _BASE) + 4 * bool(flags & _DESCRIPTION)
    return _number(data, at, 4) if flags & _LENGTH else track.usual


def _length(data: bytes, traf: Box, usual: int) -> int:
    runs = (box for box in boxes(data, traf.body, traf.end) if box.name == b"trun")
    return sum(_run(data, box, usual) for box in runs)


def _run(data: bytes, trun: Box, usual: int) -> int:
    flags, count = _number(data, trun.body + 1, 3), _number(data, trun.body + 4, 4)
    if not flags & _DURATION:
        return usual * count
    each = 4 * sum(bool(flags & flag) for flag in _EACH)
    first = trun.body + 8 + 4 * bool(flags & _OFFSET) + 4 * bool(flags & _FIRST_FLAGS)
    room = max(0, min(trun.end, len(data)) - first) // each
    there = range(first, first + min(count, room) * each, each)
    length = sum(_number(data, at, 4) for at in there)
    return length * count // len(there) if there else 0


def _version(data: bytes, box: Box) -> int:
    return _number(data, box.body, 1)


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")
