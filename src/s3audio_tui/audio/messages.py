"""What the program and a child that decodes say to each other, over two pipes.

The child sends messages: a letter, the length of the rest, the rest. Of the program it gets its
job, and then for each range that it asks for the number of bytes, and the bytes.
"""

import json
import struct
from dataclasses import asdict, dataclass
from typing import IO

import numpy as np

from s3audio_tui.audio.children import READY as READY
from s3audio_tui.audio.columns import Found

RANGE, HEAD, COLUMNS, BLOCK, FAILED, DONE = b"R", b"H", b"C", b"B", b"F", b"D"

MESSAGE = struct.Struct("<cI")
ASKED = struct.Struct("<QI")
"""Of `RANGE`: start, length."""
OPENED = struct.Struct("<IIqI")
"""Of `HEAD`: sample rate, channels, frames or -1, frames of a column."""
_FOUND = struct.Struct("<QI")
"""Of `COLUMNS`: the frames until now, the columns; then least, greatest, energy of each."""
LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Job:
    """What a child shall decode, and what it may take for it."""

    name: str
    size_bytes: int
    samples_per_pixel: int
    """0: as fine as is kept."""
    cpu_s: int
    memory_bytes: int
    decoded_bytes: int
    """How much sound may come out."""
    gives_blocks: bool = False
    """Whether the sound itself is wanted, and not its columns."""
    first: int = 0
    """The frame with which it begins."""
    length_s: float | None = None
    """How long the sound is, if somebody knows."""


def write_job(out: IO[bytes], job: Job) -> None:
    """Give a child its job."""
    data = json.dumps(asdict(job)).encode()
    out.write(LENGTH.pack(len(data)) + data)
    out.flush()


def read_job(source: IO[bytes]) -> Job | None:
    """Return the job; None where the program has gone, or needs nothing."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    data = source.read(LENGTH.unpack(head)[0])
    return Job(**json.loads(data))


def packed(found: Found, frames: int) -> bytes:
    """Return columns as bytes, and the frames of which all until now are made."""
    arrays = (found.low.astype("<i2"), found.high.astype("<i2"), found.energy.astype("<f4"))
    return _FOUND.pack(frames, len(found.low)) + b"".join(each.tobytes() for each in arrays)


def unpacked(data: bytes, channels: int) -> tuple[Found, int]:
    """Return the columns, and the frames until now. Raises `ValueError` for nonsense."""
    if len(data) < _FOUND.size:
        raise ValueError("cut off")
    frames, columns = _FOUND.unpack_from(data)
    size = columns * channels
    if len(data) != _FOUND.size + size * 8:
        raise ValueError("of another length")
    low = np.frombuffer(data, "<i2", size, _FOUND.size).reshape(columns, channels)
    high = np.frombuffer(data, "<i2", size, _FOUND.size + size * 2).reshape(columns, channels)
    energy = np.frombuffer(data, "<f4", size, _FOUND.size + size * 4).reshape(columns, channels)
    return Found(low, high, energy), frames
