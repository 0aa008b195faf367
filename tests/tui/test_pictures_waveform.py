"""What waveforms look like."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from textual.theme import Theme

from s3audio_tui.audio.peaks import peaks_every
from s3audio_tui.drawing.glyphs import Glyphs
from s3audio_tui.tui.theme import LIGHT, TERMINAL
from s3audio_tui.tui.widgets.wave_picture import Sound
from s3audio_tui.tui.widgets.waveform import Waveform
from tests.drawing.sounds import RATE_HZ, loud_music, peaks_of, silence, speech
from tests.snapshots import Snapshot, staged
from tests.tui.waves import WaveApp, sound_of

WIDE, LOW, NARROW = (100, 20), (100, 11), (36, 9)


def nothing(wave: Waveform) -> None:
    """Leave it as it is."""


def zoom(wave: Waveform) -> None:
    wave.move(90_000)
    wave.zoom(12)


def look_at_samples(wave: Waveform) -> None:
    wave.with_scale = True
    wave.heighten(2)
    sound = wave.sound
    assert sound is not None
    single = peaks_every(iter([speech()[36_800:36_900]]), 1, RATE_HZ, 1)
    wave.show_detail(single, 36_800)
    wave.zoom_to(36_810, 36_826)


def select(wave: Waveform) -> None:
    wave.select(40_000, 90_000)
    wave.move(90_000)


def play(wave: Waveform) -> None:
    wave.play_at(70_000)


def decibels(wave: Waveform) -> None:
    wave.in_decibels(yes=True)


def rough() -> Sound:
    whole = loud_music()
    return replace(sound_of(whole, part=0.3), rough=peaks_of(whole))


CASES: dict[str, tuple[Callable[[], Sound | None], tuple[int, int], Callable[[Waveform], None]]] = {
    "none": (lambda: None, LOW, nothing),
    "silence": (lambda: sound_of(silence()), LOW, nothing),
    "speech": (lambda: sound_of(speech()), LOW, nothing),
    "loud": (lambda: sound_of(loud_music()), LOW, nothing),
    "stereo": (lambda: sound_of(loud_music()), WIDE, nothing),
    "stereo-playing": (lambda: sound_of(loud_music()), WIDE, play),
    "three-rows": (lambda: sound_of(loud_music()), (60, 6), select),
    "one-row": (lambda: sound_of(speech()), (60, 4), play),
    "narrow": (lambda: sound_of(speech()), NARROW, nothing),
    "growing": (lambda: sound_of(speech(), part=0.4), LOW, nothing),
    "growing-rough": (rough, LOW, nothing),
    "approximate": (lambda: sound_of(loud_music(), exact=False), LOW, nothing),
    "zoomed": (lambda: sound_of(speech()), LOW, zoom),
    "samples": (lambda: sound_of(speech()), LOW, look_at_samples),
    "selection": (lambda: sound_of(speech()), LOW, select),
    "playing": (lambda: sound_of(loud_music()), LOW, play),
    "decibels": (lambda: sound_of(speech()), LOW, decibels),
}


@pytest.mark.parametrize("name", CASES)
async def test_waveform(name: str, snapshot: Snapshot) -> None:
    sound, size, act = CASES[name]
    app = WaveApp(sound())
    async with staged(app, size) as pilot:
        act(app.wave)
        await pilot.pause()
        snapshot(app, f"waveform-{name}")


@pytest.mark.parametrize("glyphs", [Glyphs.OCTANTS, Glyphs.HALVES, Glyphs.PLAIN, Glyphs.ASCII])
async def test_characters(glyphs: Glyphs, snapshot: Snapshot) -> None:
    app = WaveApp(sound_of(speech()))
    async with staged(app, LOW) as pilot:
        app.wave.glyphs = glyphs
        select(app.wave)
        play(app.wave)
        await pilot.pause()
        snapshot(app, f"waveform-{glyphs.value}")


@pytest.mark.parametrize("theme", [LIGHT, TERMINAL], ids=lambda theme: theme.name)
async def test_themes(theme: Theme, snapshot: Snapshot) -> None:
    app = WaveApp(sound_of(loud_music()))
    async with staged(app, LOW) as pilot:
        app.theme = theme.name
        select(app.wave)
        play(app.wave)
        await pilot.pause()
        snapshot(app, f"waveform-{theme.name.removeprefix('s3audio-')}")
