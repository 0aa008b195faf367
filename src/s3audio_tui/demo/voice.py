"""Something like a voice: a buzz shaped by the resonances of five vowels, and speech made of it.

Resonances (centre in Hz, level in dB) as Peterson and Barney measured them in 1952.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from s3audio_tui.demo.synth import Sound, faded, filtered, levelled, noise

Curve = npt.NDArray[np.float64]

_RESONANCES = {
    "a": ((730, -1), (1090, -5), (2440, -28)),
    "e": ((530, -2), (1840, -17), (2480, -24)),
    "i": ((270, -4), (2290, -24), (3010, -28)),
    "o": ((570, 0), (840, -7), (2410, -34)),
    "u": ((300, -3), (870, -19), (2240, -43)),
}
_WIDTHS_HZ = (80, 100, 150)


def vowels(
    rng: np.random.Generator,
    rate_hz: int,
    letters: str,
    each_s: float,
    base_hz: float,
    melody: Sequence[float] = (0.0,),
) -> Sound:
    """Vowels sung in one breath, each gliding into the next.

    `melody` gives the semitones above `base_hz`, evenly spread over the time.
    """
    middles: Curve = (np.arange(len(letters), dtype=np.float64) + 0.5) * each_s
    duration_s = each_s * len(letters)
    t: Curve = np.arange(round(duration_s * rate_hz)) / rate_hz
    each_note_s = duration_s / len(melody)
    starts = np.arange(len(melody)) * each_note_s
    corners = np.stack([starts, starts + each_note_s - 0.06], 1).ravel()
    semitones = np.interp(t, corners, np.repeat(melody, 2))
    vibrato = 1 + 0.012 * np.sin(2 * np.pi * 5.1 * t) * np.minimum(1, t)
    pitch: Curve = base_hz * np.exp2(semitones / 12) * vibrato
    out = _sung(rng, rate_hz, letters, middles, each_s * 0.35, pitch)
    return levelled(faded(out, rate_hz, 0.08, 0.25), -4)


def phrase(rng: np.random.Generator, rate_hz: int, duration_s: float, base_hz: float) -> Sound:
    """A sentence in no language: syllables of uneven length under a falling pitch."""
    ends = np.cumsum(rng.uniform(0.11, 0.27, round(duration_s / 0.18)))
    ends = ends[ends < duration_s - 0.15]
    starts = np.concatenate([[0.0], ends[:-1]])
    letters = "".join(rng.choice(list(_RESONANCES), len(ends)))
    t: Curve = np.arange(round(duration_s * rate_hz)) / rate_hz
    melody = np.interp(t, starts, rng.uniform(0.92, 1.12, len(starts)))
    pitch: Curve = base_hz * melody * np.interp(t, (0, duration_s), (1.12, 0.86))
    voiced = _sung(rng, rate_hz, letters, (starts + ends) / 2, 0.03, pitch)
    opened = _syllables(rng, t, starts, ends)
    hiss = filtered(noise(rng, duration_s, rate_hz), rate_hz, 2500, 7500)[: len(t)]
    bursts = _bursts(rng, t, starts)
    out = voiced / np.abs(voiced).max() * opened + 0.1 * hiss * bursts
    return levelled(faded(out.astype(np.float32), rate_hz, 0.03, 0.15), -3)


def speech(
    rng: np.random.Generator, rate_hz: int, durations_s: Sequence[float], base_hz: float
) -> Sound:
    """Sentences of these lengths, with a breath of silence between two."""
    parts = []
    for duration_s in durations_s:
        parts.append(phrase(rng, rate_hz, duration_s, base_hz) * np.float32(rng.uniform(0.7, 1)))
        parts.append(np.zeros(round(rng.uniform(0.25, 0.7) * rate_hz), np.float32))
    return np.concatenate(parts)


def _sung(
    rng: np.random.Generator,
    rate_hz: int,
    letters: str,
    middles: Curve,
    glide_s: float,
    pitch: Curve,
) -> Sound:
    """One unbroken buzz of this pitch, at each instant shaped by the vowels that are near."""
    frames = len(pitch)
    t = np.arange(frames) / rate_hz
    phase = np.cumsum(pitch) / rate_hz
    buzz = (2 * np.mod(phase, 1) - 1).astype(np.float32)
    buzz += np.float32(0.05) * noise(rng, frames / rate_hz, rate_hz)[:frames]
    corners, at = [], []
    for letter, middle in zip(letters, middles, strict=True):
        at += [middle - glide_s, middle + glide_s]
        corners += [letter, letter]
    size = -(-frames // 4096) * 4096
    spectrum = np.fft.rfft(buzz, size)
    out = np.zeros(frames, np.float32)
    for vowel in sorted(set(letters)):
        gain = _mouth(vowel, size, rate_hz)
        sung = np.fft.irfft(spectrum * gain, size)[:frames]
        near = np.interp(t, at, [float(corner == vowel) for corner in corners])
        out += (sung * near).astype(np.float32)
    return out


def _mouth(vowel: str, size: int, rate_hz: int) -> Sound:
    """The gain at each pitch. The buzz falls by 6 dB an octave, which is taken back first."""
    pitch = np.fft.rfftfreq(size, 1 / rate_hz)
    gain = np.zeros(len(pitch))
    for (centre, level_db), width in zip(_RESONANCES[vowel], _WIDTHS_HZ, strict=True):
        strength = 10 ** (level_db / 20) * centre / 500
        gain += strength / (1 + ((pitch - centre) / width) ** 2)
    gain /= 1 + (60 / np.maximum(pitch, 1e-3)) ** 4
    return (gain / (1 + (pitch / 6000) ** 4)).astype(np.float32)


def _syllables(rng: np.random.Generator, t: Curve, starts: Curve, ends: Curve) -> Curve:
    """How open the mouth is: for each syllable up fast, down slowly."""
    at, height = [0.0], [0.0]
    for start, end in zip(starts, ends, strict=True):
        long = end - start
        at += [start + 0.2 * long, start + 0.6 * long, end - 0.01]
        height += [rng.uniform(0.7, 1), rng.uniform(0.6, 0.9), rng.uniform(0.05, 0.35)]
    return np.interp(t, [*at, ends[-1] + 0.08], [*height, 0.0])


def _bursts(rng: np.random.Generator, t: Curve, starts: Curve) -> Curve:
    """Where a syllable begins with a hiss."""
    at, height = [0.0], [0.0]
    for start in starts[1:]:
        at += [start - 0.03, start, start + 0.035]
        height += [0.0, rng.choice([0.0, 0.3, 1.0]), 0.0]
    return np.interp(t, at, height)
