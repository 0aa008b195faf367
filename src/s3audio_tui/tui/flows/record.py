"""Record: the recorder's screen, and takes that were left behind."""

from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.screens.rec_left import LeftDialog
from s3audio_tui.tui.screens.recorder import RecorderScreen
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import count_text


async def show(desk: Browser) -> None:
    """Show the recorder; before that, takes that were left behind, once."""
    side = desk.recorder
    here = [each for each in side.left if each.wants_care]
    if here and not side.is_on:
        answer = await desk.ask(LeftDialog(side.left, desk.clock()))
        if answer == "finish":
            await side.finish_left(desk.library)
            desk.say(Said(f"{count_text(len(here), 'recording')} made whole", "", "good"))
        if answer != "record":
            return
    await desk.ask(RecorderScreen(side, desk.library, desk.remember_soon))
    desk.settle()
