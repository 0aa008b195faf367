"""What headers say: of real files, and of files that lie, are cut or are nothing of the kind."""

import io
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.header import SoundInfo, check_file, read_header
from s3audio_tui.errors import ConflictError, NotAudioError
from tests.audio import samples

FILES = samples.real_files()


def read(data: bytes, name: str = "x") -> SoundInfo:
    return read_header(io.BytesIO(data), name, len(data))


@pytest.mark.parametrize(
    ("name", "codec", "bit_depth", "rate_hz", "channels"),
    [
        ("u8.wav", "PCM", 8, 44100, 1),
        ("s16.wav", "PCM", 16, 44100, 2),
        ("s24.wave", "PCM", 24, 44100, 1),
        ("s32.wav", "PCM", 32, 44100, 1),
        ("f32.wav", "float", 32, 44100, 1),
        ("f64.wav", "float", 64, 44100, 1),
        ("ulaw.wav", "µ-law", None, 44100, 1),
        ("big.wav", "PCM", 16, 44100, 1),
        ("s16.aiff", "PCM", 16, 44100, 1),
        ("s24.aif", "PCM", 24, 44100, 2),
        ("f32.aifc", "float", 32, 44100, 1),
        ("s16.flac", "FLAC", 16, 44100, 1),
        ("s24.flac", "FLAC", 24, 44100, 2),
        ("tagged.flac", "FLAC", 16, 44100, 1),
        ("vorbis.ogg", "Vorbis", None, 44100, 2),
        ("opus.opus", "Opus", None, 48000, 1),
        ("opus.ogg", "Opus", None, 48000, 1),
        ("layer3.mp3", "MP3", None, 44100, 2),
        ("long-tag.mp3", "MP3", None, 44100, 1),
        ("padded.mp3", "MP3", None, 44100, 1),
        ("no-xing.mp3", "MP3", None, 44100, 1),
        ("aac-moov-last.m4a", "AAC", None, 44100, 1),
        ("aac-moov-first.m4a", "AAC", None, 44100, 1),
        ("aac-fragmented.m4a", "AAC", None, 44100, 1),
        ("alac-stereo.m4a", "ALAC", 24, 44100, 2),
        ("adts.aac", "AAC", None, 44100, 1),
        ("opus.webm", "Opus", None, 48000, 1),
    ],
)
def test_a_real_file_says_what_it_holds(
    name: str, codec: str, bit_depth: int | None, rate_hz: int | None, channels: int | None
) -> None:
    info = read(FILES[name])
    assert (info.codec, info.bit_depth) == (codec, bit_depth)
    assert (info.sample_rate_hz, info.channels) == (rate_hz, channels)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(("wav", "aiff", "flac"))])
def test_lossless_files_count_their_frames(name: str) -> None:
    info = read(FILES[name])
    assert info.duration_s == pytest.approx(samples.FRAMES / samples.RATE_HZ)
    assert info.exact


@pytest.mark.parametrize(
    ("name", "duration_s", "exact"),
    [
        ("vorbis.ogg", 0.1, True),
        ("layer3.mp3", 1.0, True),
        ("tagged.mp3", 1.0, True),
        ("padded.mp3", 0.1, True),
        ("no-xing.mp3", 0.5, True),
        ("aac-moov-last.m4a", 0.5, True),
        ("aac-fragmented.m4a", 0.5, False),
        ("adts.aac", 0.5, True),
        ("opus.webm", 0.5, True),
    ],
)
def test_a_duration_says_whether_it_is_exact(
    name: str, duration_s: float | None, exact: bool
) -> None:
    info = read(FILES[name])
    near = None if duration_s is None else pytest.approx(duration_s, abs=0.06)
    assert (info.duration_s, info.exact) == (near, exact)


TAGGED = [("WAV", "PCM_16"), ("WAV", "FLOAT"), ("AIFF", "PCM_24"), ("FLAC", "PCM_16")]
TAGGED += [("OGG", "VORBIS"), ("OGG", "OPUS"), ("RF64", "PCM_24"), ("WAVEX", "PCM_16")]
LESS_COMMON = [("WAV", "IMA_ADPCM"), ("WAV", "MS_ADPCM"), ("WAV", "ALAW")]
LESS_COMMON += [("AIFF", "ULAW"), ("AIFF", "FLOAT"), ("AIFF", "PCM_S8"), ("AIFF", "IMA_ADPCM")]
LESS_COMMON += [("W64", "PCM_32"), ("W64", "ULAW"), ("W64", "IMA_ADPCM"), ("FLAC", "PCM_S8")]


