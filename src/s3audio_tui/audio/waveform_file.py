"""Files of peaks: audiowaveform's `.dat` and `.json`, and the pairs of the processor.

A `.dat` is little-endian: version, flags (bit 0: 8 bits), sample rate, samples per pixel, and the
number of columns, each in 4 bytes; in version 2 the number of channels; then for each column and
channel the least and the greatest sample. Version 1 has one channel. Source: audiowaveform's
DataFormat.md, whose header of version 2 is 24 bytes and not 20, as its program 1.10.3 writes it.
"""

import struct
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from s3audio_tui.audio.peaks import Peaks
from s3audio_tui.errors import NotAudioError

Bits = Literal[8, 16]

_HEADER = struct.Struct("<iIiiI")
_CHANNELS = struct.Struct("<i")
_EIGHT_BITS = 1
_MOST_CHANNELS = 64
_MOST_RATE_HZ = 1_000_000


class _Json(msgspec.Struct, kw_only=True):
    """What audiowaveform writes, in its order."""

    version: Literal[1, 2] = 2
    channels: int = 1
    sample_rate: int
    samples_per_pixel: int
    bits: Bits = 16
    length: int
    data: list[int]


def to_dat(peaks: Peaks, bits: Bits = 8) -> bytes:
    """Return the peaks as `audiowaveform -b` writes them."""
    flags = _EIGHT_BITS if bits == 8 else 0
    version = 1 if peaks.channels == 1 else 2
    numbers = (version, flags, peaks.sample_rate_hz, peaks.samples_per_pixel, len(peaks))
    head = _HEADER.pack(*numbers)
    if version == 2:
        head += _CHANNELS.pack(peaks.channels)
    return head + _values(peaks, bits).tobytes()


def from_dat(data: bytes, name: str = "the file") -> Peaks:
    """Return what a `.dat` holds. Raises `NotAudioError` with `name` for what is none."""
    if len(data) < _HEADER.size:
        raise _wrong(name)
    version, flags, rate_hz, each, length = _HEADER.unpack_from(data)
    start, channels = _HEADER.size, 1
    if version == 2 and len(data) >= start + _CHANNELS.size:
        (channels,) = _CHANNELS.unpack_from(data, start)
        start += _CHANNELS.size
    kind = np.dtype("i1" if flags & _EIGHT_BITS else "<i2")
    known = version in (1, 2) and 1 <= channels <= _MOST_CHANNELS
    if not known or len(data) - start != length * channels * 2 * kind.itemsize:
        raise _wrong(name)
    values = np.frombuffer(data, kind, offset=start).astype(np.int16)
    return _made(values, channels, rate_hz, each, 8 if flags & _EIGHT_BITS else 16, name)


def to_json(peaks: Peaks, bits: Bits = 8) -> bytes:
    """Return the peaks as audiowaveform writes them into a `.json`."""
    document = _Json(
        channels=peaks.channels,
        sample_rate=peaks.sample_rate_hz,
        samples_per_pixel=peaks.samples_per_pixel,
        bits=bits,
        length=len(peaks),
        data=_values(peaks, bits).ravel().tolist(),
    )
    return msgspec.json.encode(document) + b"\n"


def from_json(data: bytes, name: str = "the file") -> Peaks:
    """Return what a `.json` holds. Raises `NotAudioError` with `name` for what is none."""
    try:
        found = msgspec.json.decode(data, type=_Json)
        values = np.array(found.data, np.int16)
    except (msgspec.MsgspecError, OverflowError):
        raise _wrong(name) from None
    if not 1 <= found.channels <= _MOST_CHANNELS:
        raise _wrong(name)
    if len(values) != found.length * found.channels * 2:
        raise _wrong(name)
    each, rate_hz = found.samples_per_pixel, found.sample_rate
    return _made(values, found.channels, rate_hz, each, found.bits, name)


def pairs(peaks: Peaks) -> list[list[float]]:
    """Return `[max, min]` of each column over all channels, from -1 to 1, for the processor."""
    both = np.stack([peaks.high.max(axis=1), peaks.low.min(axis=1)], axis=1)
    return [[round(value / 32768, 5) for value in pair] for pair in both.tolist()]


def _values(peaks: Peaks, bits: Bits) -> NDArray[np.int8] | NDArray[np.int16]:
    """Return the samples in the order of the files: least, greatest, channel by channel."""
    both: NDArray[np.int16] = np.stack([peaks.low, peaks.high], axis=2).astype("<i2")
    if bits == 16:
        return both
    cut: NDArray[np.int16] = both // 256 + ((both < 0) & (both % 256 != 0))
    return cut.astype(np.int8)


def _made(
    values: NDArray[np.int16], channels: int, rate_hz: int, each: int, bits: int, name: str
) -> Peaks:
    if not (1 <= rate_hz <= _MOST_RATE_HZ and each >= 1):
        raise _wrong(name)
    rows = values.reshape(-1, channels, 2)
    if bits == 8:
        rows = rows * np.int16(256)
    low, high = np.ascontiguousarray(rows[:, :, 0]), np.ascontiguousarray(rows[:, :, 1])
    return Peaks(low, high, None, rate_hz, len(rows) * each, each)


def _wrong(name: str) -> NotAudioError:
    return NotAudioError(f"{name} holds no peaks that audiowaveform writes", "make them anew")
