"""Real audio files, short ones, in every format that may go up.

What libsndfile writes, it writes. AAC (bare and in MP4) and WebM are put together here from
their containers' rules: half a second of silence.
"""

import struct
from pathlib import Path

RATE_HZ = 48_000
SECONDS = 0.5

_WRITTEN = {
    "wav16": ("tone-16.wav", "WAV", "PCM_16"),
    "wav24": ("tone-24.wav", "WAV", "PCM_24"),
    "wavfloat": ("tone-float.wav", "WAV", "FLOAT"),
    "rf64": ("tone-rf64.wav", "RF64", "PCM_16"),
    "aiff": ("tone.aiff", "AIFF", "PCM_16"),
    "flac": ("tone.flac", "FLAC", "PCM_24"),
    "mp3": ("tone.mp3", "MP3", "MPEG_LAYER_III"),
    "ogg": ("tone.ogg", "OGG", "VORBIS"),
    "opus": ("tone.opus", "OGG", "OPUS"),
}


def make_sounds(folder: Path) -> dict[str, Path]:
    """Write half a second of stereo at 48 kHz in each format, and return the files by kind."""
    import numpy as np
    import soundfile

    times = np.arange(int(RATE_HZ * SECONDS)) / RATE_HZ
    left = 0.5 * np.sin(2 * np.pi * 440 * times)
    right = 0.25 * np.sin(2 * np.pi * 660 * times)
    samples = np.column_stack([left, right])
    made = {}
    for kind, (name, container, subtype) in _WRITTEN.items():
        made[kind] = folder / name
        soundfile.write(made[kind], samples, RATE_HZ, subtype=subtype, format=container)
    for kind, name, data in (
        ("aac", "silence.aac", _adts()),
        ("m4a", "silence.m4a", _mp4()),
        ("webm", "silence.webm", _webm()),
    ):
        made[kind] = folder / name
        made[kind].write_bytes(data)
    return made


AAC_FRAMES = 24
"""Of 1024 samples at 48 kHz: 0.512 s."""

_SILENT_AAC = bytes.fromhex("21004990021900238000")
"""One silent stereo frame of AAC-LC."""


def _adts() -> bytes:
    """AAC with a header of 7 bytes before each frame (ISO 13818-7): LC, 48 kHz, stereo."""
    length = len(_SILENT_AAC) + 7
    bits = (0xFFF1 << 40) | (1 << 38) | (3 << 34) | (2 << 30) | (length << 13) | (0x7FF << 2)
    return (bits.to_bytes(7, "big") + _SILENT_AAC) * AAC_FRAMES


def _mp4() -> bytes:
    """AAC in an MP4 file (ISO 14496-12, -14), index first."""
    head = _box("ftyp", b"M4A \0\0\2\0M4A mp42isom")
    at = len(head) + len(_moov(0)) + 8
    return head + _moov(at) + _box("mdat", _SILENT_AAC * AAC_FRAMES)


def _moov(data_at: int) -> bytes:
    unity = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    length = AAC_FRAMES * 1024
    mvhd = struct.pack(">6IH10x", 0, 0, 0, RATE_HZ, length, 0x10000, 0x100) + unity
    mvhd += bytes(24) + struct.pack(">I", 2)
    tkhd = struct.pack(">6I8x4H", 7, 0, 0, 1, 0, length, 0, 0, 0x100, 0) + unity + bytes(8)
    mdhd = struct.pack(">5I2H", 0, 0, 0, RATE_HZ, length, 0x55C4, 0)
    hdlr = struct.pack(">2I4s12x", 0, 0, b"soun") + b"sound\0"
    dref = _box("dref", struct.pack(">2I", 0, 1) + _box("url ", struct.pack(">I", 1)))
    tables = (
        _box("stsd", struct.pack(">2I", 0, 1) + _mp4a())
        + _box("stts", struct.pack(">4I", 0, 1, AAC_FRAMES, 1024))
        + _box("stsc", struct.pack(">5I", 0, 1, 1, AAC_FRAMES, 1))
        + _box("stsz", struct.pack(">3I", 0, len(_SILENT_AAC), AAC_FRAMES))
        + _box("stco", struct.pack(">3I", 0, 1, data_at))
    )
    minf = _box("smhd", bytes(8)) + _box("dinf", dref) + _box("stbl", tables)
    mdia = _box("mdhd", mdhd) + _box("hdlr", hdlr) + _box("minf", minf)
    trak = _box("tkhd", tkhd) + _box("mdia", mdia)
    return _box("moov", _box("mvhd", mvhd) + _box("trak", trak))


def _mp4a() -> bytes:
    config = _descriptor(5, (2 << 11 | 3 << 7 | 2 << 3).to_bytes(2, "big"))
    decoder = _descriptor(4, struct.pack(">BB3x2I", 0x40, 0x15, 64_000, 64_000) + config)
    stream = _descriptor(3, b"\0\1\0" + decoder + _descriptor(6, b"\2"))
    entry = struct.pack(">6xH8x2H4xI", 1, 2, 16, RATE_HZ << 16)
    return _box("mp4a", entry + _box("esds", bytes(4) + stream))


def _box(kind: str, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind.encode()) + content


def _descriptor(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


def _webm() -> bytes:
    """Opus in WebM (Matroska): 25 silent packets of 20 ms."""
    opus_head = b"OpusHead\1\2" + struct.pack("<HIhB", 312, RATE_HZ, 0, 0)
    head = (
        _element("4286", b"\1")
        + _element("42f7", b"\1")
        + _element("42f2", b"\4")
        + _element("42f3", b"\x08")
        + _element("4282", b"webm")
        + _element("4287", b"\4")
        + _element("4285", b"\2")
    )
    info = _element("2ad7b1", struct.pack(">I", 1_000_000)) + _element(
        "4489", struct.pack(">d", 500.0)
    )
    sound = _element("b5", struct.pack(">d", RATE_HZ)) + _element("9f", b"\2")
    track = (
        _element("d7", b"\1")
        + _element("73c5", b"\1")
        + _element("83", b"\2")
        + _element("86", b"A_OPUS")
        + _element("63a2", opus_head)
        + _element("e1", sound)
    )
    blocks = b"".join(
        _element("a3", b"\x81" + struct.pack(">h", i * 20) + b"\x80" + b"\xfc\xff\xfe")
        for i in range(25)
    )
    segment = (
        _element("1549a966", info)
        + _element("1654ae6b", _element("ae", track))
        + _element("1f43b675", _element("e7", b"\0") + blocks)
    )
    return _element("1a45dfa3", head) + _element("18538067", segment)


def _element(identity: str, content: bytes) -> bytes:
    return bytes.fromhex(identity) + (len(content) | 1 << 56).to_bytes(8, "big") + content
