"""Where the app's sound comes out: the sound card; without one nowhere, and it is told why."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from s3audio_tui.errors import DeviceError

if TYPE_CHECKING:
    from s3audio_tui.audio.output import Fill, Output, Stream


class CardOrNowhere:
    """The card, or one that plays silently at the same pace.

    A card that has played and is gone is waited for: nobody who has pulled a plug wants the sound
    to run on unheard.
    """

    def __init__(self, output: "Output | None", tell: Callable[[DeviceError], None]) -> None:
        from s3audio_tui.audio.output import SoundCard

        self._output = output or SoundCard()
        self._tell = tell
        self._has_played = False
        self.is_silent = False
        """Whether what was opened last leads nowhere."""

    def begin(self) -> None:
        """Forget what was before: something else is played, and a card may be there now."""
        self._has_played = self.is_silent = False

    def open(self, sample_rate_hz: int, fill: "Fill", gone: Callable[[], None]) -> "Stream":
        """As `Output.open`; raises only where a card has played before."""
        from s3audio_tui.audio.output import Nowhere

        if self.is_silent:
            return Nowhere().open(sample_rate_hz, fill, gone)
        try:
            stream = self._output.open(sample_rate_hz, fill, gone)
        except DeviceError as error:
            if self._has_played:
                raise
            self.is_silent = True
            self._tell(error)
            return Nowhere().open(sample_rate_hz, fill, gone)
        self._has_played = True
        return stream
