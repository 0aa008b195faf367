"""A sound from its middle is the same as what follows there when it is played from its start."""

import io

import numpy as np
import pytest

from s3audio_tui.audio.apart import Decoders
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.seeking import open_seekable
from tests.audio.samples import encoded

FRAMES = 60_000
EXACT = [("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "ULAW"), ("AIFF", "PCM_16")]
EXACT += [("FLAC", "PCM_16"), ("FLAC", "PCM_24")]
NEAR = [("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")]


def whole(data: bytes) -> Samples:
    sound = open_sound(io.BytesIO(data), "a", len(data))
    return np.concatenate([block.copy() for block in sound.blocks()])


def behind(data: bytes, first: int) -> Samples:
    sound = open_seekable(io.BytesIO(data), "a", len(data))
    blocks = [block.copy() for block in sound.blocks(first)]
    return np.concatenate(blocks) if blocks else np.zeros((0, sound.channels), "<i2")


@pytest.mark.parametrize(("container", "subtype"), EXACT)
def test_to_the_frame(container: str, subtype: str) -> None:
    data = encoded(container, subtype, channels=2, frames=FRAMES)
    sound = whole(data)
    for first in (0, 1, 4096, 33_333, FRAMES - 1, FRAMES):
        assert np.array_equal(behind(data, first), sound[first:]), first


@pytest.mark.parametrize(("container", "subtype"), NEAR)
def test_to_some_milliseconds(container: str, subtype: str) -> None:
    data = encoded(container, subtype, channels=2, frames=FRAMES)
    sound = whole(data)
    for first in (0, 33_333):
        rest = behind(data, first)
        assert abs(len(rest) - (len(sound) - first)) < 1500, first


def test_in_a_child() -> None:
    data = encoded("FLAC", "PCM_16", frames=FRAMES)

    def read(start: int, length: int) -> bytes:
        return data[start : start + length]

    with Decoders().opened(read, len(data), "a", first=40_000) as sound:
        assert sound.frames == FRAMES
        rest = np.concatenate(list(sound.blocks()))
    assert np.array_equal(rest, whole(data)[40_000:])
