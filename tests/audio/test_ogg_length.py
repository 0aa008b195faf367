"""How long an Ogg is that was not written from its start to its end, as libsndfile has it."""

import io
from functools import cache

import numpy as np
import pytest
import soundfile

from s3audio_tui.audio.header import read_header

RATE_HZ = 48_000
SUBTYPES = ["VORBIS", "OPUS"]
AWAY_S = 0.1
"""How far from the truth a length may be that is guessed.

Where Vorbis does not begin with frame 0, its first packets do not tell how long they are.
"""


@cache
def pages(subtype: str) -> tuple[list[bytes], list[bytes]]:
    """Return the pages of the head and of the sound of two seconds of noise."""
    file = io.BytesIO()
    noise = np.random.default_rng(1).standard_normal((2 * RATE_HZ, 2)) / 10
    with soundfile.SoundFile(file, "w", RATE_HZ, 2, subtype, format="OGG") as out:
        out.write(noise)
    data, found = file.getvalue(), list[bytes]()
    while data:
        size = 27 + data[26] + sum(data[27 : 27 + data[26]])
        found.append(data[:size])
        data = data[size:]
    heads = sum(place_of(page) == 0 for page in found)
    return found[:heads], found[heads:]


def place_of(page: bytes) -> int:
    return int.from_bytes(page[6:14], "little")


def later(page: bytes, frames: int) -> bytes:
    """Return a page whose frames are counted from somewhere else, with its checksum (RFC 3533)."""
    changed = bytearray(page)
    changed[6:14] = (place_of(page) + frames).to_bytes(8, "little")
    changed[22:26] = bytes(4)
    total = 0
    for byte in changed:
        total ^= byte << 24
        for _ in range(8):
            total = (total << 1 ^ (0x104C11DB7 if total >> 31 else 0)) & 0xFFFFFFFF
    changed[22:26] = total.to_bytes(4, "little")
    return bytes(changed)


def is_as_long_as_libsndfile_says(data: bytes, *, exact: bool) -> None:
    info = read_header(io.BytesIO(data), "x.ogg", len(data))
    known = soundfile.info(io.BytesIO(data))
    assert info.duration_s == pytest.approx(
        known.frames / known.samplerate, abs=1e-6 if exact else AWAY_S
    )
    assert info.exact is exact


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_a_stream_that_had_run_for_long_when_it_was_recorded(subtype: str) -> None:
    heads, sound = pages(subtype)
    data = b"".join(heads + [later(page, 600 * RATE_HZ) for page in sound])
    is_as_long_as_libsndfile_says(data, exact=subtype == "OPUS")


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_an_ogg_whose_first_half_is_gone(subtype: str) -> None:
    heads, sound = pages(subtype)
    data = b"".join(heads + sound[len(sound) // 2 :])
    is_as_long_as_libsndfile_says(data, exact=subtype == "OPUS")


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_an_ogg_that_is_cut_in_its_last_page_ends_with_the_page_before(subtype: str) -> None:
    heads, sound = pages(subtype)
    data = b"".join(heads + sound)
    for cut in (1, 300, len(sound[-1]) - 20):
        is_as_long_as_libsndfile_says(data[:-cut], exact=True)


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_an_ogg_with_something_else_behind_it(subtype: str) -> None:
    heads, sound = pages(subtype)
    data = b"".join(heads + sound)
    is_as_long_as_libsndfile_says(data + bytes(70_000), exact=True)
