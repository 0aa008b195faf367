"""An app that is one waveform, in the app's own styles."""

from pathlib import Path

from textual.app import App, ComposeResult

import s3audio_tui.tui.app
from s3audio_tui.audio.columns import Samples
from s3audio_tui.tui.theme import DARK, THEMES
from s3audio_tui.tui.widgets.wave_picture import Sound
from s3audio_tui.tui.widgets.waveform import Waveform
from tests.drawing.sounds import peaks_of

_STYLES = Path(s3audio_tui.tui.app.__file__).parent
_ALONE = "Waveform { margin: 1 2; height: 1fr; }"


class WaveApp(App[None]):
    """Shows one waveform, and keeps its messages."""

    CSS_PATH = [_STYLES / "app.tcss", _STYLES / "screens" / "library.tcss"]  # noqa: RUF012
    CSS = _ALONE

    def __init__(self, sound: Sound | None) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        self._sound = sound
        self.placed: list[int] = []
        self.wanted: list[tuple[int, int]] = []

    def compose(self) -> ComposeResult:
        yield Waveform(id="wave")

    def on_mount(self) -> None:
        self.wave = self.query_one(Waveform)
        self.wave.show(self._sound)

    def on_waveform_placed(self, event: Waveform.Placed) -> None:
        self.placed.append(event.frame)

    def on_waveform_wanted(self, event: Waveform.Wanted) -> None:
        self.wanted.append((event.begin, event.end))


def sound_of(samples: Samples, *, part: float = 1.0, exact: bool = True) -> Sound:
    """Return what a widget shows of samples, of which the first part has arrived."""
    some = samples[: round(len(samples) * part)]
    return Sound(peaks_of(some), len(samples), exact)
