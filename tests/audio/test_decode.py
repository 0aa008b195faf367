"""Sound of every format, compared with what another decoder makes of it, or with what went in.

libsndfile is the other one where it reads the format; for what it decodes itself here, FFmpeg, and
for what it cannot read, the tone that was encoded.
"""

import io

import av
import miniaudio
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.peaks import peaks_every
from tests.audio import samples

FRAMES = samples.FRAMES
PLAIN = [
    *(("WAV", f"PCM_{kind}") for kind in ("U8", "16", "24", "32")),
    *(("WAV", kind) for kind in ("FLOAT", "DOUBLE")),
    *(("RF64", f"PCM_{kind}") for kind in ("16", "24")),
    *(("W64", kind) for kind in ("PCM_16", "PCM_24", "FLOAT")),
    *(("AIFF", kind) for kind in ("PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")),
]
PACKED = [(container, kind) for container in ("WAV", "W64") for kind in ("ULAW", "ALAW")]
PACKED += [("RF64", "ULAW"), ("AIFF", "ULAW"), ("AIFF", "ALAW")]
STEREO = pytest.mark.parametrize("channels", [1, 2])


def decoded(data: bytes, name: str = "song") -> tuple[Samples, int]:
    """Return all of the sound and its rate; the blocks are copied, as their memory is reused."""
    sound = open_sound(io.BytesIO(data), name, len(data))
    made = np.concatenate([block.copy() for block in sound.blocks()])
    assert made.shape[1] == sound.channels
    assert sound.frames in (None, len(made))
    return made, sound.sample_rate_hz


def by_libsndfile(data: bytes) -> NDArray[np.float64]:
    """Return the sound, with 32768 as the loudest."""
    read: NDArray[np.float64] = soundfile.read(io.BytesIO(data), always_2d=True)[0]
    return read * 32768


def by_ffmpeg(data: bytes, demuxer: str) -> NDArray[np.int16]:
    """Return a sound of 16 bits, which FFmpeg gives as it is."""
    with av.open(io.BytesIO(data), "r", demuxer) as container:
        return np.concatenate(
            [
                frame.to_ndarray().reshape(-1, frame.layout.nb_channels)
                for frame in container.decode(audio=0)
            ]
        )


def noise(channels: int, frames: int = FRAMES) -> NDArray[np.float64]:
    """Return noise with its loudest samples at both ends of the range, other in each channel."""
    made = np.random.default_rng(channels).uniform(-1, 1, (frames, channels))
    made[0], made[1] = -1, 1
    return made


def written(container: str, subtype: str, sound: NDArray[np.float64], **more: str) -> bytes:
    """Return a file, as libsndfile writes it."""
    file = io.BytesIO()
    soundfile.write(file, sound, samples.RATE_HZ, subtype, format=container, **more)
    return file.getvalue()


def tone(rate_hz: int, frames: int) -> NDArray[np.float64]:
    """Return what the fixtures were made of."""
    return 3276.8 * np.sin(2 * np.pi * 440 * np.arange(frames) / rate_hz)


@STEREO
@pytest.mark.parametrize(("container", "subtype"), PLAIN)
def test_what_is_not_packed_is_cut_to_its_upper_bits(
    container: str, subtype: str, channels: int
) -> None:
    data = written(container, subtype, noise(channels))
    found, rate_hz = decoded(data)
    exact = by_libsndfile(data)
    assert rate_hz == samples.RATE_HZ
    assert found.shape == exact.shape
    if subtype in ("FLOAT", "DOUBLE"):
        scaled = np.trunc(exact.astype(np.float32) / np.float32(32768) * np.float32(32767))
        assert (found == scaled).all()
    else:
        assert (found == np.floor(exact)).all()


def test_little_endian_aiff() -> None:
    data = written("AIFF", "PCM_16", noise(2), endian="LITTLE")
    assert b"sowt" in data
    assert (decoded(data)[0] == np.floor(by_libsndfile(data))).all()


@STEREO
@pytest.mark.parametrize(("container", "subtype"), PACKED)
def test_packed_samples(container: str, subtype: str, channels: int) -> None:
    data = written(container, subtype, noise(channels))
    demuxer = {"WAV": "wav", "RF64": "wav", "W64": "w64", "AIFF": "aiff"}[container]
    assert (decoded(data)[0] == by_ffmpeg(data, demuxer)).all()


@pytest.mark.parametrize("subtype", ["IMA_ADPCM", "MS_ADPCM"])
def test_adpcm(subtype: str) -> None:
    """Decoders round it differently, by less than is heard."""
    data = samples.encoded("WAV", subtype)
    found = decoded(data)[0][:FRAMES, 0]
    assert np.abs(found - tone(samples.RATE_HZ, FRAMES)).max() < 600
    other = miniaudio.decode(data, miniaudio.SampleFormat.SIGNED16, 1, samples.RATE_HZ)
    assert np.abs(found - np.frombuffer(other.samples, "<i2")[:FRAMES]).max() <= 8


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
def test_flac(subtype: str, channels: int) -> None:
    data = written("FLAC", subtype, noise(channels, 20_000))
    assert (decoded(data)[0] == np.floor(by_libsndfile(data))).all()
    assert (decoded(samples.id3(64) + data)[0] == np.floor(by_libsndfile(data))).all()