@pytest.mark.parametrize(("container", "subtype"), TAGGED + LESS_COMMON)
def test_libsndfile_reads_the_same(container: str, subtype: str) -> None:
    file = io.BytesIO()
    channels = 1 if subtype == "IMA_ADPCM" else 2
    rate_hz = 48000 if subtype == "OPUS" else 8000
    with soundfile.SoundFile(file, "w", rate_hz, channels, subtype, format=container) as out:
        if (container, subtype) in TAGGED:
            out.title, out.artist = "Größe, 音", "Nobody"
        out.write(np.zeros((5_000, channels)))
    file.seek(0)
    with soundfile.SoundFile(file) as known:
        tags = {name: text for name, text in known.copy_metadata().items() if name != "software"}
        info = read(file.getvalue())
        assert (info.sample_rate_hz, info.channels) == (known.samplerate, known.channels)
        assert info.duration_s == known.frames / known.samplerate
        assert info.exact
    assert tags == {name: text for name, text in info.tags.items() if name != "software"}


def test_big_endian_wav_is_read() -> None:
    form = struct.pack(">HHIIHH", 1, 2, 8000, 32000, 4, 16)
    chunks = b"fmt " + struct.pack(">I", 16) + form + b"data" + struct.pack(">I", 400) + bytes(400)
    info = read(b"RIFX" + struct.pack(">I", 4 + len(chunks)) + b"WAVE" + chunks)
    assert (info.codec, info.duration_s, info.bit_depth) == ("PCM", 100 / 8000, 16)


def test_tags_behind_the_sound_of_a_wav_are_read() -> None:
    text = b"INFOINAM" + struct.pack("<I", 6) + b"A take" + b"IART" + struct.pack("<I", 99) + b"B"
    data = samples.wav_header(data_bytes=10) + bytes(10) + b"LIST" + struct.pack("<I", len(text))
    assert read(data + text).tags == {"title": "A take", "artist": "B"}


def test_headers_need_no_library_in_c(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    code = "import sys; from pathlib import Path; from s3audio_tui.audio.header import check_file;"
    code += "print([check_file(path).codec for path in Path(sys.argv[1]).iterdir()]);"
    code += "sys.exit(any(name in sys.modules for name in ('soundfile', 'numpy', 'av')))"
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, text=True, stdout=-1
    )
    assert ran.stdout.count(",") == len(FILES) - 1


def test_tags_are_read() -> None:
    assert read(FILES["long-tag.mp3"]).tags == {"title": "Probe tone"}
    assert read(FILES["aac-moov-last.m4a"]).tags == {"title": "Probe tone", "artist": "Nobody"}


