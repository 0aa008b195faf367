"""Look at sounds: the waveform of a file at full width."""

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.screens.wave import WaveScreen
from s3audio_tui.tui.wave_deck import Deck
from s3audio_tui.tui.widgets.status_line import Said

if TYPE_CHECKING:
    from s3audio_tui.audio.peaks import Peaks


async def look(desk: Browser) -> None:
    """Show the waveform of the file under the cursor."""
    row = desk.item
    if not isinstance(row, Row):
        return
    if not row.format:
        desk.say(Said("That is no audio file", tone="note"))
        return
    token = CancelToken()

    async def fetch(row: Row, begin: int, end: int) -> "Peaks | None":
        return await desk.pools.store.run(partial(_part, desk.library, row, token, begin, end))

    def keep(volume: float) -> None:
        desk.remember_soon(lambda now: replace(now, volume=volume))

    deck = Deck(desk.playing, desk.library, row, keep)
    await desk.ask(WaveScreen(row, desk.waves, fetch, deck))
    token.cancel()


def _part(library: Library, row: Row, cancel: CancelToken, begin: int, end: int) -> "Peaks | None":
    from s3audio_tui.library.wave_parts import part  # on a thread, with NumPy

    return part(library, row, begin, end, cancel)
