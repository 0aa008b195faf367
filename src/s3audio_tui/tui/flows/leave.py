"""Quitting: asked while something is under way, and never held up by it."""

from functools import partial

from s3audio_tui.tui.desk import Desk
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.widgets.status_line import Said

_PATIENCE_S = 1.0
"""Transfers get this long to take back what is half done."""


async def leave(desk: Desk) -> None:
    """Quit, if the user means it. Transfers are stopped; a hung one is left behind."""
    alive = [state for state in desk.queue.snapshot() if state.state in ("running", "waiting")]
    if alive:
        what = "1 transfer is" if len(alive) == 1 else f"{len(alive)} transfers are"
        dialog = Confirm(
            f"{what} under way. Quit?",
            sentence="What is not finished is stopped, and nothing half done is kept.",
            keep="Stay",
            act="Quit",
        )
        if not await desk.ask(dialog):
            return
        desk.say(Said("Stopping what is under way …", tone="busy"))
        await DaemonPool("leaving", 1).run(partial(desk.queue.close, _PATIENCE_S))
    desk.exit()
