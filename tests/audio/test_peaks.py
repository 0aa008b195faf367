"""Peaks, compared with what the whole sound gives at once."""

from itertools import pairwise

import av
import numpy as np
import pytest
from av.audio.resampler import AudioResampler
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from s3audio_tui.audio.columns import Columns, Samples, mixed
from s3audio_tui.audio.peaks import Peaks, peaks_every, peaks_in_all
from s3audio_tui.audio.planes import Planes

_ALL = st.integers(-32768, 32767)


@st.composite
def sounds(draw: st.DrawFn) -> tuple[Samples, list[Samples]]:
    """A sound of one to four channels, and the same in blocks of any sizes."""
    channels, frames = draw(st.integers(1, 4)), draw(st.integers(0, 700))
    seed = draw(st.integers(0, 1 << 20))
    made = np.random.default_rng(seed).integers(-32768, 32768, (frames, channels))
    whole = made.astype("<i2")
    cuts = sorted(draw(st.lists(st.integers(0, frames), max_size=5)))
    return whole, np.split(whole, cuts)


def assert_made_of(whole: Samples, edges: NDArray[np.int64], peaks: Peaks) -> None:
    """Compare each column with what its stretch of the sound gives at once."""
    for number, (start, end) in enumerate(pairwise(edges)):
        column = whole[start : max(end, start + 1)]
        assert (peaks.low[number] == column.min(axis=0)).all()
        assert (peaks.high[number] == column.max(axis=0)).all()
        assert peaks.rms is not None
        mean = np.sqrt((column.astype(np.float64) ** 2).mean(axis=0))
        assert np.allclose(peaks.rms[number], mean, rtol=1e-5)


