"""Sounds of a workbench and of rooms: sweeps, reference tones, noise, rain, the room itself."""

from collections.abc import Callable

import numpy as np

from s3audio_tui.demo.synth import (
    Sound,
    echoed,
    faded,
    filtered,
    levelled,
    mixed,
    noise,
    sine,
    times,
)


def sweep(
    rng: np.random.Generator, rate_hz: int, duration_s: float, low_hz: float, high_hz: float
) -> Sound:
    """A sine that climbs evenly by octaves."""
    del rng
    octaves = np.log2(high_hz / low_hz)
    pitch = low_hz * np.exp2(octaves * times(duration_s, rate_hz).astype(np.float64) / duration_s)
    return levelled(faded(sine(pitch, duration_s, rate_hz), rate_hz, 0.02, 0.02), -6)


def reference(rng: np.random.Generator, rate_hz: int, duration_s: float) -> Sound:
    """1 kHz at -18 dBFS."""
    del rng
    return levelled(faded(sine(1000.0, duration_s, rate_hz), rate_hz, 0.05, 0.05), -18)


def pink(rng: np.random.Generator, rate_hz: int, duration_s: float) -> Sound:
    """Noise with equal power in every octave."""
    white = noise(rng, duration_s, rate_hz)
    spectrum = np.fft.rfft(white)
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[: max(1, round(15 * duration_s))] = 0
    out = np.fft.irfft(spectrum, len(white)).astype(np.float32)
    return faded(out * np.float32(0.1 / out.std()), rate_hz, 0.1, 0.1)


def room(rng: np.random.Generator, rate_hz: int, duration_s: float, hum_hz: float) -> Sound:
    """An empty room at about -60 dBFS: air, a hum of the mains and its overtones, a far rumble.

    Ten seconds of it, laid over themselves again and again, so that no seam can be heard.
    """
    piece_s, over_s = 10.0, 2.0
    air = filtered(noise(rng, piece_s, rate_hz), rate_hz, 60, 900) * np.float32(0.004)
    air += filtered(noise(rng, piece_s, rate_hz), rate_hz, 25, 70) * np.float32(0.02)
    t = times(piece_s, rate_hz)
    for overtone, strength in ((1, 0.0016), (2, 0.0009), (3, 0.0004)):
        air += np.float32(strength) * np.sin(np.float32(2 * np.pi * hum_hz * overtone) * t)
    piece = faded(air, rate_hz, over_s, over_s)
    starts = np.arange(0.0, duration_s, piece_s - over_s)
    out = mixed([(float(at_s), piece) for at_s in starts], duration_s, rate_hz)
    return faded(out, rate_hz, 0.5, 0.5)


def rain(rng: np.random.Generator, rate_hz: int, duration_s: float) -> Sound:
    """Rain on a roof: a steady hiss, and drops near by, in stereo."""
    ears = []
    for _ in range(2):
        hiss = filtered(noise(rng, duration_s, rate_hz), rate_hz, 500, 7000) * np.float32(0.05)
        for at_s in rng.uniform(0, duration_s - 0.1, round(14 * duration_s)):
            pitch = rng.uniform(700, 2600)
            t = times(0.03, rate_hz)
            drop = np.sin(2 * np.pi * pitch * t) * np.exp2(-t / 0.004) * rng.uniform(0.02, 0.3)
            at = round(at_s * rate_hz)
            hiss[at : at + len(t)] += faded(drop, rate_hz, 0.001, 0.01)
        ears.append(hiss)
    return levelled(faded(np.stack(ears, 1), rate_hz, 0.8, 0.8), -8)


def washed(
    rng: np.random.Generator,
    rate_hz: int,
    dry_sound: Callable[[np.random.Generator, int], Sound],
) -> Sound:
    """Only the echo of a sound in a large hall, nothing of the sound itself."""
    dry = dry_sound(rng, rate_hz)
    wet = echoed(dry.mean(axis=1), rng, rate_hz, 0.45, 1.0, dry=0.0)
    return levelled(faded(wet, rate_hz, 0.02, 2.0), -1)
