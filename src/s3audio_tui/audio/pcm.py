"""Where the samples of an uncompressed file lie, so that they are read as they are, and anywhere.

WAV (RIFF, and RF64 and Wave64 for what is larger than 4 GiB) and AIFF, of whole bytes a sample and
of floats. What is packed (µ-law, ADPCM) has no such place: the decoder of `decode` reads it.
Sources: Microsoft's RIFF and WAVEFORMATEXTENSIBLE, EBU Tech 3306 (RF64), Sony's Wave64, Apple's
AIFF and AIFF-C.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.audio.chunk_headers import SSND_BYTES, chunk_follows, is_roomy
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.formats import W64_RIFF, W64_WAVE

_BLOCK_BYTES = 1 << 18
_MOST_CHUNKS = 1000
_UNKNOWN = (0, 0xFFFFFFFF)
"""What who writes a stream gives as the size of it."""

_W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")

_WHOLE = {8: "u1", 16: "<i2", 24: "i3<", 32: "<i4"}
_FLOATS = {32: "<f4", 64: "<f8"}
_AIFF = {8: "i1", 16: ">i2", 24: "i3>", 32: ">i4"}
_AIFC = {b"fl32": ">f4", b"FL32": ">f4", b"fl64": ">f8", b"FL64": ">f8"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the frames are. `kind` is as NumPy has it, or `i3<`, `i3>` for 24 bits."""

    start_bytes: int
    frames: int
    channels: int
    sample_rate_hz: int
    kind: str

    @property
    def frame_bytes(self) -> int:
        """How long one frame is."""
        return self.channels * int(self.kind.strip("<>")[1:])


def layout_of(file: BinaryIO, size_bytes: int) -> Layout | None:
    """Return where the frames of `file` are; None where it is not of this kind.

    A header that promises more than there is, as of a recording that was cut off, is not believed.
    """
    file.seek(0)
    head = file.read(40)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        found = _riff(file, size_bytes)
    elif head[:16] == W64_RIFF and head[24:40] == W64_WAVE:
        found = _w64(file, size_bytes)
    elif head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        found = _aiff(file, size_bytes, packed=head[8:12] == b"AIFC")
    else:
        return None
    return found


