"""What the waveform's screen does with the player: one file, from the cursor or the selection."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from s3audio_tui.catalog.rows import Row
from s3audio_tui.tui.play_side import Heard, PlaySide
from s3audio_tui.tui.play_words import heard_text

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library
    from s3audio_tui.tui.widgets.waveform import Waveform

_SEEK_S = 5.0


class Deck:
    """Plays a file of a library; `keep` is told how loud it is from now on."""

    def __init__(
        self,
        playing: PlaySide,
        library: "Library",
        row: Row,
        keep: Callable[[float], None] = lambda volume: None,
    ) -> None:
        self.side, self._library, self.row, self._keep = playing, library, row, keep

    def goes_along(self) -> bool:
        """Have the file that plays now, if it is another one of the library; return whether so."""
        current = self.side.queue.current
        if current is None or current.library is not self._library or current.is_of(self.row):
            return False
        self.row = current.row
        return True

    @property
    def heard(self) -> Heard | None:
        """What is heard of this file; None while it does not play."""
        return self.side.heard if self.side.plays(self.row) else None

    @property
    def runs(self) -> bool:
        """Whether the playhead is on its way."""
        heard = self.heard
        return heard is not None and heard.state == "playing"

    def said(self, wave: "Waveform") -> str:
        """Return what is heard, and what went wrong; of another one, that it plays.

        What the player does not know of its length, the waveform may.
        """
        if self.heard is None and self.side.heard is not None:
            return heard_text(self.side.heard)
        heard, trouble = self.heard, self.side.trouble if self.side.played(self.row) else ""
        if heard is not None and not heard.duration_s and wave.sound is not None:
            heard = replace(heard, duration_s=wave.sound.frames / wave.sound.rate_hz)
        return (
            f"{heard_text(heard)}: {trouble}" if heard and trouble else heard_text(heard) or trouble
        )

    def turn(self, wave: "Waveform") -> None:
        """Pause, or go on; what does not play yet begins at the cursor, or with the selection."""
        if self.heard is not None:
            self.side.pause()
        elif wave.selected is not None:
            self.side.play(self._library, self.row, wave.selected[0], wave.selected)
        else:
            self.side.play(self._library, self.row, wave.cursor or 0)

    def loop(self, wave: "Waveform") -> None:
        """Play what is selected, or all, again and again; or all of it once more."""
        heard, part = self.heard, wave.selected or (0, None)
        if heard is None:
            self.side.play(self._library, self.row, part[0], part, loops=True)
        elif heard.loops:
            self.side.select((0, None), loops=False)
        else:
            self.side.select(part, loops=True)

    def seek_by(self, steps: int, wave: "Waveform") -> None:
        """Go on or back by so many steps of 5 s."""
        if self.heard is not None:
            wave.seek()
            self.side.seek_by(steps * _SEEK_S)

    def turn_volume(self, by: float) -> None:
        """Make it louder, or quieter."""
        self.side.turn(round(self.side.volume + by, 2))
        self._keep(self.side.volume)

    def seek(self, frame: int, wave: "Waveform") -> None:
        """Go to a frame."""
        if self.heard is not None:
            wave.seek()
            self.side.seek(frame)

    def show_in(self, wave: "Waveform") -> None:
        """Put the playhead where it is heard."""
        if wave.sound is not None:
            heard = self.heard
            wave.play_at(None if heard is None else round(heard.at_s * wave.sound.rate_hz))