@given(sounds(), st.integers(1, 300))
def test_columns_of_one_length(made: tuple[Samples, list[Samples]], each: int) -> None:
    whole, blocks = made
    peaks = peaks_every(blocks, whole.shape[1], 8000, each)
    assert len(peaks) == -(-len(whole) // each)
    assert peaks.frames == len(whole)
    assert_made_of(whole, np.append(np.arange(0, len(whole), each), len(whole)), peaks)


@given(sounds(), st.integers(1, 900))
def test_just_so_many_columns(made: tuple[Samples, list[Samples]], count: int) -> None:
    whole, blocks = made
    peaks = peaks_in_all(blocks, whole.shape[1], 8000, count, len(whole))
    assert len(peaks) == count
    if len(whole):
        assert_made_of(whole, np.arange(count + 1) * len(whole) // count, peaks)


@pytest.mark.parametrize("channels", [1, 2, 3, 40])
@pytest.mark.parametrize("cuts", [[], [1, 2, 20_000, 20_001, 45_678], [8191, 8192, 40_000]])
def test_long_columns(channels: int, cuts: list[int]) -> None:
    """They are made in another way than short ones."""
    chance = np.random.default_rng(channels)
    whole = chance.integers(-32768, 32768, (60_007, channels)).astype("<i2")
    blocks = np.split(whole, cuts)
    for each in (10_000, 20_000, 100_000):
        edges = np.append(np.arange(0, len(whole), each), len(whole))
        assert_made_of(whole, edges, peaks_every(blocks, channels, 8000, each))
    assert_made_of(
        whole,
        np.arange(6) * len(whole) // 5,
        peaks_in_all(blocks, channels, 8000, 5, len(whole)),
    )


def test_long_columns_are_taken_as_they_are_done() -> None:
    columns = Columns(2, 10_000)
    columns.add(np.full((25_000, 2), 7, "<i2"))
    assert columns.taken().high.tolist() == [[7, 7], [7, 7]]
    assert columns.taken().high.tolist() == []
    columns.add(np.full((5_001, 2), 9, "<i2"))
    found = columns.found()
    assert found.high.tolist() == [[9, 9], [9, 9]]
    assert found.low.tolist() == [[7, 7], [9, 9]]
    assert found.energy[1].tolist() == [81, 81]


def _in_16_bits(floats: NDArray[np.float32]) -> Samples:
    """Return what FFmpeg makes of planes."""
    layout = ["mono", "stereo", "2.1", "quad"][len(floats) - 1]
    frame = av.AudioFrame.from_ndarray(floats, format="fltp", layout=layout)
    frame.sample_rate = 8000
    (made,) = AudioResampler("s16", layout, 8000).resample(frame)
    samples = np.frombuffer(memoryview(made.planes[0]), "<i2", floats.size)
    return samples.reshape(-1, len(floats))


def _planes(floats: NDArray[np.float32]) -> Planes:
    work = np.empty(floats.shape[1], np.float32)
    return Planes([*np.ascontiguousarray(floats)], work, lambda: _in_16_bits(floats))


@pytest.mark.parametrize("loudest", [0.01, 0.12, 0.9, 1.5, 70_000, np.inf, np.nan])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_floats_give_the_columns_of_their_16_bits(channels: int, loudest: float) -> None:
    chance = np.random.default_rng(channels)
    floats = chance.uniform(-1, 1, (channels, 30_000)).astype(np.float32)
    floats[:, ::3] = np.rint(floats[:, ::3] * 32768 + 0.5) / 32768 - 0.5 / 32768  # halves
    floats *= np.float32(min(loudest, 1)) if loudest < 1 else 1
    floats[-1, 12_345] = loudest
    floats[0, 23_456] = -loudest
    cut = np.split(np.ascontiguousarray(floats), [1, 8192, 16_384, 20_001], axis=1)
    whole = np.concatenate([_in_16_bits(np.ascontiguousarray(part)) for part in cut])
    for each in (1, 7, 256, 4096, 9000, 100_000):
        peaks = peaks_every([_planes(part) for part in cut], channels, 8000, each)
        edges = np.append(np.arange(0, len(whole), each), len(whole))
        starts = edges[:-1]
        assert (peaks.low == np.minimum.reduceat(whole, starts)).all()
        assert (peaks.high == np.maximum.reduceat(whole, starts)).all()
        energy = np.add.reduceat(whole.astype(np.float64) ** 2, starts)
        assert peaks.rms is not None
        exact = np.sqrt(energy / np.diff(edges)[:, np.newaxis])
        assert np.allclose(peaks.rms, exact, rtol=1e-5)
        soft = exact < 1900
        assert np.allclose(peaks.rms[soft], exact[soft], rtol=1e-5)
        quick = peaks_every([_planes(part) for part in cut], channels, 8000, each, rms=False)
        assert (quick.low == peaks.low).all() and (quick.high == peaks.high).all()


@given(sounds(), st.integers(1, 50), st.integers(1, 9))
def test_what_is_coarser_is_as_if_made_of_the_sound(
    made: tuple[Samples, list[Samples]], each: int, times: int
) -> None:
    whole, blocks = made
    direct = peaks_every([whole], whole.shape[1], 8000, each * times)
    found = peaks_every(blocks, whole.shape[1], 8000, each).coarser(times)
    assert (found.low == direct.low).all()
    assert (found.high == direct.high).all()
    assert found.samples_per_pixel == direct.samples_per_pixel
    assert found.rms is not None
    assert direct.rms is not None
    assert np.allclose(found.rms, direct.rms, rtol=1e-5)


@pytest.mark.parametrize(("frames", "silent"), [(60, 4), (100, 0), (140, 0)])
def test_a_sound_that_is_shorter_or_longer_than_it_says(frames: int, silent: int) -> None:
    sound = np.full((frames, 1), 1000, "<i2")
    peaks = peaks_in_all([sound], 1, 8000, 10, 100)
    assert len(peaks) == 10
    assert (peaks.high == 0).sum() == silent


@given(st.lists(st.tuples(_ALL, _ALL, _ALL), min_size=1))
def test_the_mean_of_the_channels_is_cut_towards_zero(rows: list[tuple[int, int, int]]) -> None:
    (found,) = mixed(iter([np.array(rows, "<i2")]))
    assert found[:, 0].tolist() == [int(sum(row) / 3) for row in rows]
