"""Files that are cut, damaged or made to harm: the good frames, then at most a clear error."""

import io
import random
import struct
import warnings

import numpy as np
import pytest

from s3audio_tui.audio.boxes import Box
from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.header import read_header
from s3audio_tui.errors import NotAudioError
from tests.audio import samples

FILES = samples.real_files() | {
    "alaw.wav": samples.encoded("WAV", "ALAW"),
    "ima.wav": samples.encoded("WAV", "IMA_ADPCM"),
    "packed.w64": samples.encoded("W64", "ULAW"),
    "long.flac": samples.encoded("FLAC", "PCM_16", frames=44100),
}
TEXTS = [
    b"ffconcat version 1.0\nfile /etc/passwd\n",
    b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n",
    b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
]


def heard(data: bytes, name: str, first: int = 0) -> tuple[int, str]:
    """Return how many frames come from one on, and the error that ends them, if one does."""
    frames = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # as NumPy's of numbers too large
        try:
            for block in open_sound(io.BytesIO(data), name, len(data), first).blocks():
                frames += len(block)
        except NotAudioError as error:
            failure = error
        else:
            return frames, ""
    assert name in failure.message
    assert failure.remedy
    return frames, failure.message


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_off_gives_what_it_has(name: str) -> None:
    whole, failure = heard(FILES[name], name)
    assert whole > 0
    assert not failure
    counts = []
    for tenth in range(10):
        frames, failure = heard(FILES[name][: len(FILES[name]) * tenth // 10], name)
        counts.append(frames)
        assert frames or failure or tenth == 1  # a header alone may be all of a tenth
    assert counts == sorted(counts)
    assert counts[-1] <= whole


@pytest.mark.parametrize("name", FILES)
def test_what_is_random_behind_a_good_start(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    for kept in (4, 12, 44, 64, 200):
        chance = random.Random(kept)
        for _ in range(2):
            frames, failure = heard(FILES[name][:kept] + chance.randbytes(20_000), name)
            assert frames or failure or ".aif" in name  # of which a head alone is a sound
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("name", FILES)
def test_bytes_that_are_wrong_here_and_there(name: str) -> None:
    chance = random.Random(5)
    for _ in range(3):
        data = bytearray(FILES[name])
        for _ in range(20):
            data[chance.randrange(len(data))] = chance.randrange(256)
        frames, failure = heard(bytes(data), name)
        assert frames or failure


@pytest.mark.parametrize("data", [b"", bytes(1000), *TEXTS])
@pytest.mark.parametrize("name", ["song.wav", "song.m3u8", "song.flac"])
def test_what_is_no_sound_is_not_opened(data: bytes, name: str) -> None:
    assert heard(data, name) == (0, f"{name} holds no sound of a known format")


@pytest.mark.parametrize(
    ("data", "claim"),
    [
        (samples.wav_header(channels=1024, data_bytes=4096), "1,024 channels"),
        (samples.wav_header(rate_hz=2**31 - 1, data_bytes=4096), "2,147,483,647 Hz"),
        (samples.wav_header(rate_hz=0, data_bytes=4096), "0 Hz"),
    ],
)
def test_what_nothing_could_play(data: bytes, claim: str) -> None:
    frames, failure = heard(data + bytes(4096), "song.wav")
    assert not frames
    assert claim in failure


def test_a_wav_that_lies_about_its_length() -> None:
    data = samples.wav_header(data_bytes=2**32 - 2) + bytes(4000)
    assert open_sound(io.BytesIO(data), "song.wav", len(data)).frames == 2000
    assert heard(data, "song.wav") == (2000, "")


def test_a_wave64_that_lies_about_its_length() -> None:
    data = samples.encoded("W64", "PCM_16")
    at = data.index(b"data") + 16
    for claim in (2**63 - 1, 2**64 - 1):
        assert heard(data[:at] + struct.pack("<Q", claim) + data[at + 8 :], "song.w64")[0] == 4410


def test_an_aiff_that_lies_about_its_length() -> None:
    data = samples.encoded("AIFF", "PCM_16")
    at = data.index(b"COMM") + 10
    lying = data[:at] + struct.pack(">I", 2**32 - 1) + data[at + 4 :]
    assert heard(lying, "song.aiff") == (samples.FRAMES, "")


def test_a_flac_that_lies_about_its_length() -> None:
    data = bytearray(samples.encoded("FLAC", "PCM_16"))
    data[21] |= 0x0F
    frames, failure = heard(bytes(data), "song.flac")
    assert frames == samples.FRAMES
    assert f"it ends after {samples.FRAMES:,} of" in failure


def test_an_mp3_that_lies_about_its_length() -> None:
    data = FILES["layer3.mp3"]
    at = max(data.find(b"Xing"), data.find(b"Info")) + 8
    assert at > 8
    for claim in (0, 1, 2**31 - 1, 2**32 - 1):
        lying = data[:at] + struct.pack(">I", claim) + data[at + 4 :]
        frames, failure = heard(lying, "song.mp3")
        assert abs(frames - 44_100) <= 2304
        assert not failure


@pytest.mark.parametrize("box", [b"mvhd", b"mdhd"])
def test_an_m4a_that_lies_about_its_length(box: bytes) -> None:
    data = FILES["aac-moov-last.m4a"]
    at = data.index(box) + 20
    for claim in (0, 1, 2**31 - 1, 2**32 - 1):
        lying = data[:at] + struct.pack(">I", claim) + data[at + 4 :]
        assert heard(lying, "song.m4a") == heard(data, "song.m4a")


def test_floats_beyond_all_bounds_stay_in_range() -> None:
    wild = np.array([np.inf, -np.inf, np.nan, 3e38, -3e38, 1e300, 0.5], "<f8")
    form = struct.pack("<HHIIHH", 3, 1, 8000, 64000, 8, 64)
    data = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + form + b"data" + struct.pack("<I", wild.nbytes)
    data += wild.tobytes()
    (block,) = open_sound(io.BytesIO(data), "song.wav", len(data)).blocks()
    assert block[:, 0].tolist() == [32767, -32768, 0, 32767, -32768, 32767, 16383]
    assert heard(data, "song.wav") == (7, "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (samples.wav_header()[:12] + b"junk\0\0\0\0" * 9, "No 'data' chunk marker"),
        (FILES["s16.flac"][:4] + bytes(1) + FILES["s16.flac"][5:42] + bytes(99), "init decoder"),
        (b"\xff\xf1\x50\x40\x01\x00\xfc\0" * 2000, "0 Hz"),
    ],
    ids=["wav", "flac", "aac"],
)
@pytest.mark.parametrize("first", [0, 44_100])
def test_the_reason_is_said_in_words(data: bytes, reason: str, first: int) -> None:
    frames, failure = heard(data, "song", first)
    assert not frames
    assert first or reason in failure
    assert not any(word in failure for word in ("<", "object at", "('"))


def lying(name: bytes, offset: int, claim: bytes) -> bytes:
    """Return an M4A in fragments in which one number is another one."""
    data = FILES["aac-fragmented.m4a"]
    at = data.rindex(name) + offset
    return data[:at] + claim + data[at + len(claim) :]


HUGE = b"\xff" * 8
LIES = {
    "the end of a fragment": lying(b"moof", -4, HUGE[:4]),
    "a fragment of nothing": lying(b"moof", -4, b"\0\0\0\x08"),
    "samples without number": lying(b"trun", 8, HUGE[:4]),
    "samples before the file": lying(b"trun", 12, b"\x80\0\0\0"),
    "samples behind the file": lying(b"trun", 12, b"\x7f\xff\xff\xff"),
    "a time beyond all": lying(b"tfdt", 8, HUGE),
    "ticks of no time": lying(b"mdhd", 16, bytes(4)),
    "ticks without number": lying(b"mdhd", 16, HUGE[:4]),
    "a table that is longer than all": FILES["aac-fragmented.m4a"][:-4] + HUGE[:4],
    "fragments all over": FILES["aac-fragmented.m4a"] + lying(b"moof", -4, HUGE[:4])[-900:] * 999,
    "boxes all over": FILES["aac-fragmented.m4a"][:32] + b"\0\0\0\x08free" * 90_000,
}


@pytest.mark.parametrize("what", LIES)
def test_fragments_that_lie_take_little_and_end(what: str) -> None:
    data = LIES[what]
    for first in (0, 10_000, 10_000_000):
        frames, failure = heard(data, "song.m4a", first)
        assert frames <= 50_000
        assert not failure or failure.startswith("song.m4a ")
    assert said_s(data) <= 60


def test_heads_that_share_what_they_hold_are_not_all_walked_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = boxed(b"traf", boxed(b"free") * 200) * 200
    heads = b""
    for _ in range(12):  # each goes on up to the end, past those behind it
        inside = boxed(b"mfhd", bytes(8))
        later = struct.pack(">I4s", 8 + len(heads), b"free") + heads
        heads = struct.pack(">I4s", 8 + len(inside + later + parts), b"moof") + inside + later
    made: list[bytes] = []

    def noted(name: bytes, *places: int) -> Box:
        made.append(name)
        return Box(name, *places)

    monkeypatch.setattr("s3audio_tui.audio.boxes.Box", noted)
    data = FILES["aac-fragmented.m4a"]
    before = data[: data.index(b"moof") - 4]
    assert said_s(before + boxed(b"mdat", bytes(70_000)) + heads + parts) <= 60
    assert 0 < len(made) <= 20_000


def boxed(name: bytes, inside: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(inside), name) + inside


def said_s(data: bytes) -> float:
    """Return how long its header says that it is; 0 where that is not known, or it is refused."""
    try:
        return read_header(io.BytesIO(data), "song.m4a", len(data)).duration_s or 0.0
    except NotAudioError:
        return 0.0
