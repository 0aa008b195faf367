"""Chords, plucks, basses, loops and whole takes, all at one tempo so that they fit together."""

from collections.abc import Sequence

import numpy as np

from s3audio_tui.demo import drums
from s3audio_tui.demo.synth import (
    Sound,
    decay,
    echoed,
    faded,
    levelled,
    mixed,
    panned,
    sine,
    table,
    times,
    wave,
)

BPM = 92
BAR_S = 4 * 60 / BPM
CHORDS = ((48, 55, 58, 62, 63), (53, 57, 60, 63, 67), (46, 53, 57, 60, 62), (51, 55, 58, 62, 65))
"""Cm9, F7(9), Bbmaj9, Ebmaj9, as MIDI notes: one a bar."""

_PAD = table([1, 0.5, 0.3, 0.18, 0.1, 0.05, 0.025])
_BASS = table([1, 0.5, 0.22, 0.1, 0.05])
_BEAT = "kh . h . sh . h k h . kh . sh . h o"
_BREAK = "kh . kh . sh . h s h s k . sh . h s"


def pitch_hz(note: int) -> float:
    """Return the pitch of a MIDI note."""
    return float(440 * 2 ** ((note - 69) / 12))


def pad(rng: np.random.Generator, rate_hz: int, notes: Sequence[int], duration_s: float) -> Sound:
    """A soft chord of detuned voices, in stereo."""
    ears = []
    for detune in (-0.004, 0.004):
        ear = np.zeros(round(duration_s * rate_hz), np.float32)
        for note in notes:
            for spread in (-0.6, 1.0):
                bent = pitch_hz(note) * (1 + detune * spread)
                ear += wave(_PAD, bent, duration_s, rate_hz, rng.random())
        ears.append(ear)
    return levelled(faded(np.stack(ears, 1), rate_hz, 0.25, 0.4), -6)


def keys(rng: np.random.Generator, rate_hz: int, notes: Sequence[int], duration_s: float) -> Sound:
    """A chord on an electric piano: each note a sine that another bends, less as it dies away."""
    t = times(duration_s, rate_hz)
    out = np.zeros((len(t), 2), np.float32)
    for place, note in enumerate(notes):
        phase = np.mod(t.astype(np.float64) * pitch_hz(note), 1.0).astype(np.float32) * 2 * np.pi
        bell = np.sin(phase) * np.exp2(-t / 0.25) * np.float32(rng.uniform(1.0, 1.4))
        tone = np.sin(phase + bell) * np.exp2(-t / 0.8)
        out += panned(
            faded(tone, rate_hz, 0.004, 0.05), 0.7 * place / max(1, len(notes) - 1) - 0.35
        )
    return levelled(out, -5)


