"""The sound card as the app has it: loaded with the first sound; its device may be changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3audio_tui.audio.output import Fill, SoundCard, Stream


class Card:
    """An `Output`. `device` is a number, a name or a part of one; nothing is the system's own."""

    def __init__(self, device: str = "") -> None:
        self.device = device
        self._card: SoundCard | None = None

    def use(self, device: str) -> None:
        """Let what is opened next come out of another device, which may have just come."""
        self.device = device
        if self._card is not None:
            self._card.device = device
            self._card.forget()

    def open(self, sample_rate_hz: int, fill: "Fill", gone: Callable[[], None]) -> "Stream":
        """As `Output.open`."""
        if self._card is None:
            from s3audio_tui.audio.output import SoundCard

            self._card = SoundCard(self.device)
        return self._card.open(sample_rate_hz, fill, gone)
