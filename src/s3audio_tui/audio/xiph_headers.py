"""What the headers of FLAC and Ogg (Vorbis, Opus, FLAC) say, and their comments.

Sources: RFC 9639 (FLAC), RFC 3533 (Ogg), RFC 7845 (Opus), and Xiph's Vorbis I, 4.2 and 5.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace

from s3audio_tui.audio.formats import Format, id3_bytes
from s3audio_tui.audio.guarded import GuardedFile
from s3audio_tui.audio.sound_info import SoundInfo, UnreadableError

_MOST_BLOCKS = 1000
_COMMENTS = 4
"""The type of FLAC's block of comments."""
_INFO_BYTES = 34
_MOST_COMMENT_BYTES = 64 * 1024
"""Behind the texts a picture may stand."""
_MOST_COMMENTS = 1000
_PAGE_BYTES = 27
_MOST_PAGES = 64
_TAILS = (64 * 1024, 256 * 1024)
"""So much of the end is read for the last page."""
_OPUS_RATE_HZ = 48_000
_OPUS_FRAMES = (480, 960, 1920, 2880) * 3 + (480, 960) * 2 + (120, 240, 480, 960) * 4
"""The samples of a frame, by the first five bits of its packet (RFC 6716, 3.1)."""

_Pages = Iterator[tuple[int, list[bytes]]]
"""The places of the last frames that end in pages, and the packets that do."""

_NAMES = ("title", "artist", "album", "date", "genre", "tracknumber", "copyright", "license")
_NAMED = {name: name for name in (*_NAMES, "comment")}
_NAMED |= {"description": "comment", "encoder": "software"}


def read_flac(file: GuardedFile, kind: Format, head: bytes) -> SoundInfo:
    """Return what a FLAC says. Raises `UnreadableError`."""
    at = id3_bytes(head)
    data = _read(file, at, 8 + _INFO_BYTES)
    if data[:4] != b"fLaC" or len(data) < 8 + _INFO_BYTES or data[4] & 0x7F:
        raise UnreadableError("it says nothing of its sound")
    comments, last = b"", data[4] >> 7
    at += 8 + int.from_bytes(data[5:8], "big")
    for _ in range(_MOST_BLOCKS):
        block = b"" if last else _read(file, at, 4)
        if len(block) < 4:
            break
        last, size = block[0] >> 7, int.from_bytes(block[1:], "big")
        if block[0] & 0x7F == _COMMENTS:
            comments = _read(file, at + 4, min(size, _MOST_COMMENT_BYTES))
            break
        at += 4 + size
    return _of_info(kind, data[8:], _tags(comments))


def read_ogg(file: GuardedFile, kind: Format, head: bytes) -> SoundInfo:
    """Return what an Ogg says. Raises `UnreadableError`."""
    stream = head[14:18]
    pages, packets = _pages(file, stream), list[bytes]()
    while len(packets) < 2 and (page := next(pages, None)):
        packets += page[1]
    if len(packets) < 2 or not packets[1]:
        raise UnreadableError("there is no sound in it")
    first, comments = packets[:2]
    if first[:8] == b"OpusHead" and len(first) >= 19:
        skipped = int.from_bytes(first[10:12], "little")
        tags = _tags(comments[8:]) if comments[:8] == b"OpusTags" else {}
        frames = _frames(file, stream, _start(pages, _opus_frames) + skipped)
        return _made(kind, "Opus", frames, _OPUS_RATE_HZ, first[9], tags)
    if first[:7] == b"\x01vorbis" and len(first) >= 30:
        channels, rate_hz = struct.unpack_from("<BI", first, 11)
        tags = _tags(comments[7:]) if comments[:7] == b"\x03vorbis" else {}
        most = (1 << (first[28] >> 4)) // 2
        start = _start(pages, lambda _: most)
        info = _made(kind, "Vorbis", _frames(file, stream, start), rate_hz, channels, tags)
        return replace(info, exact=info.exact and not start)
    if first[:5] == b"\x7fFLAC" and len(first) >= 17 + _INFO_BYTES:
        tags = _tags(comments[4:]) if comments[:1] and comments[0] & 0x7F == _COMMENTS else {}
        return _of_info(kind, first[17:], tags, _frames(file, stream, 0))
    raise UnreadableError("it says nothing of its sound")


