"""Writes the inputs of the reference waveforms: the same samples everywhere, from integers alone.

python make_inputs.py DIR
"""

import pathlib
import struct
import sys
import wave
from collections.abc import Iterator


def samples(frames: int, channels: int, bits: int) -> Iterator[int]:
    """A slow triangle times a fast one, other in each channel, with clipping; signed integers."""
    top = (1 << (bits - 1)) - 1
    for n in range(frames):
        for c in range(channels):
            fast = abs((n * (37 + 11 * c)) % 2000 - 1000) - 500  # -500 … 500
            slow = abs((n * (c + 1)) % 60000 - 30000)  # 0 … 30000
            value = fast * slow * top // (500 * 24000)
            yield max(-top - 1, min(top, value))


def write(path: pathlib.Path, frames: int, channels: int, bits: int, rate: int) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(bits // 8)
        out.setframerate(rate)
        if bits == 16:
            out.writeframes(b"".join(struct.pack("<h", v) for v in samples(frames, channels, bits)))
        else:
            out.writeframes(
                b"".join(struct.pack("<i", v)[:3] for v in samples(frames, channels, bits))
            )


if __name__ == "__main__":
    to = pathlib.Path(sys.argv[1])
    write(to / "stereo16.wav", 132_301, 2, 16, 44_100)
    write(to / "mono16.wav", 24_001, 1, 16, 8_000)
    write(to / "stereo24.wav", 48_123, 2, 24, 48_000)
