"""The encoder's bytes: valid, and the same every time."""

import struct
from typing import get_args

import numpy as np
import pytest

from s3audio_tui.demo.encode import Kind, encode, ogg_checksum

TONE = (0.1 * np.sin(2 * np.pi * 440 * np.arange(24000) / 48000)).astype(np.float32)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_same_sound_gives_the_same_bytes(kind: Kind) -> None:
    first, again = encode(TONE, 48000, kind), encode(TONE, 48000, kind)
    assert first == again


def test_a_float_wav_holds_no_time() -> None:
    data = encode(TONE, 48000, "float")
    at = data.index(b"PEAK")
    assert struct.unpack_from("<II", data, at + 8) == (1, 0)


def test_the_checksum_is_ogg_s_own() -> None:
    """Against the definition, bit by bit."""
    crc = 0
    page = bytes(range(256)) * 3
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    assert ogg_checksum(page) == crc


@pytest.mark.parametrize("kind", ["ogg", "opus"])
def test_every_page_of_an_ogg_is_sound(kind: Kind) -> None:
    data = bytearray(encode(TONE, 48000, kind))
    at, serials = 0, set()
    while at < len(data):
        assert data[at : at + 4] == b"OggS"
        segments = data[at + 26]
        end = at + 27 + segments + sum(data[at + 27 : at + 27 + segments])
        serials.add(bytes(data[at + 14 : at + 18]))
        (told,) = struct.unpack_from("<I", data, at + 22)
        struct.pack_into("<I", data, at + 22, 0)
        assert ogg_checksum(bytes(data[at:end])) == told
        at = end
    assert len(serials) == 1
