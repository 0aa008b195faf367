"""What the first frame of an MP3 may say in place of sound: how many follow, and their bytes.

Xing's header is what most encoders write, with the frames that LAME has put before and behind the
sound; Fraunhofer's is VBRI. Both are believed only as far as the file is large enough.
"""

import struct

from s3audio_tui.audio.frames import Frame

_FRAMES, _BYTES, _PLACES, _QUALITY = 1, 2, 4, 8
_SIDE_BYTES = {(1152, 2): 32, (1152, 1): 17, (576, 2): 17, (576, 1): 9}
"""What stands before the header, by the samples of a frame and the channels."""

_CUT = 1.1
"""A file that should be longer by this was cut."""

_LEAST_FRAME_BYTES = 24


def counted_samples(data: bytes, frame: Frame, size_bytes: int) -> int | None:
    """Return the samples of each channel by the count in the `frame` that `data` begins with.

    None where it holds none, or one that cannot be: `size_bytes` are there from its start on.
    """
    found = _xing(data, frame) or _vbri(data)
    if found is None:
        return None
    frames, said_bytes, cut_off = found
    if said_bytes > _CUT * size_bytes or frames * _LEAST_FRAME_BYTES > size_bytes:
        return None
    samples = frames * frame.samples
    return samples - cut_off if cut_off < samples else samples


def _xing(data: bytes, frame: Frame) -> tuple[int, int, int] | None:
    at = 4 + _SIDE_BYTES[frame.samples, frame.channels or 2]
    if data[at : at + 4] not in (b"Xing", b"Info") or len(data) < at + 160:
        return None
    (flags,) = struct.unpack_from(">I", data, at + 4)
    if not flags & _FRAMES:
        return None
    at += 8
    frames, said_bytes = struct.unpack_from(">II", data, at)
    at += 4 + 4 * bool(flags & _BYTES) + 100 * bool(flags & _PLACES) + 4 * bool(flags & _QUALITY)
    return frames, said_bytes if flags & _BYTES else 0, _lame(data, at)


def _lame(data: bytes, at: int) -> int:
    """Return the samples that are none of the sound's."""
    if data[at : at + 4] not in (b"LAME", b"Lavf", b"Lavc"):
        return 0
    delays = int.from_bytes(data[at + 21 : at + 24], "big")
    return (delays >> 12) + (delays & 0xFFF)


def _vbri(data: bytes) -> tuple[int, int, int] | None:
    if data[36:40] != b"VBRI" or len(data) < 54:
        return None
    said_bytes, frames = struct.unpack_from(">II", data, 46)
    return frames, said_bytes, 0
