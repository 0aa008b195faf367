"""Look at sounds: the waveform of a file at full width."""

from s3audio_tui.catalog.rows import Row
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.screens.wave import WaveScreen
from s3audio_tui.tui.widgets.status_line import Said


async def look(desk: Browser) -> None:
    """Show the waveform of the file under the cursor."""
    row = desk.item
    if not isinstance(row, Row):
        return
    if not row.format:
        desk.say(Said("That is no audio file", tone="note"))
        return
    await desk.ask(WaveScreen(row, desk.waves))