class Touched(io.BytesIO):
    """A file that notes which of its blocks of 64 KiB were read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.blocks: set[int] = set()

    def read(self, size: int | None = -1, /) -> bytes:
        start = self.tell()
        data = super().read(size)
        self.blocks |= set(range(start // 65536, -(-self.tell() // 65536)))
        return data


@pytest.mark.parametrize(
    ("container", "subtype", "blocks"),
    [
        ("WAV", "PCM_24", 1),
        ("AIFF", "PCM_24", 1),
        ("FLAC", "PCM_24", 2),
        ("OGG", "VORBIS", 4),
        ("OGG", "OPUS", 4),
        ("MP3", "MPEG_LAYER_III", 2),
    ],
)
def test_a_header_takes_few_of_a_long_file_s_blocks(
    container: str, subtype: str, blocks: int
) -> None:
    data = samples.encoded(container, subtype, channels=2, frames=samples.RATE_HZ * 25)
    file = Touched(data)
    read_header(file, "x", len(data))
    assert len(file.blocks) <= blocks
    assert not file.closed


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"not a sound at all\n" * 50, "is text, not audio"),
        ("Grüße, 日本語\n".encode() * 900, "is text, not audio"),
        ("\ufeffnotes".encode("utf-16"), "is text, not audio"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "is text, not audio"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no audio of a known format"),
        (bytes(1000), "no audio of a known format"),
        ((samples.FIXTURES / "opus.mka").read_bytes(), "no audio of a known format"),
        ((samples.FIXTURES / "video.webm").read_bytes(), "it holds a video"),
        (samples.wav_header(channels=1024, data_bytes=4096) + bytes(4096), "1,024 channels"),
        (samples.wav_header(rate_hz=2**31 - 1, data_bytes=64) + bytes(64), "2,147,483,647 Hz"),
        (samples.wav_header(channels=0), "cannot be read as WAV"),
        (samples.wav_header(rate_hz=0), "cannot be read as WAV"),
        (samples.wav_header()[:30], "cannot be read as WAV"),
        (b"RIFF\xff\xff\xff\xffWAVE", "cannot be read as WAV"),
        (FILES["s16.flac"][:30], "cannot be read as FLAC"),
        (FILES["vorbis.ogg"][:60], "cannot be read as Ogg"),
        (FILES["aac-moov-last.m4a"][:1500], "there is no sound in it"),
        (FILES["opus.webm"][:60], "there is no sound in it"),
        (samples.id3(2000), "no audio of a known format"),
        (samples.id3(100_000)[:90_000], "no audio of a known format"),
        (samples.id3(70_000) + b"text " * 2000, "cannot be read as MP3"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else len(value)
    ),  # bytes may differ by process
)
def test_what_is_no_audio_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NotAudioError, match=reason) as raised:
        read(data, "takes/x.wav")
    assert raised.value.key == "takes/x.wav"
    assert raised.value.message.startswith("takes/x.wav ")
    assert raised.value.remedy


def test_a_length_beyond_reason_is_not_believed() -> None:
    info = read(samples.flac_header(frames=2**36 - 1, rate_hz=1))
    assert (info.duration_s, info.exact) == (None, False)


def test_a_wav_cut_short_is_as_long_as_what_is_there() -> None:
    data = FILES["s16.wav"]
    whole, half = read(data), read(data[: len(data) // 2])
    assert whole.duration_s is not None and half.duration_s is not None
    assert half.duration_s == pytest.approx(whole.duration_s / 2, rel=0.02)


def test_an_mp3_cut_short_does_not_claim_the_whole() -> None:
    data = FILES["layer3.mp3"]
    info = read(data[: len(data) // 4])
    assert info.duration_s is not None and info.duration_s < 0.5


class Failing(io.BytesIO):
    """A file whose object changes after `good` reads."""

    def __init__(self, data: bytes, good: int) -> None:
        super().__init__(data)
        self.good = good

    def read(self, size: int | None = -1, /) -> bytes:
        self.good -= 1
        if self.good < 0:
            raise ConflictError("it changed", "list again")
        return super().read(size)


@pytest.mark.parametrize("good", [0, 1, 2])
@pytest.mark.parametrize(
    "name", ["s16.wav", "s16.flac", "vorbis.ogg", "tagged.mp3", "alac-stereo.m4a"]
)
def test_what_a_read_raises_comes_through(
    name: str, good: int, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConflictError):
        read_header(Failing(FILES[name], good), name, len(FILES[name]))
    assert capfd.readouterr() == ("", "")


def beyond_reason(data: bytes) -> list[str]:
    """Return what is beyond reason in what a header says, or in how it is refused."""
    try:
        info = read(data, "takes/x")
    except NotAudioError as error:
        told = error.message.startswith("takes/x ") and bool(error.remedy)
        return [] if told else [repr(error)]
    bounds = {"channels": (1, 64), "sample_rate_hz": (1, 1_000_000), "duration_s": (0, 8_640_000)}
    said = {name: getattr(info, name) for name in bounds}
    return [
        f"{name}: {value}"
        for name, value in said.items()
        if value is not None and not bounds[name][0] <= value <= bounds[name][1]
    ]


MAGICS = [data[:n] for data in FILES.values() for n in (4, 8, 12, 16, 36, 44)]


@given(st.sampled_from(sorted(set(MAGICS))), st.binary(max_size=4000))
@settings(max_examples=300, deadline=None)
def test_noise_behind_a_magic_is_refused_or_within_reason(magic: bytes, noise: bytes) -> None:
    assert beyond_reason(magic + noise) == []


@given(st.sampled_from(sorted(FILES)), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_a_cut_file_is_refused_or_within_reason(name: str, share: float) -> None:
    assert beyond_reason(FILES[name][: int(share * len(FILES[name]))]) == []


@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=8)), max_size=6),
)
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_is_refused_or_within_reason(
    name: str, damages: list[tuple[int, bytes]]
) -> None:
    data = bytearray(FILES[name])
    for at, damage in damages:
        data[at : at + len(damage)] = damage
    assert beyond_reason(bytes(data)) == []


def test_a_file_on_disk_is_checked(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
        assert check_file(tmp_path / name) == read(data)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("take.wav", FILES["s16.flac"], r"is FLAC, but is named \.wav: rename it to take\.flac"),
        ("take.FLAC", FILES["s16.wav"], r"is WAV, but is named \.FLAC: rename it to take\.wav"),
        ("a.b.opus", FILES["vorbis.ogg"], r"is Ogg, but is named \.opus: rename it to a\.b\.ogg"),
        ("take.m4a", FILES["adts.aac"], r"is AAC, but is named \.m4a: rename it to take\.aac"),
        (
            "take.txt",
            FILES["s16.wav"],
            r"does not end as an audio file does: the endings are \.wav",
        ),
        ("take", FILES["s16.wav"], r"does not end as an audio file does"),
        ("take.wav", b"text\n", r"is text, not audio"),
        ("take.wav", b"", r"is empty"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(NotAudioError, match=message):
        check_file(tmp_path / name)


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "gone.wav")


@pytest.mark.parametrize(
    ("data", "duration_s"),
    [
        (samples.bare_mp3(128, 3600), 3600),
        (samples.bare_mp3(32, 300) + samples.bare_mp3(320, 300), 600),
        (
            (samples.bare_mp3(96, 20) + samples.bare_mp3(192, 20) + samples.bare_mp3(128, 20)) * 20,
            1200,
        ),
        (FILES["adts.aac"] * 150, 77.1),
        (FILES["long-tag.mp3"][:200_010] + samples.bare_mp3(192, 100), 100),
    ],
    ids=["constant", "silent-start", "changing", "adts", "long-tag"],
)
def test_frames_that_nobody_counted_are_guessed_by_a_few(data: bytes, duration_s: float) -> None:
    windows: list[int] = []

    def window(start: int, length: int) -> bytes:
        windows.append(length)
        return data[start : start + length]

    info = read_header(io.BytesIO(data), "x", len(data), window)
    assert info.duration_s is not None and not info.exact
    assert 0.95 * duration_s <= info.duration_s <= 1.15 * duration_s
    assert len(windows) <= 34
    assert sum(windows) <= 33 * 8192 + 65536


@pytest.mark.parametrize("name", ["no-xing.mp3", "adts.aac", "layer3.mp3", "aac-moov-last.m4a"])
def test_what_is_counted_is_what_is_decoded(name: str) -> None:
    data = FILES[name]
    sound = open_sound(io.BytesIO(data), name, len(data))
    frames = sum(len(block) for block in sound.blocks())
    info = read(data)
    assert info.exact
    assert info.duration_s == pytest.approx(frames / sound.sample_rate_hz, abs=0.03)


def test_a_browser_s_recording_is_as_long_as_its_last_block_says() -> None:
    data = FILES["opus.webm"].replace(b"\x44\x89", b"\x44\x8a")  # a name that nobody knows
    info = read(data)
    assert info.duration_s == pytest.approx(0.5, abs=0.06)
    assert not info.exact


def test_fragments_are_not_walked_through() -> None:
    data = FILES["aac-fragmented.m4a"]
    at = data.index(b"moof") - 4
    fragments = data[at:]
    file = Touched(data[:at] + fragments * 400)
    read_header(file, "x", len(file.getvalue()))
    assert len(file.blocks) <= 6


def boxed(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), name) + body


def with_large_index(name: str) -> bytes:
    """Return an M4A whose index, in front, is larger than what is read of each file."""
    data, free = FILES[name], boxed(b"free", bytes(150_000))
    at = data.index(b"moov") - 4
    moov = struct.pack(">I", int.from_bytes(data[at : at + 4], "big") + len(free))
    return data[:at] + moov + b"moov" + free + data[at + 8 :]


@pytest.mark.parametrize(
    ("name", "ranges"), [("aac-moov-first.m4a", False), ("aac-fragmented.m4a", True)]
)
def test_a_large_index_is_read_again_only_where_it_goes_on_in_fragments(
    name: str, ranges: bool
) -> None:
    data = with_large_index(name)
    windows: list[tuple[int, int]] = []

    def window(start: int, length: int) -> bytes:
        windows.append((start, length))
        return data[start : start + length]

    info = read_header(io.BytesIO(data), "x", len(data), window)
    assert info.duration_s == pytest.approx(0.5, abs=0.06)
    assert bool(windows) is ranges


def test_fragments_whose_length_is_told() -> None:
    data = FILES["aac-fragmented.m4a"]
    mvex = data.index(b"mvex") - 4
    told = boxed(b"mehd", struct.pack(">II", 0, 7_250))  # in the index's own thousandths
    moov = data.index(b"moov") - 4
    longer = bytearray(data[: mvex + 8] + told + data[mvex + 8 :])
    for at in (moov, mvex):
        longer[at : at + 4] = struct.pack(">I", int.from_bytes(data[at : at + 4], "big") + 16)
    info = read(bytes(longer) + bytes(100))
    assert (info.duration_s, info.exact) == (7.25, True)


def test_the_table_of_fragments_tells_their_length() -> None:
    data = FILES["aac-fragmented.m4a"]
    at = data.index(b"moof") - 4
    parts = [data[at : at + 500], data[at + 500 :]]
    entries = b"".join(struct.pack(">III", len(part), 1500, 0) for part in parts)
    sidx = boxed(b"sidx", struct.pack(">IIIIIHH", 0, 1, 1000, 0, 0, 0, 2), entries)
    info = read(data[:at] + sidx + b"".join(parts))
    assert (info.duration_s, info.exact) == (3.0, True)


def test_one_long_fragment_is_measured() -> None:
    data = FILES["aac-fragmented.m4a"]
    at = data.index(b"mdat") - 4
    one = data[:at] + boxed(b"mdat", bytes(1_500_000))
    file = Touched(one)
    info = read_header(file, "x", len(one))
    assert info.duration_s == pytest.approx(0.5, abs=0.06)
    assert len(file.blocks) == 1


def lying_xing(frames: int) -> bytes:
    data = FILES["layer3.mp3"]
    at = data.index(b"Xing") if b"Xing" in data else data.index(b"Info")
    return data[: at + 8] + frames.to_bytes(4, "big") + data[at + 12 :]


def lying_webm(seconds: float) -> bytes:
    data = FILES["opus.webm"]
    at = data.index(b"\x44\x89\x88") + 3
    return data[:at] + struct.pack(">d", seconds * 1000) + data[at + 8 :]


def lying_ogg(name: str, frames: int) -> bytes:
    data = FILES[name]
    at = data.rindex(b"OggS") + 6
    return data[:at] + frames.to_bytes(8, "little") + data[at + 8 :]


@pytest.mark.parametrize(
    "data",
    [
        samples.flac_header(frames=2**36 - 1),
        lying_webm(1e300),
        lying_webm(float("nan")),
        lying_webm(-5.0),
        lying_webm(9e6),
        lying_ogg("vorbis.ogg", 2**62),
        lying_ogg("opus.opus", 2**62),
        FILES["s16.w64"].replace(b"data", b"dat_"),
        lying_xing(2**32 - 1),
        lying_xing(1_000_000),
    ],
    ids=lambda data: f"{len(data)}",
)
def test_a_length_that_cannot_be_is_not_believed(data: bytes) -> None:
    assert (believed_s(data) or 0) <= 5


def believed_s(data: bytes) -> float | None:
    """Return how long a sound is said to be; None where that is not known, or it is refused."""
    try:
        return read(data).duration_s
    except NotAudioError:
        return None


def test_chunks_that_lie_far_apart_are_not_all_gone_to() -> None:
    chunk = b"junk" + struct.pack("<I", 99_992) + bytes(99_992)
    file = Touched(samples.wav_header()[:12] + chunk * 600 + samples.wav_header()[12:])
    with pytest.raises(NotAudioError, match="cannot be read as WAV"):
        read_header(file, "x", len(file.getvalue()))
    assert len(file.blocks) <= 300
