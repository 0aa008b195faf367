"""The middle of a long packed sound: it is the right place, and little is read to find it."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.ranged import HERE_AND_THERE_BYTES, ranged
from tests.audio.samples import id3

RATE_HZ = 44_100
SECONDS = 60
BLOCK_BYTES = 64 * 1024
FEW = 7
PRIMING = 1024
"""What the encoder of AAC puts before the sound; played from its start it is heard too."""


@cache
def noise() -> Samples:
    """Return what is the same nowhere else, half of the time loud."""
    random = np.random.default_rng(9)
    loud = np.repeat(random.choice([0.2, 1.0], SECONDS * 2), RATE_HZ // 2)
    tones = np.convolve(random.standard_normal(SECONDS * RATE_HZ), np.ones(8) / 8, "same")
    sound: Samples = (tones * loud * 9000).astype("<i2")
    return sound


@cache
def flac() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, noise(), RATE_HZ, format="FLAC", subtype="PCM_16")
    return file.getvalue()


@cache
def by_ffmpeg(
    container: str, codec: str, kbps: int, rate_hz: int = RATE_HZ, **options: str
) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        with av.open(str(path), "w", container, options=options) as out:
            stream: Any = out.add_stream(codec, rate=rate_hz, layout="mono")
            if kbps:
                stream.bit_rate = kbps * 1000
            frame = av.AudioFrame.from_ndarray(noise().reshape(1, -1), "s16", "mono")
            frame.sample_rate = rate_hz
            for packet in (*stream.encode(frame), *stream.encode(None)):
                out.mux(packet)
        return path.read_bytes()


def cbr() -> bytes:
    return by_ffmpeg("mp3", "libmp3lame", 128)


def cbr_without_xing() -> bytes:
    return by_ffmpeg("mp3", "libmp3lame", 128, write_xing="0")


def vbr() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, noise(), RATE_HZ, format="MP3", subtype="MPEG_LAYER_III")
    return file.getvalue()


def vorbis() -> bytes:
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", RATE_HZ, 1, "VORBIS", format="OGG") as out:
        for begin in range(0, len(noise()), RATE_HZ):  # more at once overflows its stack
            out.write(noise()[begin : begin + RATE_HZ])
    return file.getvalue()


def opus() -> bytes:
    return by_ffmpeg("opus", "libopus", 96, 48_000)


def webm() -> bytes:
    """As a browser records it: without a length, and without a table of places."""
    return by_ffmpeg("webm", "libopus", 96, 48_000, live="1")


def adts() -> bytes:
    return by_ffmpeg("adts", "aac", 128)


FRAGMENTS = {
    "a table behind them": {"movflags": "empty_moov"},
    "places counted from the start": {"movflags": "frag_custom+skip_trailer"},
    "no table": {"movflags": "empty_moov+default_base_moof+skip_trailer"},
    "a table before them": {"movflags": "dash+global_sidx+skip_trailer"},
    "a table before each": {"movflags": "dash+skip_trailer"},
    "long ones": {"movflags": "empty_moov+skip_trailer", "frag_duration": "9000000"},
    "one": {"movflags": "frag_keyframe+empty_moov"},
}


def fragmented(how: str, codec: str = "aac", kbps: int = 128) -> bytes:
    """An M4A in fragments of a second, most of them, as browsers and live encoders write it."""
    options = {"frag_duration": "1000000"} | FRAGMENTS[how]
    if how == "one":
        del options["frag_duration"]
    return by_ffmpeg("mp4", codec, kbps, 48_000 if codec == "libopus" else RATE_HZ, **options)


@dataclass
class Read:
    """A file whose reads are noted, as a child asks for them."""

    data: bytes
    asked: list[tuple[int, int]] = field(default_factory=list)

    def at(self, start: int, length: int) -> bytes:
        self.asked.append((start, length))
        return self.data[start : start + length]

    @property
    def blocks(self) -> int:
        """How many blocks somebody has to fetch who keeps what he has."""
        size = BLOCK_BYTES
        spans = ((at // size, (at + length - 1) // size) for at, length in self.asked if length)
        return len({block for first, last in spans for block in range(first, last + 1)})

    def behind(self, first: int, length_s: float | None = None) -> NDArray[np.float64]:
        """Return half a second from frame `first` on."""
        size = len(self.data)
        file = ranged(self.at, size, HERE_AND_THERE_BYTES)
        got: list[Samples] = []
        for block in open_sound(file, "a", size, first, length_s).blocks():
            got.append(block[:, 0].copy())
            if sum(map(len, got)) > RATE_HZ // 2:
                break
        return np.concatenate(got)[: RATE_HZ // 2].astype(np.float64)


def where(part: NDArray[np.float64], first: int, most: int) -> int:
    """Return how many frames behind `first` of the noise a part of it lies."""
    begin = max(0, first - most)
    around = noise()[begin : first + most + len(part)].astype(np.float64)
    size = 1 << (len(around) + len(part)).bit_length()
    both = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(part, size)), size)
    return int(both[: len(around)].argmax()) + begin - first


@pytest.mark.parametrize("second", [1, 17, 59])
def test_flac_is_exact(second: int) -> None:
    file, first = Read(flac()), second * RATE_HZ + 321
    part = file.behind(first)
    assert np.array_equal(part, noise()[first:][: len(part)])
    assert file.blocks <= FEW


def test_flac_behind_a_tag_and_a_large_picture() -> None:
    data = flac()
    picture = b"\x06" + (1_000_000).to_bytes(3, "big") + bytes(1_000_000)
    file = Read(id3(5000) + data[:4] + b"\0" + data[5:42] + picture + data[42:])
    first = 20 * RATE_HZ
    part = file.behind(first)
    assert np.array_equal(part, noise()[first:][: len(part)])
    assert file.blocks <= FEW


def test_flac_to_its_end() -> None:
    data, first = flac(), (SECONDS - 3) * RATE_HZ
    blocks = [
        block.copy() for block in open_sound(io.BytesIO(data), "a", len(data), first).blocks()
    ]
    assert np.array_equal(np.concatenate(blocks)[:, 0], noise()[first:])


@pytest.mark.parametrize("made", [vorbis, opus])
@pytest.mark.parametrize("second", [1, 30, 50])
def test_ogg_is_exact(made: Callable[[], bytes], second: int) -> None:
    file, first = Read(made()), second * RATE_HZ + 77
    assert where(file.behind(first), first, 20_000) == 0
    assert file.blocks <= FEW


@pytest.mark.parametrize("second", [1, 30, 50])
def test_webm_without_a_table_is_right_to_a_millisecond(second: int) -> None:
    file, first = Read(webm()), second * RATE_HZ + 77
    assert abs(where(file.behind(first), first, 20_000)) <= 48
    assert file.blocks <= FEW


@pytest.mark.parametrize("how", FRAGMENTS)
@pytest.mark.parametrize("second", [1, 30, 58])
def test_an_m4a_in_fragments_is_exact(how: str, second: int) -> None:
    file, first = Read(fragmented(how)), second * RATE_HZ + 77
    assert where(file.behind(first), first, 20_000) == -PRIMING
    assert file.blocks <= FEW + 2 * (how == "long ones")


@pytest.mark.parametrize(("codec", "kbps"), [("alac", 0), ("libopus", 96)])
def test_other_sound_in_fragments_is_exact(codec: str, kbps: int) -> None:
    file, first = Read(fragmented("no table", codec, kbps)), 41 * RATE_HZ
    assert where(file.behind(first), first, 20_000) == 0
    assert file.blocks <= 10


@pytest.mark.parametrize("how", ["a table behind them", "a table before them"])
def test_a_table_of_fragments_that_lies_is_not_believed(how: str) -> None:
    data, first = bytearray(fragmented(how)), 30 * RATE_HZ
    if how == "a table behind them":
        at = data.rindex(b"tfra") + 20
        places = range(at, data.rindex(b"mfro") - 40, 19)
    else:
        at = data.index(b"sidx")
        places = range(at + 28, at + 28 + 12 * 40, 12)
    for place in places:
        data[place : place + 4] = b"\x7f\xff\x00\x11"
    file = Read(bytes(data))
    assert where(file.behind(first), first, 20_000) == -PRIMING
    assert file.blocks <= FEW + 3


def test_fragments_to_their_end() -> None:
    data, first = fragmented("no table"), (SECONDS - 3) * RATE_HZ
    sound = [
        np.concatenate(
            [block.copy() for block in open_sound(io.BytesIO(data), "a", len(data), begin).blocks()]
        )
        for begin in (0, first)
    ]
    assert len(sound[1]) == len(sound[0]) - first


@pytest.mark.parametrize("made", [cbr, cbr_without_xing])
@pytest.mark.parametrize("second", [20, 56])
def test_mp3_of_one_bit_rate(made: Callable[[], bytes], second: int) -> None:
    file, first = Read(made()), second * RATE_HZ
    delay = 0 if made is cbr else 1105
    assert abs(where(file.behind(first), first, 20_000) + delay) < RATE_HZ * 0.03
    assert file.blocks <= FEW


def test_mp3_of_many_bit_rates_with_a_table() -> None:
    file, first = Read(vbr()), 50 * RATE_HZ
    assert abs(where(file.behind(first), first, 5 * RATE_HZ)) < RATE_HZ * 1.5
    assert file.blocks <= FEW


def test_adts_of_a_known_length() -> None:
    file, first = Read(adts()), 40 * RATE_HZ
    assert abs(where(file.behind(first, float(SECONDS)), first, 5 * RATE_HZ)) < RATE_HZ * 1.5
    assert file.blocks <= FEW


def test_adts_of_a_length_that_lies() -> None:
    file, first = Read(adts()), 40 * RATE_HZ
    assert abs(where(file.behind(first, 1e-9), first, 5 * RATE_HZ)) < RATE_HZ * 1.5


def test_what_lies_near_the_start_is_exact() -> None:
    file, first = Read(vbr()), 5 * RATE_HZ
    assert abs(where(file.behind(first), first, 20_000)) < RATE_HZ * 0.005
