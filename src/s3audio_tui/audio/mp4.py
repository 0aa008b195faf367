"""What tinytag leaves out of an MP4: where its index ends, and how long fragments are together.

A file that was written fragment by fragment need not have a length in its index. Then a table of
the fragments tells it, or the last one, which says when it begins. A reader that walks through all
of them would ask for each.
"""

from s3audio_tui.audio.boxes import (
    Box,
    Fragment,
    Track,
    access,
    access_bytes,
    boxes,
    fragment_of,
    last_fragment,
    said_s,
    segments,
    sound_track,
)
from s3audio_tui.audio.frames import ReadWindow
from s3audio_tui.audio.guarded import GuardedFile

_TAILS = (64 * 1024, 256 * 1024, 1024 * 1024)
"""So much of the end is read for the last fragment."""
_MOST_BOXES = 256
_MOST_INDEX_BYTES = 4 * 1024**2
_MOST_TABLE_BYTES = 1024**2
_SHORT_TABLE_BYTES = 256
"""A table of one fragment."""
_WINDOW_BYTES = 64 * 1024


def index_end(head: bytes) -> int | None:
    """Return where the index ends, if it begins in the first bytes."""
    moov = _index(head)
    return moov.end if moov else None


def goes_on(head: bytes, file: GuardedFile) -> bool:
    """Say whether an index may go on in fragments, by no more than the names of its boxes.

    The index of a long file without any is larger than what else is read of it.
    """
    moov = _index(head)
    at = moov.body if moov else 0
    for _ in range(_MOST_BOXES):
        if moov is None or at + 8 > moov.end:
            return False
        file.seek(at)
        box = next(boxes(file.read(16)), None)
        if box is None or box.name == b"mvex":
            break
        at += box.end
    return True


def fragments_s(head: bytes, read: ReadWindow, size_bytes: int) -> tuple[float, bool] | None:
    """Return how long the fragments of the sound are, and whether their length is told.

    None where they are not, or where there are none.
    """
    moov = _index(head)
    if moov is not None and len(head) < moov.end <= _MOST_INDEX_BYTES:
        head = read(0, moov.end + _WINDOW_BYTES)
    track = sound_track(head, moov) if moov else None
    if moov is None or track is None:
        return None
    told = said_s(head, moov)
    if told is None and (ticks := _table_ticks(head, moov, track, size_bytes)) is not None:
        told = ticks / track.scale
    if told is not None:
        return told, True
    last = _only(head, moov, track, read, size_bytes) or _last(track, read, size_bytes)
    ticks = last.ticks + last.length if last else 0
    return (ticks / track.scale, False) if ticks else None


def _index(head: bytes) -> Box | None:
    return next((box for box in boxes(head) if box.name == b"moov"), None)


def _table_ticks(head: bytes, moov: Box, track: Track, size_bytes: int) -> int | None:
    """Return the last tick by the table before the sound, if it goes up to the end of the file."""
    sidx = next((box for box in boxes(head, moov.end) if box.name == b"sidx"), None)
    known = segments(head, sidx, track) if sidx else []
    if len(known) < 2 or not known[-1].end <= size_bytes <= known[-1].end + _MOST_TABLE_BYTES:
        return None
    return known[-1].ticks + known[-1].length


def _last(track: Track, read: ReadWindow, size_bytes: int) -> Fragment | None:
    for length in _TAILS:
        begin = max(0, size_bytes - length)
        data = read(begin, size_bytes - begin)
        found = last_fragment(data, track) or _by_table(data, track, read, size_bytes)
        if found is not None:
            return found
        if not begin:
            break
    return None


def _by_table(tail: bytes, track: Track, read: ReadWindow, size_bytes: int) -> Fragment | None:
    """Return the last fragment by the table of places with which the file ends."""
    length = access_bytes(tail)
    if not 0 < length <= min(_MOST_TABLE_BYTES, size_bytes):
        return None
    if length > len(tail):
        tail = read(size_bytes - length, length)
    known = access(tail[-length:], track)
    return fragment_of(read(known[-1].at, _WINDOW_BYTES), 0, track) if known else None


def _only(
    head: bytes, moov: Box, track: Track, read: ReadWindow, size_bytes: int
) -> Fragment | None:
    """Return the first fragment, if it goes up to the end of the file, but for a table."""
    moof = next((box for box in boxes(head, moov.end) if box.name == b"moof"), None)
    if moof is None or moof.end >= size_bytes:
        return None
    after = head[moof.end : moof.end + 16]
    mdat = next(boxes(after if len(after) == 16 else read(moof.end, 16)), None)
    if mdat is None or moof.end + mdat.end + _SHORT_TABLE_BYTES < size_bytes:
        return None
    return fragment_of(read(moof.at, min(moof.end - moof.at, _MOST_INDEX_BYTES)), 0, track)
