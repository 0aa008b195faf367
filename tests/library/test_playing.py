"""What a player opens: from a store, by a few ranges; from any frame; and what goes wrong."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from s3audio_tui.audio.columns import Samples
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import ConflictError, NotAudioError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.playing import track_of
from s3audio_tui.library.sources import FileSource, ObjectSource, looked_up
from s3audio_tui.store.client import Store
from s3audio_tui.store.objects import write_small
from s3audio_tui.store.ranges import read_range

RATE_HZ = 48_000
Put = Callable[[str, bytes], ObjectSource]


def noise(frames: int) -> Samples:
    return np.random.default_rng(5).integers(-9000, 9000, (frames, 2), "<i2")


def encoded(samples: Samples, container: str = "WAV", subtype: str = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format=container, subtype=subtype)
    return file.getvalue()


@pytest.fixture
def put(library: Library) -> Put:
    def source(key: str, data: bytes) -> ObjectSource:
        write_small(library.store, library.full(key), data)
        return ObjectSource(library, looked_up(library, key))

    return source


@pytest.mark.parametrize("container", ["WAV", "FLAC"])
def test_a_sound_in_a_store_from_any_frame(put: Put, container: str) -> None:
    samples = noise(400_000)
    track = track_of(put("a", encoded(samples, container)))
    for firsts in ((0, 300_000), (123_456,), (0,)):
        with track.open(CancelToken()) as sound:
            assert (sound.sample_rate_hz, sound.channels, sound.frames) == (RATE_HZ, 2, 400_000)
            for first in firsts:
                got = np.concatenate([block.copy() for block in sound.blocks(first)])
                assert np.array_equal(got, samples[first:])


def test_a_place_far_into_it_costs_little(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(store: Store, key: str, start: int, length: int, **more: Any) -> bytes:
        asked.append(start)
        return read_range(store, key, start, length, **more)

    monkeypatch.setattr("s3audio_tui.store.forward.read_range", counted)
    samples = noise(2_000_000)
    track = track_of(put("long.wav", encoded(samples)))
    with track.open(CancelToken()):
        asked.clear()
    with track.open(CancelToken()) as sound:
        block = next(iter(sound.blocks(1_500_000)))
        assert np.array_equal(block, samples[1_500_000:][: len(block)])
    assert min(asked) > 5_500_000  # the head is not read again


def test_an_object_that_changes_meanwhile(put: Put, library: Library) -> None:
    track = track_of(put("a.wav", encoded(noise(1000))))
    write_small(library.store, library.full("a.wav"), encoded(noise(2000)))
    with pytest.raises(ConflictError), track.open(CancelToken()) as sound:
        list(sound.blocks(0))


@pytest.mark.parametrize("name", ["a.wav", "a.mp3"])
def test_what_is_no_sound(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no sound" * 1000)
    track = track_of(FileSource(tmp_path / name))
    with pytest.raises(NotAudioError), track.open(CancelToken()) as sound:
        list(sound.blocks(0))
