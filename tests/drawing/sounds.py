"""Sounds for pictures: made here, each the same every time."""

import numpy as np

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.peaks import Peaks, peaks_every

RATE_HZ = 8_000


def peaks_of(sound: Samples, each: int = 64) -> Peaks:
    """Return the columns of a sound."""
    return peaks_every(iter([sound]), sound.shape[1], RATE_HZ, each)


def sound_of(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> Samples:
    """Return samples of values from -1 to 1, of shape (frames,) or (frames, channels)."""
    found = np.clip(np.rint(values * 32_768), -32_768, 32_767).astype("<i2")
    return found.reshape(len(found), -1)


def silence(seconds: float = 10.0) -> Samples:
    """Nothing."""
    return np.zeros((int(seconds * RATE_HZ), 1), "<i2")


def speech(seconds: float = 20.0) -> Samples:
    """Syllables and pauses."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    syllable = np.clip(np.sin(at * 2 * np.pi * 2.9), 0, 1) ** 0.7
    phrase = (np.sin(at * 2 * np.pi * 0.21) > -0.35) * (0.3 + 0.7 * np.sin(at * 1.3) ** 2)
    voice = np.sin(at * 2 * np.pi * 140) * 0.7 + np.sin(at * 2 * np.pi * 870) * 0.3
    return sound_of(voice * syllable * phrase * 0.7)


def loud_music(seconds: float = 30.0) -> Samples:
    """Two channels, as loud as they can be: each beat reaches full scale, and clips."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    beat = np.exp(-((at * 2) % 1) * 3)
    part = np.where((at > seconds * 0.4) & (at < seconds * 0.6), 0.55, 1.0)
    tone = np.sin(at * 2 * np.pi * 110) + np.sin(at * 2 * np.pi * 331)
    left = np.clip(tone * (0.25 + beat) * 1.2, -1, 1) * part
    right = np.clip(tone * (0.45 + beat * 0.6) * 1.1, -0.97, 0.97) * part
    return sound_of(np.stack([left, right], axis=1))
