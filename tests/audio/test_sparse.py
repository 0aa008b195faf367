"""A first look from a few ranges, compared with the whole."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import soundfile

from s3audio_tui.audio import pcm
from s3audio_tui.audio.peaks import peaks_in_all
from s3audio_tui.audio.sparse import LONG_BYTES, first_look, worth_it
from tests.audio import samples

FRAMES = 2_000_000
COUNT = 20


def _file(subtype: str = "PCM_16", frames: int = FRAMES) -> tuple[bytes, pcm.Layout]:
    """Noise that swells and fades, other in each channel."""
    noise = np.random.default_rng(1).uniform(-1, 1, (frames, 2))
    swell = np.abs(np.sin(np.arange(frames) / 200_000))
    file = io.BytesIO()
    sound = noise * swell[:, None] * [0.9, 0.3]
    soundfile.write(file, sound, samples.RATE_HZ, subtype, format="WAV")
    layout = pcm.layout_of(file, len(file.getvalue()))
    assert layout is not None
    return file.getvalue(), layout


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_the_loudness_of_a_few_bytes_is_that_of_all(subtype: str) -> None:
    data, layout = _file(subtype)
    whole = pcm.blocks(io.BytesIO(data), layout)
    exact = peaks_in_all(whole, 2, samples.RATE_HZ, COUNT, FRAMES)
    looks = list(first_look(lambda start, length: data[start : start + length], layout, COUNT))
    assert [look.bytes_read for look in looks] == sorted(look.bytes_read for look in looks)
    best = looks[-1]
    assert 0 < best.bytes_read <= COUNT * 4 * 16 * 1024
    assert (len(best.peaks), best.peaks.frames) == (COUNT, FRAMES)
    assert best.peaks.rms is not None
    assert exact.rms is not None
    assert np.allclose(best.peaks.rms, exact.rms, rtol=0.15)
    for look in looks:
        assert (look.peaks.low >= exact.low).all()
        assert (look.peaks.high <= exact.high).all()


def test_windows_may_be_fetched_side_by_side() -> None:
    data, layout = _file()

    def read(start: int, length: int) -> bytes:
        return data[start : start + length]

    *_, alone = first_look(read, layout, COUNT)
    with ThreadPoolExecutor(4) as pool:
        *_, many = first_look(read, layout, COUNT, pool.map)
    assert (alone.peaks.low == many.peaks.low).all()
    assert alone.bytes_read == many.bytes_read


def test_a_sound_with_fewer_frames_than_windows_is_read_whole() -> None:
    data, layout = _file(frames=50)
    exact = peaks_in_all(pcm.blocks(io.BytesIO(data), layout), 2, samples.RATE_HZ, 10, 50)
    *_, look = first_look(lambda start, length: data[start : start + length], layout, 10)
    assert look.bytes_read == 200
    assert (look.peaks.low == exact.low).all()
    assert (look.peaks.high == exact.high).all()


def test_it_is_for_what_is_long() -> None:
    layout = pcm.Layout(44, LONG_BYTES // 4, 2, 44100, "<i2")
    assert not worth_it(layout, 200)
    assert worth_it(pcm.Layout(44, 250_000_000, 2, 44100, "<i2"), 200)
    assert not worth_it(pcm.Layout(44, 30_000_000, 2, 44100, "<i2"), 1000)