def blocks(
    file: BinaryIO, layout: Layout, first: int = 0, *, block_bytes: int = _BLOCK_BYTES
) -> Iterator[Samples]:
    """Yield the frames from `first` on as 16 bits, fewer where the file ends early."""
    most = max(1, block_bytes // layout.frame_bytes)
    buffer = bytearray(most * layout.frame_bytes)
    view = memoryview(buffer)
    file.seek(layout.start_bytes + first * layout.frame_bytes)
    left = layout.frames - first
    while left > 0:
        wanted = min(left, most) * layout.frame_bytes
        size = _fill(file, view[:wanted]) // layout.frame_bytes
        if not size:
            return
        yield to_16_bit(view[: size * layout.frame_bytes], layout)
        left -= size


def to_16_bit(data: memoryview | bytes, layout: Layout) -> Samples:
    """Return frames as 16 bits. Whole numbers are cut to their upper bits, floats cut to range.

    A view of `data` where that holds 16 bits already.
    """
    if layout.kind in ("i3<", "i3>"):
        count = len(data) // 3
        order, at = ("<i2", 1) if layout.kind == "i3<" else (">i2", 0)
        upper = np.ndarray((count,), order, data, at, (3,)) if count else np.empty(0, order)
        samples = upper.astype("<i2")
    else:
        samples = _converted(np.frombuffer(data, layout.kind))
    return samples.reshape(-1, layout.channels)


def _converted(raw: NDArray[Any]) -> Samples:
    kind, size = raw.dtype.kind, raw.dtype.itemsize
    if kind == "f":
        with np.errstate(over="ignore", invalid="ignore"):
            return floats_to_16_bit(raw.astype(np.float32, copy=False))
    if kind == "u":
        return ((raw.astype(np.int16) - 128) << 8).astype("<i2")
    if size == 1:
        return raw.astype("<i2") << 8
    if size == 4:
        return (raw >> 16).astype("<i2")
    return raw.astype("<i2", copy=False)


def floats_to_16_bit(samples: NDArray[np.float32]) -> Samples:
    """Return samples from -1 to 1 as audiowaveform does: times 32767, cut; but never around."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = samples * np.float32(32767)
        if not (scaled.min(initial=0) >= -32768 and scaled.max(initial=0) <= 32767):  # nor NaN
            np.nan_to_num(scaled, copy=False)
            np.clip(scaled, -32768, 32767, out=scaled)
    return scaled.astype("<i2")


def _fill(file: BinaryIO, view: memoryview) -> int:
    done = 0
    while done < len(view):
        size = file.readinto(view[done:])  # type: ignore[attr-defined]  # all our files have it
        if not size:
            break
        done += size
    return done


def _riff(file: BinaryIO, size_bytes: int) -> Layout | None:
    fmt, real_bytes = b"", None
    at = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return None
        name, size = head[:4], int.from_bytes(head[4:], "little")
        if name == b"ds64":
            real_bytes = int.from_bytes(file.read(16)[8:16], "little")
        elif name == b"fmt ":
            fmt = file.read(min(size, 40))
        elif name == b"data":
            if size == _UNKNOWN[1] and real_bytes is not None:
                size = real_bytes
            end = at + 8 if _is_empty(file, at + 8, size, size_bytes) else size_bytes
            return _wave(fmt, at + 8, size, end)
        at += 8 + size + size % 2
        if at >= size_bytes:
            return None
    return None


def _is_empty(file: BinaryIO, at: int, size: int, size_bytes: int) -> bool:
    if size:
        return False
    file.seek(4)
    riff_bytes = int.from_bytes(file.read(4), "little")
    file.seek(at)
    return chunk_follows(riff_bytes, file.read(8), size_bytes - at)


def _w64(file: BinaryIO, size_bytes: int) -> Layout | None:
    fmt, at = b"", 40
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(24)
        if len(head) < 24 or (size := int.from_bytes(head[16:], "little")) < 24:
            return None
        if head[4:16] == _W64_TAIL and head[:4] == b"fmt ":
            fmt = file.read(min(size - 24, 40))
        elif head[4:16] == _W64_TAIL and head[:4] == b"data":
            return _wave(fmt, at + 24, size - 24, size_bytes)
        at += -(-size // 8) * 8
        if at >= size_bytes:
            return None
    return None


def _wave(fmt: bytes, start: int, data_bytes: int, size_bytes: int) -> Layout | None:
    if len(fmt) < 16:
        return None
    tag, channels, rate_hz, _, align, bits = struct.unpack("<HHIIHH", fmt[:16])
    if tag == 0xFFFE and len(fmt) >= 26:
        tag = int.from_bytes(fmt[24:26], "little")
    kind = {1: _WHOLE, 3: _FLOATS}.get(tag, {}).get(bits)
    roomy = tag == 1 and is_roomy(bits, align, channels)
    if kind is None or not channels or not (roomy or align == channels * bits // 8):
        return None
    kind = _WHOLE[32] if roomy else kind
    left = max(0, size_bytes - start)
    there = left if data_bytes in _UNKNOWN else min(data_bytes, left)
    return Layout(start, there // align, channels, rate_hz, kind)


def _aiff(file: BinaryIO, size_bytes: int, *, packed: bool) -> Layout | None:
    common, start, data_bytes = b"", 0, 0
    at = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        size = int.from_bytes(head[4:], "big")
        if head[:4] == b"COMM":
            common = file.read(min(size, 22))
        elif head[:4] == b"SSND":
            offset = int.from_bytes(file.read(4), "big")
            start = at + 8 + SSND_BYTES + offset
            if size < SSND_BYTES:  # it is not told
                data_bytes = max(0, size_bytes - start)
                break
            data_bytes = max(0, size - SSND_BYTES - offset)
        at += 8 + size + size % 2
    if len(common) < 18 or not start:
        return None
    channels, frames, bits = struct.unpack(">hIh", common[:8])
    kind = _aiff_kind(bits, common[18:22] if packed else b"")
    if kind is None or channels < 1:
        return None
    made = Layout(start, 0, channels, _extended(common[8:18]), kind)
    there = max(0, min(data_bytes, size_bytes - start)) // made.frame_bytes
    return Layout(start, min(frames or there, there), channels, made.sample_rate_hz, kind)


def _aiff_kind(bits: int, packing: bytes) -> str | None:
    if packing == b"sowt":
        return {16: "<i2", 24: "i3<", 32: "<i4"}.get(bits)
    if packing in _AIFC:
        return _AIFC[packing]
    return _AIFF.get(-(-bits // 8) * 8) if packing in (b"", b"NONE", b"twos") else None


def _extended(number: bytes) -> int:
    """Return a whole number from an 80-bit float (IEEE 754 extended)."""
    exponent = int.from_bytes(number[:2], "big") & 0x7FFF
    mantissa = int.from_bytes(number[2:], "big")
    shift = exponent - 16383 - 63
    return mantissa >> -shift if -64 < shift <= 0 else 0