def test_flac_in_ogg() -> None:
    sound = np.floor(noise(2, 20_000) * 32767).astype("<i2")
    file = io.BytesIO()
    with av.open(file, "w", "ogg") as out:
        stream = out.add_stream("flac", rate=44100, layout="stereo")
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = 44100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            if packet.size:  # the last only says that it was the last
                out.mux(packet)
    assert (decoded(file.getvalue())[0] == sound).all()


@STEREO
@pytest.mark.parametrize(
    ("container", "subtype", "missing"),
    [("OGG", "VORBIS", 128), ("OGG", "OPUS", 0), ("MP3", "MPEG_LAYER_III", 0)],
)
def test_what_loses_something(container: str, subtype: str, missing: int, channels: int) -> None:
    """FFmpeg leaves out the last 128 frames of a Vorbis, 3 ms."""
    data = samples.encoded(container, subtype, channels=channels, frames=20_000)
    found, exact = decoded(data)[0], by_libsndfile(data)
    assert len(exact) == 20_000
    assert len(exact) - missing <= len(found) <= len(exact)
    assert np.abs(found - exact[: len(found)]).max() <= 1


@pytest.mark.parametrize("mode", ["CONSTANT", "AVERAGE", "VARIABLE"])
@pytest.mark.parametrize("counted", [True, False], ids=["counted", "not counted"])
def test_mp3_of_every_rate_to_its_end(mode: str, counted: bool) -> None:
    sound = noise(2, 44_100) * np.linspace(0, 0.5, 44_100)[:, None]
    data = written("MP3", "MPEG_LAYER_III", sound, bitrate_mode=mode)
    other = miniaudio.mp3_read_s16(data)
    exact = np.frombuffer(other.samples, "<i2").reshape(-1, 2)
    if counted:
        found = decoded(data)[0]
        assert len(found) == 44_100
    else:
        found = decoded(_uncounted(data))[0]
        exact = np.frombuffer(miniaudio.mp3_read_s16(_uncounted(data)).samples, "<i2")
        exact = exact.reshape(-1, 2)
        assert len(found) >= 44_100
    assert _best(found, exact) <= 2


def _uncounted(data: bytes) -> bytes:
    """Return an MP3 without its first frame, which counts the others."""
    from s3audio_tui.audio.formats import mp3_frame_bytes

    assert any(mark in data[:512] for mark in (b"Xing", b"Info"))
    return data[mp3_frame_bytes(data, 0) :]


def _best(found: Samples, exact: Samples) -> int:
    """Return how far they are apart where one may have more of the encoder's delay than the other.

    Of the middle, since decoders differ in what they do at the ends.
    """
    middle = found[10_000:30_000].astype(int)
    shifts = (0, 528, 529, 1105, 1152, 1681, -528, -529, -1105, -1152)
    return min(
        int(np.abs(middle - exact[10_000 + by :][:20_000].astype(int)).max())
        for by in shifts
        if len(exact) >= 30_000 + by
    )


@pytest.mark.parametrize(
    ("name", "rate_hz", "channels"),
    [
        ("aac-moov-last.m4a", 44100, 1),
        ("aac-moov-first.m4a", 44100, 1),
        ("aac-fragmented.m4a", 44100, 1),
        ("adts.aac", 44100, 1),
        ("opus.webm", 48000, 1),
        ("no-xing.mp3", 44100, 1),
    ],
)
def test_the_tone_that_went_in_comes_out(name: str, rate_hz: int, channels: int) -> None:
    found, rate = decoded((samples.FIXTURES / name).read_bytes())
    assert (rate, found.shape[1]) == (rate_hz, channels)
    assert 0.5 <= len(found) / rate_hz <= 0.56
    middle = found[4096 : 4096 + 8820, 0].astype(float)
    wave = np.exp(2j * np.pi * 440 * np.arange(len(middle)) / rate_hz)
    level = 2 * abs((middle * wave).mean())
    assert level == pytest.approx(3276.8, rel=0.06)
    assert np.sqrt((middle**2).mean()) == pytest.approx(level / np.sqrt(2), rel=0.02)


def test_alac() -> None:
    found, rate_hz = decoded((samples.FIXTURES / "alac-stereo.m4a").read_bytes())
    assert (rate_hz, found.shape) == (44100, (2205, 2))
    assert np.abs(found - tone(44100, 2205)[:, None] / 8).max() <= 1


@pytest.mark.parametrize(
    ("container", "subtype"),
    [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_measured_in_bulk_it_has_the_same_columns(
    container: str, subtype: str, channels: int
) -> None:
    data = samples.encoded(container, subtype, channels=channels, frames=100_000)
    made = []
    for bulk in (False, True):
        sound = open_sound(io.BytesIO(data), "song", len(data))
        assert sound.bulk is not None
        blocks = sound.measured() if bulk else sound.blocks()
        made.append(peaks_every(blocks, channels, sound.sample_rate_hz, 256))
    blockwise, measured = made
    assert measured.frames == blockwise.frames
    assert (measured.low == blockwise.low).all() and (measured.high == blockwise.high).all()
    assert measured.rms is not None and blockwise.rms is not None
    assert np.allclose(measured.rms, blockwise.rms, rtol=1e-5)


@pytest.mark.parametrize(("container", "subtype"), [("FLAC", "PCM_16"), ("OGG", "VORBIS")])
def test_the_content_decides_not_the_name(container: str, subtype: str) -> None:
    data = samples.encoded(container, subtype)
    assert (decoded(data, "song.wav")[0] == decoded(data, "song")[0]).all()
