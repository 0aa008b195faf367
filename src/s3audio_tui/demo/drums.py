"""Drums: single hits in mono, and a bar of them."""

import numpy as np

from s3audio_tui.demo.synth import (
    Sound,
    decay,
    echoed,
    faded,
    filtered,
    levelled,
    mixed,
    noise,
    sine,
    times,
)


def kick(rng: np.random.Generator, rate_hz: int, duration_s: float = 0.5) -> Sound:
    """A bass drum: a sine that falls from 180 to 48 Hz, with a short knock before it."""
    t = times(duration_s, rate_hz)
    body = sine(48 + 132 * np.exp2(-t / 0.018), duration_s, rate_hz)
    knock = filtered(noise(rng, duration_s, rate_hz), rate_hz, 800, 5000)
    out = body * decay(duration_s, rate_hz, 0.07) + 0.12 * knock * np.exp2(-t / 0.002)
    return levelled(faded(np.tanh(1.6 * out), rate_hz, 0.0005, 0.08), -1.5)


def clipped_kick(rng: np.random.Generator, rate_hz: int) -> Sound:
    """A bass drum recorded 6 dB too loud: its tops are cut off."""
    loud: Sound = kick(rng, rate_hz) * np.float32(2.4)
    return loud.clip(-1, 1)


def sub(_rng: np.random.Generator, rate_hz: int, duration_s: float = 6.0) -> Sound:
    """A long low boom, slightly driven."""
    t = times(duration_s, rate_hz)
    body = sine(43.65 + 90 * np.exp2(-t / 0.02), duration_s, rate_hz)
    out = np.tanh(2.2 * body * decay(duration_s, rate_hz, 0.9))
    return levelled(faded(out, rate_hz, 0.001, 1.2), -1)


def snare(rng: np.random.Generator, rate_hz: int, duration_s: float = 0.4) -> Sound:
    """A snare drum: two tones of the skin, and the rattle of the wires."""
    t = times(duration_s, rate_hz)
    skin = sine(186 + 40 * np.exp2(-t / 0.01), duration_s, rate_hz)
    skin += 0.6 * sine(331.0, duration_s, rate_hz)
    wires = filtered(noise(rng, duration_s, rate_hz), rate_hz, 1500, 9000)
    out = 0.6 * skin * np.exp2(-t / 0.03) + 0.9 * wires * np.exp2(-t / 0.045)
    return levelled(faded(out, rate_hz, 0.0005, 0.1), -2)


def hat(rng: np.random.Generator, rate_hz: int, duration_s: float, half_s: float) -> Sound:
    """A hi-hat: high noise, closed when it halves in 0.02 s, open in 0.15."""
    high = min(16000.0, 0.45 * rate_hz)
    out = filtered(noise(rng, duration_s, rate_hz), rate_hz, 7000, high)
    return levelled(
        faded(out * decay(duration_s, rate_hz, half_s), rate_hz, 0.0005, duration_s / 4), -6
    )


def closed_hat(rng: np.random.Generator, rate_hz: int) -> Sound:
    """A closed hi-hat."""
    return hat(rng, rate_hz, 0.14, 0.015)


def open_hat(rng: np.random.Generator, rate_hz: int) -> Sound:
    """An open hi-hat."""
    return hat(rng, rate_hz, 0.9, 0.15)


def clap(rng: np.random.Generator, rate_hz: int, duration_s: float = 0.35) -> Sound:
    """Hands: three short bursts, and their last one that rings."""
    hiss = filtered(noise(rng, duration_s, rate_hz), rate_hz, 900, 4500)
    t = times(duration_s, rate_hz)
    shape = np.zeros_like(t)
    for at_s, half_s in ((0.0, 0.003), (0.011, 0.003), (0.023, 0.003), (0.034, 0.035)):
        shape = np.maximum(shape, np.where(t >= at_s, np.exp2(-(t - at_s) / half_s), 0))
    return levelled(faded(hiss * shape.astype(np.float32), rate_hz, 0.0005, 0.08), -2)


def tom(rng: np.random.Generator, rate_hz: int, duration_s: float = 0.9) -> Sound:
    """A low tom: a falling tone and a soft stroke."""
    t = times(duration_s, rate_hz)
    body = sine(92 + 60 * np.exp2(-t / 0.05), duration_s, rate_hz)
    stroke = filtered(noise(rng, duration_s, rate_hz), rate_hz, 200, 2500)
    out = body * decay(duration_s, rate_hz, 0.14) + 0.1 * stroke * np.exp2(-t / 0.01)
    return levelled(faded(out, rate_hz, 0.0005, 0.2), -2)


def rim(rng: np.random.Generator, rate_hz: int, duration_s: float = 0.15) -> Sound:
    """A stroke on the rim: short, wooden."""
    t = times(duration_s, rate_hz)
    wood = sine(1720.0, duration_s, rate_hz) + 0.7 * sine(2430.0, duration_s, rate_hz)
    stroke = filtered(noise(rng, duration_s, rate_hz), rate_hz, 1000, 6000)
    out = wood * np.exp2(-t / 0.008) + 0.3 * stroke * np.exp2(-t / 0.003)
    return levelled(faded(out, rate_hz, 0.0005, 0.03), -3)


def shaker(rng: np.random.Generator, rate_hz: int, duration_s: float = 0.12) -> Sound:
    """A shaker: grains that swell and fall."""
    t = times(duration_s, rate_hz)
    grains = filtered(noise(rng, duration_s, rate_hz), rate_hz, 4000, 11000)
    return levelled(faded(grains * np.sin(np.pi * t / duration_s) ** 2, rate_hz), -8)


def bar(rng: np.random.Generator, rate_hz: int, bar_s: float, pattern: str) -> Sound:
    """One bar of a drum kit in 16 steps: k kick, s snare, h hat, o open hat, . rest.

    A step may hold several letters; the off-beats swing and no two hats are equally loud.
    """
    hits = {"k": kick, "s": snare, "h": closed_hat, "o": open_hat, "c": clap, "r": rim}
    hits |= {"x": shaker}
    strokes = {letter: hits[letter](rng, rate_hz) for letter in hits if letter in pattern}
    parts = []
    for step, letters in enumerate(pattern.split()):
        at_s = bar_s * (step + (0.16 if step % 2 else 0)) / 16
        for letter in letters.replace(".", ""):
            gain = np.float32(rng.uniform(0.35, 0.6) if letter in "hox" else rng.uniform(0.8, 0.95))
            parts.append((at_s, strokes[letter] * gain))
    return mixed(parts, bar_s, rate_hz)


def clap_in_room(rng: np.random.Generator, rate_hz: int) -> Sound:
    """A clap in a small hard room, in stereo."""
    return levelled(faded(echoed(clap(rng, rate_hz), rng, rate_hz, 0.06, 0.8), rate_hz), -2)
