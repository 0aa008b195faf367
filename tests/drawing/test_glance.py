"""A waveform as a word: what is kept of a sound, and how it is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from s3audio_tui.audio.columns import Samples
from s3audio_tui.drawing.glance import PARTS, drawn, glance, needs_plain
from tests.drawing.sounds import loud_music, peaks_of, silence, sound_of, speech


def tone(amplitude: float, frames: int = 40_000) -> Samples:
    return sound_of(amplitude * np.sin(np.arange(frames) * 0.3))


@pytest.mark.parametrize("amplitude", [0.9, 0.05])
def test_what_is_as_loud_all_the_time_fills_its_cells(amplitude: float) -> None:
    assert drawn(glance(peaks_of(tone(amplitude))), 12) == "▇" * 12


def test_silence_and_what_nobody_hears_are_a_line() -> None:
    assert drawn(glance(peaks_of(silence())), 12) == "▁" * 12
    assert drawn(glance(peaks_of(tone(0.0005))), 12) == "▁" * 12


def test_it_rises_where_the_sound_does() -> None:
    rising = sound_of(np.sin(np.arange(80_000) * 0.3) * np.linspace(0, 1, 80_000))
    text = drawn(glance(peaks_of(rising)), 16)
    assert text == "".join(sorted(text)) and text[0] == "▁" and text[-1] == "▇"
    assert drawn(glance(peaks_of(rising)), 16, plain=True) == text.translate(
        str.maketrans("▁▂▃▄▅▆▇", "_.-:=*#")
    )


def test_loud_music_has_a_form() -> None:
    text = drawn(glance(peaks_of(loud_music())), 12)
    assert max(text[:4]) > max(text[5:7]), "the quieter part in the middle is seen"


@pytest.mark.parametrize("width", [1, 4, 12, 40])
def test_it_is_as_wide_as_it_shall_be(width: int) -> None:
    for sound in (speech(), silence(0.1), tone(0.5, frames=3)):
        assert len(drawn(glance(peaks_of(sound)), width)) == width
    assert drawn(b"", width) == " " * width


def test_peaks_without_loudness_have_one_too() -> None:
    peaks = peaks_of(tone(0.5))
    alike = np.abs(
        np.frombuffer(glance(peaks), np.uint8).astype(int)
        - np.frombuffer(glance(replace(peaks, rms=None)), np.uint8)
    )
    assert len(alike) == PARTS and alike.max() <= 2


def test_nothing_is_kept_of_nothing() -> None:
    assert glance(peaks_of(np.zeros((0, 2), np.int16))) == b""


def test_a_terminal_that_has_nothing_else_gets_ascii() -> None:
    assert needs_plain({"TERM": "linux"}, "utf-8") and needs_plain({"TERM": "xterm"}, "ascii")
    assert not needs_plain({"TERM": "xterm"}, "UTF-8")
