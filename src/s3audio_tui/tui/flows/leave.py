"""Quitting: asked while something is under way, and never held up by it."""

from functools import partial

from s3audio_tui.library.transfer import ALIVE
from s3audio_tui.tui.desk import Desk
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.widgets.status_line import Said

_PATIENCE_S = 0.8
"""Transfers get this long to take back what is half done."""


async def leave(desk: Desk) -> None:
    """Quit, if the user means it. Transfers are stopped; a hung one is left behind."""
    alive = desk.queue.totals().count(*ALIVE)
    if alive:
        what = "1 transfer is" if alive == 1 else f"{alive:,} transfers are"
        dialog = Confirm(
            f"{what} under way. Quit?",
            sentence="What is not finished is stopped. The next start offers to go on with it.",
            keep="Stay",
            act="Quit",
        )
        if not await desk.ask(dialog):
            return
        desk.say(Said("Stopping what is under way …", tone="busy"))
        await DaemonPool("leaving", 1).run(partial(desk.queue.close, _PATIENCE_S))
    desk.exit()
