"""Sounds for `peaks.py`: something like music, in every format.

python benchmarks/peaks_sounds.py PATH FORMAT MINUTES
"""

import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

RATE_HZ = 48_000
FORMATS = {
    "s16.wav": ("WAV", "PCM_16"),
    "s24.wav": ("WAV", "PCM_24"),
    "f32.wav": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "m4a": ("", ""),
}


def made(path: Path, name: str, minutes: float) -> Path:
    """Write a file of something like music, in stereo, a minute at a time."""
    container, subtype = FORMATS[name]
    minute = _music()
    whole, rest = divmod(round(minutes * 60 * RATE_HZ), len(minute))
    pieces = [*[minute] * whole, minute[:rest]]
    if not container:
        _write_m4a(path, pieces)
        return path
    with soundfile.SoundFile(path, "w", RATE_HZ, 2, subtype, format=container) as out:
        for piece in pieces:
            for at in range(0, len(piece), RATE_HZ):
                out.write(piece[at : at + RATE_HZ])
    return path


def _music() -> NDArray[np.float32]:
    """Return a minute of chords that swell, over soft noise."""
    times = np.arange(60 * RATE_HZ) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * pitch * times) for pitch in (110, 220.5, 331, 1760))
    swell = np.abs(np.sin(2 * np.pi * times / 7))
    noise = np.random.default_rng(1).normal(0, 0.01, (len(times), 2))
    sound = (chord * swell)[:, None] * [0.2, 0.15] + noise
    return np.clip(sound, -1, 1).astype(np.float32)


def _write_m4a(path: Path, pieces: list[NDArray[np.float32]]) -> None:
    with av.open(str(path), "w", format="ipod") as out:
        stream = out.add_stream("aac", rate=RATE_HZ, layout="stereo")
        stream.bit_rate = 192_000
        at = 0
        for piece in pieces:
            for begin in range(0, len(piece), 1024):
                planes = np.ascontiguousarray(piece[begin : begin + 1024].T)
                frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
                frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, at, Fraction(1, RATE_HZ)
                at += planes.shape[1]
                out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


if __name__ == "__main__":
    made(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
