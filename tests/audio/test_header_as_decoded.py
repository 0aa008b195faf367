"""What the header of a WAV or an AIFF says is what the decoder gives, as odd as the header is."""

import io
import struct
from itertools import product

import pytest
import soundfile

from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.header import SoundInfo, read_header
from s3audio_tui.errors import NotAudioError
from tests.audio import samples

RATE_HZ = 8000
SOUND = bytes(range(256)) * 16
TITLE = b"LIST" + struct.pack("<I", 18) + b"INFOINAM" + struct.pack("<I", 6) + b"A take"

CONTAINERS = ["WAV", "WAVEX", "AIFF", "W64", "RF64"]
UNWRITTEN = [("WAV", "MPEG_LAYER_III"), ("AIFF", "DWVW_12")]
"""What libsndfile names, but does not write."""
KINDS = [(name, kind) for name in CONTAINERS for kind in soundfile.available_subtypes(name)]
MOST_PADDING = {"GSM610": 320, "G721_32": 120, "NMS_ADPCM_16": 160}
MOST_PADDING |= {"MS_ADPCM": 4086, "NMS_ADPCM_24": 160, "NMS_ADPCM_32": 160}
"""What a decoder may give behind the frames that are counted: the rest of a packet."""


def read(data: bytes) -> SoundInfo:
    return read_header(io.BytesIO(data), "x", len(data))


def said(data: bytes) -> int | None:
    """Return the frames that a header counts; None where it is refused."""
    try:
        info = read(data)
    except NotAudioError:
        return None
    assert info.exact
    return round((info.duration_s or 0) * (info.sample_rate_hz or 0))


def heard(data: bytes) -> int | None:
    """Return the frames that are decoded; None where none can be."""
    try:
        return sum(map(len, open_sound(io.BytesIO(data), "x", len(data)).blocks()))
    except NotAudioError:
        return None


def wav(form: bytes, sound: bytes, size: int, riff_bytes: int | None = None) -> bytes:
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", size) + sound
    whole = len(chunks) if riff_bytes is None else riff_bytes
    return b"RIFF" + struct.pack("<I", whole) + chunks


def aiff(
    bits: int = 16,
    packing: bytes = b"",
    *,
    channels: int = 1,
    frames: int = 2048,
    size: int = len(SOUND) + 8,
    offset: int = 0,
) -> bytes:
    rate = bytes.fromhex("400bfa00000000000000")
    common = struct.pack(">HIH", channels, frames, bits) + rate + packing + bytes(2 * bool(packing))
    chunks = (b"AIFC" if packing else b"AIFF") + b"COMM" + struct.pack(">I", len(common)) + common
    chunks += b"SSND" + struct.pack(">III", size, offset, 0) + SOUND
    return b"FORM" + struct.pack(">I", len(chunks)) + chunks


def form_of(tag: int, channels: int, align: int, bits: int) -> bytes:
    return struct.pack("<HHIIHH", tag, channels, RATE_HZ, RATE_HZ * align, align, bits)


@pytest.mark.parametrize(("container", "kind"), [each for each in KINDS if each not in UNWRITTEN])
def test_all_that_libsndfile_writes_is_taken(container: str, kind: str) -> None:
    data = samples.encoded(container, kind)
    with soundfile.SoundFile(io.BytesIO(data)) as known:
        more = known.frames - (said(data) or 0)
    assert 0 <= more < MOST_PADDING.get(kind, 1)


@pytest.mark.parametrize(
    ("packing", "bits", "depth"), [(b"42n1", 24, 24), (b"in24", 24, 24), (b"23ni", 32, 32)]
)
def test_the_orders_of_bytes_of_an_aiff(packing: bytes, bits: int, depth: int) -> None:
    data = aiff(bits, packing)
    assert (read(data).codec, read(data).bit_depth) == ("PCM", depth)
    assert said(data) == heard(data) == len(SOUND) * 8 // bits


ALIGNS, BITS = range(17), (0, 1, 8, 12, 16, 20, 24, 31, 32, 40, 64)
PACKINGS = [b"", b"NONE", b"sowt", b"in24", b"42n1", b"ni24", b"23ni", b"raw "]
PACKINGS += [b"fl32", b"fl64", b"ulaw", b"ima4"]


@pytest.mark.parametrize(("tag", "channels"), [(1, 1), (1, 2), (3, 1), (3, 2)])
def test_any_form_of_a_wav(tag: int, channels: int) -> None:
    for align, bits in product(ALIGNS, BITS):
        data = wav(form_of(tag, channels, align, bits), SOUND, len(SOUND))
        assert said(data) == heard(data), (align, bits)


@pytest.mark.parametrize("packing", PACKINGS)
def test_any_form_of_an_aiff(packing: bytes) -> None:
    sizes = (0, 6, 1000, len(SOUND) + 8, 2**32 - 1)
    for channels, bits, frames, size, offset in product(
        (1, 2), (8, 16, 20, 24, 32, 64), (0, 2**31), sizes, (0, 100, 5000)
    ):
        data = aiff(bits, packing, channels=channels, frames=frames, size=size, offset=offset)
        case = (channels, bits, frames, size, offset)
        assert (said(data) or 0) == (heard(data) or 0), case  # no decoder opens what is empty


def test_24_bits_that_stand_in_four_bytes() -> None:
    sound = struct.pack("<4i", 0, 1 << 30, -(1 << 31), 1 << 16)
    data = wav(form_of(1, 1, 4, 24), sound, len(sound))
    assert (said(data), read(data).bit_depth) == (4, 24)
    (block,) = open_sound(io.BytesIO(data), "x", len(data)).blocks()
    assert block[:, 0].tolist() == [0, 16384, -32768, 1]


def test_a_wav_without_sound_keeps_its_tags() -> None:
    data = wav(form_of(1, 1, 2, 16), TITLE, 0)
    assert said(data) == heard(data) == 0
    assert read(data).tags == {"title": "A take"}


@pytest.mark.parametrize("riff_bytes", [0, 8, 36, 2**32 - 1])
def test_a_wav_that_was_not_ended_is_sound_up_to_its_end(riff_bytes: int) -> None:
    data = wav(form_of(1, 1, 2, 16), SOUND, 0, riff_bytes)
    assert said(data) == heard(data) == len(SOUND) // 2


@pytest.mark.parametrize("size", [0, 6])
@pytest.mark.parametrize("frames", [0, 2048])
def test_an_aiff_that_was_not_ended_is_sound_up_to_its_end(size: int, frames: int) -> None:
    data = aiff(size=size, frames=frames)
    assert said(data) == heard(data) == soundfile.info(io.BytesIO(data)).frames == 2048
