"""Sounds, and their peaks, for the tests of waveforms."""

import io
from typing import Any

import numpy as np
import soundfile

from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.peaks import Peaks, peaks_every
from s3audio_tui.audio.waveform_file import to_dat
from s3audio_tui.library import waveforms
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sources import looked_up
from s3audio_tui.library.waveforms import Shown

RATE_HZ = 8000


def wav(frames: int = 20_000, *, seed: int = 1, channels: int = 2) -> bytes:
    noise = np.random.default_rng(seed).integers(-20_000, 20_000, (frames, channels), np.int16)
    file = io.BytesIO()
    soundfile.write(file, noise, RATE_HZ, format="WAV", subtype="PCM_16")
    return file.getvalue()


def peaks_of(data: bytes) -> Peaks:
    sound = open_sound(io.BytesIO(data), "it", len(data))
    return peaks_every(sound.blocks(), sound.channels, sound.sample_rate_hz)


def last(library: Library, key: str, **options: Any) -> Shown:
    row = looked_up(library, key)
    return list(waveforms.shown(library, row, **options))[-1]


def same(one: Peaks, other: Peaks) -> bool:
    return to_dat(one, 16) == to_dat(other, 16) and one.frames == other.frames


def put(client: Any, library: Library, key: str, data: bytes) -> None:
    client.put_object(Bucket=library.bucket, Key=library.full(key), Body=data)