def _of_info(kind: Format, info: bytes, tags: dict[str, str], end: int | None = None) -> SoundInfo:
    packed = int.from_bytes(info[10:18], "big")
    frames, bits = packed & (1 << 36) - 1 or end, (packed >> 36 & 31) + 1
    return _made(kind, "FLAC", frames, packed >> 44, (packed >> 41 & 7) + 1, tags, bits)


def _made(
    kind: Format,
    codec: str,
    frames: int | None,
    rate_hz: int,
    channels: int,
    tags: dict[str, str],
    bits: int | None = None,
) -> SoundInfo:
    if not rate_hz or not channels:
        raise UnreadableError(f"it claims {channels} channels at {rate_hz} Hz")
    length_s = None if frames is None else frames / rate_hz
    exact = frames is not None
    return SoundInfo(kind.name, codec, length_s, exact, rate_hz, channels, bits, tags)


def _pages(file: GuardedFile, stream: bytes) -> _Pages:
    """Yield the first pages of a stream; at last the packet that did not end.

    Of a packet there is up to so much as comments may take.
    """
    at, packet = 0, b""
    for _ in range(_MOST_PAGES):
        page = _read(file, at, _PAGE_BYTES + 255)
        count = page[26] if len(page) >= _PAGE_BYTES else 0
        sizes = page[_PAGE_BYTES : _PAGE_BYTES + count]
        if page[:4] != b"OggS" or page[14:18] != stream or len(sizes) < count:
            break
        body = _read(file, at + _PAGE_BYTES + count, sum(sizes))
        lacks_start = page[5] & 1 and not packet
        begin, ended = 0, []
        for size in sizes:
            packet += body[begin : begin + size]
            begin += size
            if size < 255:
                ended.append(packet)
                packet = b""
        yield _place(page), ended[1:] if lacks_start else ended
        if len(packet) > _MOST_COMMENT_BYTES:
            break
        at += _PAGE_BYTES + count + sum(sizes)
    yield 0, [packet]


def _start(pages: _Pages, samples: Callable[[bytes], int]) -> int:
    """Return the place of the first frame, by the `samples` that a packet has at most.

    It is 0, but where a stream had run for some time when it was recorded, or its start is gone.
    """
    for place, packets in pages:
        if place > 0:
            return max(0, place - sum(map(samples, packets)))
    return 0


def _opus_frames(packet: bytes) -> int:
    if not packet:
        return 0
    count = (1, 2, 2, packet[1] & 63 if len(packet) > 1 else 0)[packet[0] & 3]
    return _OPUS_FRAMES[packet[0] >> 3] * count


def _frames(file: GuardedFile, stream: bytes, start: int) -> int | None:
    """Return the frames from `start` on; None where no whole page of the stream is near the end."""
    for length in _TAILS:
        begin = max(0, file.size_bytes - length)
        tail = _read(file, begin, length)
        at = len(tail)
        while (at := tail.rfind(b"OggS", 0, at)) >= 0:
            page = tail[at : at + _PAGE_BYTES + 255]
            if page[14:18] == stream and _place(page) >= 0 and _is_whole(page, len(tail) - at):
                return max(0, _place(page) - start)
        if not begin:
            break
    return None


def _is_whole(page: bytes, there: int) -> bool:
    count = page[26] if len(page) >= _PAGE_BYTES else 255
    return _PAGE_BYTES + count + sum(page[_PAGE_BYTES : _PAGE_BYTES + count]) <= there


def _place(page: bytes) -> int:
    return int.from_bytes(page[6:14], "little", signed=True)


def _tags(data: bytes) -> dict[str, str]:
    """Return what comments say that are known here."""
    tags: dict[str, str] = {}
    at = 4 + int.from_bytes(data[:4], "little")
    count, at = int.from_bytes(data[at : at + 4], "little"), at + 4
    for _ in range(min(count, _MOST_COMMENTS)):
        size = int.from_bytes(data[at : at + 4], "little")
        if at + 4 + size > len(data):
            break
        name, _, text = data[at + 4 : at + 4 + size].decode("utf-8", "replace").partition("=")
        if (known := _NAMED.get(name.lower())) and text:
            tags.setdefault(known, text)
        at += 4 + size
    return tags


def _read(file: GuardedFile, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)
