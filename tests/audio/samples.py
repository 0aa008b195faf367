"""Small real files of every format, and headers that lie, made by hand.

What libsndfile cannot encode lies in `fixtures`, with its origin.
"""

import io
import struct
from pathlib import Path

import numpy as np
import soundfile

FIXTURES = Path(__file__).parent / "fixtures"
RATE_HZ = 44100
FRAMES = 4410


def encoded(container: str, subtype: str, *, channels: int = 1, frames: int = FRAMES) -> bytes:
    """Return a file with a soft tone of 440 Hz in every channel."""
    rate_hz = 48000 if subtype == "OPUS" else RATE_HZ
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(frames) / rate_hz)
    file = io.BytesIO()
    sound = np.repeat(tone[:, None], channels, axis=1)
    soundfile.write(file, sound, rate_hz, format=container, subtype=subtype)
    return file.getvalue()


def wav_header(
    *, channels: int = 1, rate_hz: int = RATE_HZ, bits: int = 16, data_bytes: int = 0
) -> bytes:
    """Return the header of a PCM WAV that says so; the caller adds the data, or does not."""
    block = channels * bits // 8 % 65536
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * block % 2**32, block, bits)
    return (
        b"RIFF" + struct.pack("<I", (36 + data_bytes) % 2**32) + b"WAVE"
        b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", data_bytes)
    )


def flac_header(*, channels: int = 2, rate_hz: int = RATE_HZ, frames: int = FRAMES) -> bytes:
    """Return a FLAC that has its stream information and no frame."""
    packed = rate_hz << 44 | (channels - 1) << 41 | (16 - 1) << 36 | frames
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    return b"fLaC\x80\x00\x00\x22" + info


def bare_mp3(kbps: int, seconds: float) -> bytes:
    """Return frames of MPEG 1 Layer III at 44.1 kHz that hold nothing, and no count of them."""
    index = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320].index(kbps)
    frame = bytes((0xFF, 0xFB, index << 4, 0x40)).ljust(144_000 * kbps // RATE_HZ, b"\0")
    return frame * round(seconds * RATE_HZ / 1152)


def id3(body_bytes: int) -> bytes:
    """Return an ID3v2.4 tag with a title and padding, of ten bytes more than `body_bytes`."""
    title = b"\x03Probe tone"
    frame = b"TIT2" + _syncsafe(len(title)) + b"\0\0" + title
    return b"ID3\x04\0\0" + _syncsafe(body_bytes) + frame + bytes(body_bytes - len(frame))


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def real_files() -> dict[str, bytes]:
    """Return one real file or more of every format, by a name with the right ending."""
    made = {
        "u8.wav": encoded("WAV", "PCM_U8"),
        "s16.wav": encoded("WAV", "PCM_16", channels=2),
        "s24.wave": encoded("WAV", "PCM_24"),
        "s32.wav": encoded("WAV", "PCM_32"),
        "f32.wav": encoded("WAV", "FLOAT"),
        "f64.wav": encoded("WAV", "DOUBLE"),
        "ulaw.wav": encoded("WAV", "ULAW"),
        "big.wav": encoded("RF64", "PCM_16"),
        "s16.w64": encoded("W64", "PCM_16"),
        "s16.aiff": encoded("AIFF", "PCM_16"),
        "s24.aif": encoded("AIFF", "PCM_24", channels=2),
        "f32.aifc": encoded("AIFF", "FLOAT"),
        "s16.flac": encoded("FLAC", "PCM_16"),
        "s24.flac": encoded("FLAC", "PCM_24", channels=2),
        "tagged.flac": id3(64) + encoded("FLAC", "PCM_16"),
        "vorbis.ogg": encoded("OGG", "VORBIS", channels=2),
        "vorbis.oga": encoded("OGG", "VORBIS"),
        "opus.opus": encoded("OGG", "OPUS"),
        "opus.ogg": encoded("OGG", "OPUS"),
        "layer3.mp3": encoded("MP3", "MPEG_LAYER_III", channels=2, frames=44100),
        "tagged.mp3": id3(300) + encoded("MP3", "MPEG_LAYER_III", frames=44100),
        "long-tag.mp3": id3(200_000) + encoded("MP3", "MPEG_LAYER_III", frames=44100),
        "padded.mp3": id3(64) + bytes(700) + encoded("MP3", "MPEG_LAYER_III"),
    }
    names = ["aac-moov-last.m4a", "aac-moov-first.m4a", "aac-fragmented.m4a", "alac-stereo.m4a"]
    names += ["adts.aac", "opus.webm", "no-xing.mp3"]
    return made | {name: (FIXTURES / name).read_bytes() for name in names}