def pluck(rng: np.random.Generator, rate_hz: int, note: int, duration_s: float) -> Sound:
    """A plucked string after Karplus and Strong: a burst of noise, averaged once a period."""
    period = round(rate_hz / pitch_hz(note))
    string = np.convolve(rng.uniform(-1, 1, period + 2), np.ones(3) / 3, "same")[:period]
    string -= string.mean()
    rounds = -(-round(duration_s * rate_hz) // period)
    out = np.empty((rounds, period), np.float32)
    for number in range(rounds):
        out[number] = string
        string = 0.5 * (string + np.roll(string, 1)) * 0.998
    return levelled(faded(out.ravel()[: round(duration_s * rate_hz)], rate_hz, 0.001, 0.05), -4)


def strum(rng: np.random.Generator, rate_hz: int, notes: Sequence[int], duration_s: float) -> Sound:
    """A chord of plucked strings, one shortly after the other, in a small room."""
    parts = [
        (0.028 * number, pluck(rng, rate_hz, note, duration_s - 0.028 * number))
        for number, note in enumerate(notes)
    ]
    wet = echoed(mixed(parts, duration_s, rate_hz), rng, rate_hz, 0.12, 0.35)
    return levelled(faded(wet, rate_hz, 0.001, 0.3), -3)


def bass_bar(rng: np.random.Generator, rate_hz: int, notes: Sequence[int]) -> Sound:
    """One bar of bass on the chord's root, in mono."""
    parts = []
    for step, length, up in ((0, 3, 0), (3, 2, 0), (6, 2, 12), (8, 4, 0), (12, 2, 7), (14, 2, 10)):
        duration_s = BAR_S * length / 16
        tone = wave(_BASS, pitch_hz(notes[0] - 12 + up), duration_s, rate_hz, 0.0)
        shape = decay(duration_s, rate_hz, 0.35) * np.float32(rng.uniform(0.8, 1.0))
        parts.append((BAR_S * step / 16, faded(tone * shape, rate_hz, 0.004, 0.03)))
    return levelled(mixed(parts, BAR_S, rate_hz), -3)


def lead_bar(rng: np.random.Generator, rate_hz: int, notes: Sequence[int]) -> Sound:
    """One bar of a melody out of the chord's notes, with a slow vibrato, in mono."""
    parts = []
    for step in (0, 3, 6, 10, 12):
        duration_s = BAR_S * 3.5 / 16
        t = times(duration_s, rate_hz)
        base = pitch_hz(int(rng.choice(notes[1:])) + 12)
        tone = sine(base * (1 + 0.004 * np.sin(2 * np.pi * 5.2 * t)), duration_s, rate_hz)
        note = np.tanh(1.8 * tone) * decay(duration_s, rate_hz, 0.3)
        parts.append((BAR_S * step / 16, faded(note, rate_hz, 0.02, 0.08)))
    return levelled(mixed(parts, BAR_S, rate_hz), -6)


class Song:
    """A piece of music in layers: d drums, b bass, k keys, p pad, l lead.

    A bar of a layer is played once and kept, so that takes of one song share their parts.
    """

    def __init__(self, rate_hz: int, seed: int) -> None:
        self._rate_hz = rate_hz
        self._seed = seed
        self._played: dict[tuple[str, int], Sound] = {}

    def take(
        self,
        rng: np.random.Generator,
        rate_hz: int,
        bars: Sequence[str],
        *,
        mono: bool = False,
        db_a_bar: float = 0.0,
    ) -> Sound:
        """Return the song, played as `bars` says: for each the letters of its layers.

        Each bar is a little louder or softer than written, and by `db_a_bar` more than the one
        before. The last one is faded. Raises `ValueError` for a rate that is not the song's.
        """
        if rate_hz != self._rate_hz:
            raise ValueError(f"the song is at {self._rate_hz} Hz")
        parts: list[tuple[float, Sound]] = []
        for number, letters in enumerate(bars):
            gain = np.float32(10 ** ((db_a_bar * number + rng.uniform(-1.2, 0)) / 20))
            parts += [(BAR_S * number, self._bar(letter, number) * gain) for letter in letters]
        out = mixed(parts, BAR_S * len(bars), rate_hz)
        out = out.mean(axis=1) if mono else out
        return levelled(faded(out, rate_hz, 0.005, BAR_S / 2), -0.8)

    def _bar(self, letter: str, number: int) -> Sound:
        wanted = (letter, number % len(CHORDS))
        if wanted not in self._played:
            rng = np.random.default_rng([self._seed, ord(letter), wanted[1]])
            self._played[wanted] = _layer(rng, self._rate_hz, letter, CHORDS[wanted[1]])
        return self._played[wanted]


def _layer(rng: np.random.Generator, rate_hz: int, letter: str, notes: Sequence[int]) -> Sound:
    if letter == "d":
        return panned(drums.bar(rng, rate_hz, BAR_S, _BEAT), 0) * np.float32(1.2)
    if letter == "b":
        return panned(bass_bar(rng, rate_hz, notes), 0)
    if letter == "k":
        return keys(rng, rate_hz, notes, BAR_S)
    if letter == "p":
        return pad(rng, rate_hz, notes, BAR_S)
    return panned(lead_bar(rng, rate_hz, notes), 0.2)


def breakbeat(rng: np.random.Generator, rate_hz: int, bars: int) -> Sound:
    """A drum loop with ghost notes, in a small room."""
    played = [(BAR_S * n, drums.bar(rng, rate_hz, BAR_S, _BREAK)) for n in range(bars)]
    wet = echoed(mixed(played, BAR_S * bars, rate_hz), rng, rate_hz, 0.03, 0.25)
    return levelled(faded(wet[: round(BAR_S * bars * rate_hz)], rate_hz, 0.001, 0.01), -1)


def shaker_loop(rng: np.random.Generator, rate_hz: int, bars: int) -> Sound:
    """Sixteenths on a shaker."""
    played = [(BAR_S * n, drums.bar(rng, rate_hz, BAR_S, "x " * 16)) for n in range(bars)]
    return levelled(faded(mixed(played, BAR_S * bars, rate_hz), rate_hz), -6)


def click(rng: np.random.Generator, rate_hz: int, bars: int) -> Sound:
    """A metronome: the first beat of each bar is higher."""
    parts = []
    for beat in range(bars * 4):
        pitch = 1760.0 if beat % 4 == 0 else 1174.7
        tick = sine(pitch, 0.06, rate_hz) * decay(0.06, rate_hz, 0.008)
        parts.append((BAR_S * beat / 4, faded(tick, rate_hz, 0.001, 0.02)))
    parts.append((BAR_S * bars - 0.2, drums.rim(rng, rate_hz)))
    return levelled(mixed(parts, BAR_S * bars, rate_hz), -6)
