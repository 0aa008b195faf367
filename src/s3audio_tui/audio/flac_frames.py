"""Frames of a FLAC, found in the middle of it: where they begin, and which samples they hold.

By RFC 9639, chapter 9.1. A head is told from chance by its CRC-8, and by the frame that follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

HEAD_BYTES = 42
_MOST_HEAD_BYTES = 16
_MOST_BLOCKS = 1000
_BLOCKS = {1: 192} | {code: 576 << code - 2 for code in range(2, 6)}
_BLOCKS |= {code: 256 << code - 8 for code in range(8, 16)}
_BLOCK_AT_END = {6: 1, 7: 2}
_RATE_AT_END = {12: 1, 13: 2, 14: 2}


@dataclass(frozen=True, slots=True)
class FlacHead:
    """What its first block says. `frames` is 0 where it says nothing."""

    block_frames: int
    sample_rate_hz: int
    channels: int
    frames: int


def head_of(data: bytes) -> FlacHead | None:
    """Return the head that stands in the first 42 bytes (8.2), None where there is none."""
    if len(data) < HEAD_BYTES or data[:4] != b"fLaC" or data[4] & 0x7F:
        return None
    packed = int.from_bytes(data[18:26], "big")
    block = int.from_bytes(data[8:10], "big")
    return FlacHead(block, packed >> 44, (packed >> 41 & 7) + 1, packed & (1 << 36) - 1)


def frames_begin(file: BinaryIO, start: int) -> int | None:
    """Return where the frames begin, behind blocks of tags and pictures; None if nowhere."""
    at = start + 4
    for _ in range(_MOST_BLOCKS):
        file.seek(at)
        block = file.read(4)
        if len(block) < 4:
            return None
        at += 4 + int.from_bytes(block[1:], "big")
        if block[0] & 0x80:
            return at
    return None


def lone_head(data: bytes) -> bytes:
    """Return the head of a file of which only some frames follow: it has no length, no sum."""
    return data[:4] + b"\x80" + data[5:21] + bytes([data[21] & 0xF0]) + bytes(4) + bytes(16)


def frames_in(data: bytes, head: FlacHead) -> Iterator[tuple[int, int]]:
    """Yield where frames begin, and their first sample; only those that others follow."""
    found = [
        (at, *said)
        for at in _syncs(data)
        if (said := _said(data[at : at + _MOST_HEAD_BYTES], head)) is not None
    ]
    begun = {first for _, first, _ in found}
    for at, first, count in found:
        if first + count in begun:
            yield at, first


def _syncs(data: bytes) -> Iterator[int]:
    at = -1
    while (at := data.find(b"\xff", at + 1)) >= 0:
        if data[at + 1 : at + 2] in (b"\xf8", b"\xf9"):
            yield at


def _said(data: bytes, head: FlacHead) -> tuple[int, int] | None:
    """Return the first sample of a frame and how many it has; None for what is no frame's head."""
    if len(data) < _MOST_HEAD_BYTES or data[3] & 1 or data[3] >> 4 > 10:
        return None
    block_code, rate_code = data[2] >> 4, data[2] & 15
    length = 8 - (data[4] ^ 0xFF).bit_length() or 1
    if not block_code or rate_code == 15 or length > 7 or data[4] & 0xC0 == 0x80:
        return None
    number = data[4] if length == 1 else data[4] & (1 << 7 - length) - 1
    for byte in data[5 : 4 + length]:
        number = number << 6 | byte & 0x3F
    at = 4 + length
    if more := _BLOCK_AT_END.get(block_code):
        count = int.from_bytes(data[at : at + more], "big") + 1
        at += more
    else:
        count = _BLOCKS[block_code]
    at += _RATE_AT_END.get(rate_code, 0)
    if _crc_8(data[:at]) != data[at]:
        return None
    return number if data[1] & 1 else number * head.block_frames, count


def _crc_8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return crc
