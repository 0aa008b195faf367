"""Sound into the bytes of a file, the same bytes every time.

libsndfile puts the time into float WAV and a random number into Ogg; both are set here.
"""

import io
import struct
import zlib
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import soundfile

Kind = Literal["wav16", "wav24", "float", "flac", "flac24", "mp3", "talk", "ogg", "opus"]
Sound = npt.NDArray[np.float32]
"""Samples in -1 … 1: `(frames,)`, or `(frames, channels)`."""

_SUBTYPES: dict[Kind, tuple[str, str]] = {
    "wav16": ("WAV", "PCM_16"),
    "wav24": ("WAV", "PCM_24"),
    "float": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "flac24": ("FLAC", "PCM_24"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "talk": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}
_OPTIONS: dict[Kind, dict[str, Any]] = {
    "flac": {"compression_level": 0},
    "flac24": {"compression_level": 0},
    "mp3": {"bitrate_mode": "VARIABLE", "compression_level": 0.4},
    "talk": {"bitrate_mode": "CONSTANT", "compression_level": 0.9},
}
_SERIAL = 0x5A0D10
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def encode(sound: Sound, rate_hz: int, kind: Kind) -> bytes:
    """Return the whole file."""
    container, subtype = _SUBTYPES[kind]
    if kind == "opus":  # libsndfile cuts the last 7 ms
        sound = np.concatenate([sound, np.zeros((rate_hz // 50, *sound.shape[1:]), np.float32)])
    file = io.BytesIO()
    soundfile.write(
        file, sound, rate_hz, format=container, subtype=subtype, **_OPTIONS.get(kind, {})
    )
    with file.getbuffer() as data:
        if kind == "float":
            _undate(data)
        elif container == "OGG":
            _renumber(data)
    return file.getvalue()


def _undate(data: memoryview) -> None:
    """Clear the time in the PEAK chunk: identifier, size, version, time."""
    at = bytes(data[:256]).find(b"PEAK")
    if at > 0:
        data[at + 12 : at + 16] = bytes(4)


def _renumber(data: memoryview) -> None:
    """Give every page of an Ogg file one fixed serial number, and its checksum again."""
    at = 0
    while at < len(data):
        segments = data[at + 26]
        end = at + 27 + segments + sum(data[at + 27 : at + 27 + segments])
        struct.pack_into("<I", data, at + 14, _SERIAL)
        struct.pack_into("<I", data, at + 22, 0)
        struct.pack_into("<I", data, at + 22, ogg_checksum(bytes(data[at:end])))
        at = end


def ogg_checksum(page: bytes) -> int:
    """Return Ogg's CRC of a page whose checksum field is zero.

    Its polynomial is zlib's with the bits in the other order, from 0 and without the last
    inversion (RFC 3533, section 6).
    """
    crc = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)
