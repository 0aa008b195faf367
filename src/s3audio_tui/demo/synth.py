"""What the demo's sounds are built of: time, noise, filters, fades, levels, a mix.

Every sound is float32 in -1 … 1, `(frames,)` or `(frames, 2)`; rates are in Hz.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
_TABLE_BITS = 11


def times(duration_s: float, rate_hz: int) -> Sound:
    """Return the instant of every frame, in seconds."""
    return np.arange(round(duration_s * rate_hz), dtype=np.float32) / np.float32(rate_hz)


def noise(rng: np.random.Generator, duration_s: float, rate_hz: int) -> Sound:
    """Return white noise."""
    return rng.standard_normal(round(duration_s * rate_hz), dtype=np.float32)


def sine(pitch_hz: Sound | float, duration_s: float, rate_hz: int) -> Sound:
    """Return a sine whose pitch may change with every frame; the phase never jumps."""
    steps = np.broadcast_to(np.asarray(pitch_hz, np.float64), (round(duration_s * rate_hz),))
    phase = np.cumsum(steps) * (2 * np.pi / rate_hz)
    return np.sin(np.mod(phase, 2 * np.pi).astype(np.float32))


def table(strengths: Sequence[float]) -> Sound:
    """Return one period with these strengths of the fundamental and its overtones."""
    phase = np.arange(2**_TABLE_BITS) * (2 * np.pi / 2**_TABLE_BITS)
    period = sum(a * np.sin(k * phase) for k, a in enumerate(strengths, start=1))
    return np.asarray(period / np.abs(period).max(), np.float32)


def wave(period: Sound, pitch_hz: float, duration_s: float, rate_hz: int, start: float) -> Sound:
    """Return a steady tone of this period; `start`, 0 … 1, is where in the period it begins.

    The phase is a 32-bit number that wraps by itself.
    """
    step, first = (np.uint32(round(turns * 2**32) % 2**32) for turns in (pitch_hz / rate_hz, start))
    turned = np.arange(round(duration_s * rate_hz), dtype=np.uint32) * step + first
    tone: Sound = period[turned >> np.uint32(32 - _TABLE_BITS)]
    return tone


def decay(duration_s: float, rate_hz: int, half_s: float) -> Sound:
    """Return a curve from 1 that halves every `half_s`."""
    curve: Sound = np.exp2(-times(duration_s, rate_hz) / np.float32(half_s))
    return curve


def filtered(sound: Sound, rate_hz: int, low_hz: float, high_hz: float) -> Sound:
    """Return what lies between two pitches, with slopes of 24 dB an octave."""
    frames = len(sound)
    size = -(-frames // 4096) * 4096
    pitch = np.fft.rfftfreq(size, 1 / rate_hz).astype(np.float32)
    pitch[0] = 1e-3
    gain = 1 / ((1 + (low_hz / pitch) ** 4) * (1 + (pitch / high_hz) ** 4))
    return np.fft.irfft(np.fft.rfft(sound, size) * gain, size)[:frames].astype(np.float32)


def faded(sound: Sound, rate_hz: int, in_s: float = 0.002, out_s: float = 0.02) -> Sound:
    """Return the sound with its ends faded to silence, so that nothing clicks."""
    out = np.array(sound, np.float32)
    for edge, duration_s in ((out, in_s), (out[::-1], out_s)):
        frames = min(len(out), max(2, round(duration_s * rate_hz)))
        curve = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, frames))).astype(np.float32)
        edge[:frames] *= curve if out.ndim == 1 else curve[:, None]
    return out


def levelled(sound: Sound, peak_dbfs: float) -> Sound:
    """Return the sound with its highest peak at this level below full scale."""
    peak = float(max(sound.max(initial=0), -sound.min(initial=0)))
    return sound * np.float32(10 ** (peak_dbfs / 20) / peak) if peak else sound


def panned(sound: Sound, place: float) -> Sound:
    """Return a mono sound in stereo, from -1 (left) to 1 (right), equally loud everywhere."""
    angle = (place + 1) * np.pi / 4
    return sound[:, None] * np.array([np.cos(angle), np.sin(angle)], np.float32)


def mixed(parts: Iterable[tuple[float, Sound]], duration_s: float, rate_hz: int) -> Sound:
    """Return the sum of sounds, each begun at its second; what hangs over the end is cut."""
    out: Sound | None = None
    for at_s, sound in parts:
        if out is None:
            out = np.zeros((round(duration_s * rate_hz), *sound.shape[1:]), np.float32)
        at = round(at_s * rate_hz)
        end = min(len(out), at + len(sound))
        if end > at:
            out[at:end] += sound[: end - at]
    return out if out is not None else np.zeros(round(duration_s * rate_hz), np.float32)


def echoed(
    sound: Sound,
    rng: np.random.Generator,
    rate_hz: int,
    half_s: float,
    wet: float,
    dry: float = 1.0,
) -> Sound:
    """Return a mono sound in a room, in stereo: noise that dies away, another for each ear."""
    tail_s = half_s * 8
    frames = len(sound) + round(tail_s * rate_hz)
    size = -(-frames // 4096) * 4096
    spectrum = np.fft.rfft(sound, size)
    ears = []
    for _ in range(2):
        tail = noise(rng, tail_s, rate_hz) * decay(tail_s, rate_hz, half_s)
        tail = filtered(tail, rate_hz, 150, 6000)
        tail *= np.float32(wet / np.sqrt(np.sum(tail**2)))
        tail[0] += np.float32(dry)
        ears.append(np.fft.irfft(spectrum * np.fft.rfft(tail, size), size)[:frames])
    return np.stack(ears, 1).astype(np.float32)
