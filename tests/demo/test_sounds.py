"""The demo's sounds: whole, free of clicks, and what their names say."""

import io
import math

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from s3audio_tui.demo import songbook
from s3audio_tui.demo.making import Made

Samples = npt.NDArray[np.float32]
KEYS = sorted({file.key for file in songbook.files()})
EPISODE = "podcast/ep-41 half an hour of talking/ep-41 final.mp3"


def decoded(content: Made) -> tuple[Samples, int]:
    """Return `(frames, channels)` and the rate in Hz."""
    sound, rate_hz = soundfile.read(io.BytesIO(content.data), dtype="float32", always_2d=True)
    return sound, rate_hz


def dbfs(value: float) -> float:
    return 20 * math.log10(max(value, 1e-9))


def middle_hz(sound: Samples, rate_hz: int) -> float:
    """Return the pitch that has half of the power below it."""
    power = np.cumsum(np.abs(np.fft.rfft(sound)) ** 2)
    return float(np.searchsorted(power, power[-1] / 2) * rate_hz / len(sound))


@pytest.mark.parametrize("key", [key for key in KEYS if key != EPISODE])
def test_a_sound_is_whole_audible_and_begins_and_ends_in_silence(
    key: str, made: dict[str, Made]
) -> None:
    content = made[key]
    sound, rate_hz = decoded(content)
    peak = float(np.abs(sound).max())
    assert np.isfinite(sound).all()
    assert -50 < dbfs(peak) < (0.01 if "clipped" in key else -0.5)
    assert np.abs(sound[-4:]).max() < 0.01
    assert np.abs(sound[0]).max() < 0.01 or "/drums/" in key
    assert abs(float(sound.mean())) < 0.01
    assert content.sound.duration_s == pytest.approx(len(sound) / rate_hz, abs=0.06)
    assert content.sound.channels == sound.shape[1]


def test_half_an_hour_is_talk_between_two_jingles(made: dict[str, Made]) -> None:
    with soundfile.SoundFile(io.BytesIO(made[EPISODE].data)) as file:
        blocks = [
            (float(np.abs(block).max()), float(np.abs(np.diff(block)).max()))
            for block in file.blocks(blocksize=48000, dtype="float32")
        ]
    peaks, steps = zip(*blocks, strict=True)
    assert len(peaks) == 1800
    assert min(peaks[:3]) > 0.3 and max(peaks[-4:]) > 0.3
    assert 20 < sum(peak < 0.01 for peak in peaks) < 200
    assert max(steps) < 0.25


@pytest.mark.parametrize(
    ("key", "low_hz", "high_hz"),
    [
        ("takes/2026-11/sub 808 [long].wav", 35, 60),
        ("samples/drums/kick-dusty-03.wav", 40, 90),
        ("samples/drums/tom-low.flac", 80, 130),
        ("samples/drums/snare-tight-01.wav", 150, 4000),
        ("samples/drums/hat-closed.wav", 7000, 15000),
        ("samples/drums/hat-open.wav", 7000, 15000),
        ("samples/loops/shaker 92 bpm.ogg", 4000, 11000),
        ("stems/night drive/bass (stem).wav", 40, 200),
        ("stems/νύχτα/μπάσο.flac", 40, 200),
        ("samples/test tones/1 kHz at −18 dBFS.wav", 999, 1001),
        ("samples/環境音/雨の音、屋根の上.opus", 900, 6000),
        ("takes/2026-11/room tone, kitchen.wav", 20, 300),
    ],
)
def test_a_sound_lies_where_its_name_says(
    key: str, low_hz: float, high_hz: float, made: dict[str, Made]
) -> None:
    sound, rate_hz = decoded(made[key])
    assert low_hz < middle_hz(sound[:, 0], rate_hz) < high_hz


def test_the_reference_tone_is_at_its_level(made: dict[str, Made]) -> None:
    sound, _ = decoded(made["samples/test tones/1 kHz at −18 dBFS.wav"])
    assert dbfs(float(np.abs(sound).max())) == pytest.approx(-18, abs=0.1)


def test_the_sweep_climbs_by_an_octave_a_second(made: dict[str, Made]) -> None:
    sound, rate_hz = decoded(made["samples/test tones/sweep 20 Hz–20 kHz.wav"])
    for second in range(3, 9):
        at = second * rate_hz
        heard = middle_hz(sound[at : at + rate_hz // 10, 0], rate_hz)
        assert heard == pytest.approx(20 * 1000 ** ((second + 0.05) / 10), rel=0.08)


def test_pink_noise_has_as_much_in_every_octave(made: dict[str, Made]) -> None:
    sound, rate_hz = decoded(made["samples/test tones/pink noise.flac"])
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    edges = [round(hz * len(sound) / rate_hz) for hz in (100, 200, 400, 800, 1600, 3200, 6400)]
    octaves = np.add.reduceat(power, edges)[:-1]
    assert octaves.max() / octaves.min() < 1.3


def test_the_vowels_differ_as_vowels_do(made: dict[str, Made]) -> None:
    sound, rate_hz = decoded(made["voice/vowels a e i o u.wav"])
    pitch = np.fft.rfftfreq(rate_hz // 4, 1 / rate_hz)
    first, second = {}, {}
    for number, vowel in enumerate("aeiou"):
        at = round((number + 0.4) * 0.9 * rate_hz)
        power = np.abs(np.fft.rfft(sound[at : at + rate_hz // 4, 0])) ** 2
        low, high = (pitch > 200) & (pitch < 1000), (pitch > 1300) & (pitch < 3200)
        first[vowel] = float(np.average(pitch[low], weights=power[low]))
        second[vowel] = float(power[high].sum() / power[low].sum())
    assert first["i"] < first["e"] < first["a"]
    assert first["u"] < first["o"] < first["a"]
    assert second["e"] > second["i"] > 4 * second["u"]


def test_the_click_ticks_ninety_two_times_a_minute(made: dict[str, Made]) -> None:
    sound, rate_hz = decoded(made["takes/2026-11/05-click [92 bpm].wav"])
    loud = np.flatnonzero(np.abs(sound[:, 0]) > 0.1) / rate_hz
    ticks = loud[np.concatenate([[True], np.diff(loud) > 0.1])]
    assert np.diff(ticks[:-1]) == pytest.approx(60 / 92, abs=0.005)


def test_what_is_called_clipped_is(made: dict[str, Made]) -> None:
    sound, _ = decoded(made["samples/drums/kick-dusty-02 (clipped).wav"])
    assert int((np.abs(sound) > 0.999).sum()) > 1000


def test_room_tone_is_quiet_and_has_no_seams(made: dict[str, Made]) -> None:
    sound, rate_hz = decoded(made["takes/2026-11/room tone, kitchen.wav"])
    seconds = sound[rate_hz:-rate_hz, 0].reshape(-1, rate_hz)
    levels = [dbfs(float(second.std())) for second in seconds]
    assert min(levels) > -62 and max(levels) < -50


def test_versions_of_one_song_share_their_parts(made: dict[str, Made]) -> None:
    verse, _ = decoded(made["takes/2026-11/07-bridge.wav"])
    alternative, _ = decoded(made["takes/2026-11/07-bridge-alt.wav"])
    bar = round(4 * 60 / 92 * 48000)
    ours, theirs = verse[4 * bar : 5 * bar, 0], alternative[4 * bar : 5 * bar, 0]
    assert float(np.corrcoef(ours, theirs)[0, 1]) > 0.95
