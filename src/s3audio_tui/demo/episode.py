"""A podcast's episode of half an hour, in the time that it takes to encode half a minute.

MP3 frames of a constant bit rate may stand in any order where the sound is silent in between:
each sentence is encoded once, on its own, and its frames are laid one behind the other.
"""

import struct
from collections.abc import Iterator, Sequence

import numpy as np

from s3audio_tui.audio.formats import mp3_frame_bytes
from s3audio_tui.demo.encode import encode
from s3audio_tui.demo.music import Song
from s3audio_tui.demo.synth import faded
from s3audio_tui.demo.voice import phrase

_RATE_HZ = 48000
_FRAME_S = 1152 / _RATE_HZ
_TURN_S = 60.0
"""One of them speaks, and is silent after it, for less than this."""
_SIDE_INFO_BYTES = 17
"""Of a mono frame in MPEG 1; the Info mark stands behind it."""


def episode(rng: np.random.Generator, song: Song, duration_s: float) -> bytes:
    """Return an MP3, mono, of this length: a jingle, then a host and a guest who take turns."""
    jingle = _frames(song.take(rng, _RATE_HZ, ["dbkl"], mono=True) * np.float32(0.8))
    host, guest = (
        [
            _frames(phrase(rng, _RATE_HZ, long_s, base_hz) * np.float32(gain))
            for long_s, gain in sentences
        ]
        for base_hz, sentences in (
            (112.0, ((1.8, 1.0), (2.4, 0.6), (3.2, 0.85))),
            (189.0, ((1.6, 0.3), (2.8, 0.45))),
        )
    )
    silence = _frames(np.zeros(round(0.15 * _RATE_HZ), np.float32))[1:4]
    frames = [*jingle, *jingle]
    count = round(duration_s / _FRAME_S) - len(jingle)
    while count - len(frames) > _TURN_S / _FRAME_S:
        speaker = host if rng.random() < 0.55 else guest
        turn_end = len(frames) + rng.uniform(0.05, 0.8) * _TURN_S / _FRAME_S
        while len(frames) < turn_end:
            frames += speaker[int(rng.integers(len(speaker)))]
            frames += silence * int(rng.integers(2, 8))
        frames += silence * int(rng.integers(0, 40))
    frames += silence[:1] * (count - len(frames)) + jingle
    return _info_frame(frames) + b"".join(frames)


def _frames(sound: np.ndarray) -> list[bytes]:
    """Return the frames of the sound but the first, which only tells of the others."""
    data = encode(faded(sound, _RATE_HZ, 0.005, 0.06), _RATE_HZ, "talk")
    return list(_split(data))[1:]


def _split(data: bytes) -> Iterator[bytes]:
    at = 0
    while length := mp3_frame_bytes(data, at):
        yield data[at : at + length]
        at += length


def _info_frame(frames: Sequence[bytes]) -> bytes:
    """Return the frame that tells how many frames and bytes there are (Xing's "Info")."""
    size = mp3_frame_bytes(frames[0], 0)
    head = bytearray(size)
    head[:4] = frames[0][:4]
    told = struct.pack(">4sIII", b"Info", 3, len(frames), size + sum(map(len, frames)))
    at = 4 + _SIDE_INFO_BYTES
    head[at : at + len(told)] = told
    return bytes(head)
