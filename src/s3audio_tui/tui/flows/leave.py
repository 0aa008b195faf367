"""Quitting: asked while something is under way, and never held up by it."""

import asyncio
from contextlib import suppress
from functools import partial
from time import monotonic

from s3audio_tui.library.transfer import ALIVE
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.rec_words import clock_text, default_name
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.widgets.status_line import Said

_LOOK_S = 0.02
_LAST_S = 2.0
"""The last chunk of a take gets this long to come to S3."""
_UNASKED_S = 8.0
"""And this long where nobody waits; what stops services gives them 10 s at least."""
_PATIENCE_S = 0.8
"""Jobs and transfers get this long to take back what is half done."""


async def leave(desk: Browser) -> None:
    """Quit, if the user means it. Transfers are stopped; a hung one is left behind.

    What is recorded is stopped, with all written, before anything else is.
    """
    if desk.recorder.is_on:
        if await desk.ask(_of_recording(desk.recorder, demo=desk.session.demo is not None)):
            await desk.recorder.stop()
            await _send_last(desk)
            await _end(desk, hurry=True)
        return
    alive = desk.queue.totals().count(*ALIVE) + desk.recorder.on_their_way
    if desk.doing and not await desk.ask(_of_job(desk.doing)):
        return
    if alive and not await desk.ask(_of_transfers(alive)):
        return
    gone = await DaemonPool("leaving", 1).run(desk.session.takes_of_demo)
    if gone and not await desk.ask(_of_demo(gone)):
        return
    await _end(desk, hurry=bool(alive))


async def _send_last(desk: Browser) -> None:
    """Give the last chunk a moment; without a network it waits for the next start."""
    desk.say(Said("Sending the last of it …", tone="busy"))
    await _sent(desk.recorder, _LAST_S)


async def _sent(recorder: RecSide, patience_s: float) -> None:
    """Wait until all takes that have ended are in S3, or cannot get there."""
    ends = monotonic() + patience_s
    while recorder.rests.are_moving and monotonic() < ends:
        await asyncio.sleep(_LOOK_S)


async def end_unasked(recorder: RecSide, queue: TransferQueue) -> None:
    """Stop all that is under way, as the terminal has gone, or the system wants it.

    What is recorded is written, and goes up as far as it may.
    """
    ends = monotonic() + _UNASKED_S
    if recorder.is_on:
        with suppress(TimeoutError):
            await asyncio.wait_for(recorder.stop(), _UNASKED_S)
    await _sent(recorder, ends - monotonic())
    await DaemonPool("leaving", 1).run(partial(queue.close, _PATIENCE_S))


async def _end(desk: Browser, *, hurry: bool) -> None:
    await _stop_job(desk)
    if hurry:
        desk.say(Said("Stopping what is under way …", tone="busy"))
        await DaemonPool("leaving", 1).run(partial(desk.queue.close, _PATIENCE_S))
    desk.exit()


_OF_DEMO = (
    "The library goes with the demo, and this take too, if all of it is in there by then. Else the"
    " next demo offers to finish it."
)
_ASKED = {
    "recording": ("It is recording. Stop, and quit?", "Stop and quit"),
    "paused": ("A recording is paused. End it, and quit?", "End and quit"),
    "broken": ("A recording was interrupted. End it, and quit?", "End and quit"),
}


def _of_recording(side: RecSide, *, demo: bool) -> Confirm:
    title, act = _ASKED.get(side.state, _ASKED["recording"])
    sentence = "All of it is written. What is not in S3 yet goes up at the next start."
    return Confirm(
        title,
        names=f"{default_name(side)}, {clock_text(side.at_s, tenths=False)}",
        sentence=_OF_DEMO if demo else sentence,
        keep="Stay",
        act=act,
    )


def _of_demo(count: int) -> Confirm:
    what = "a recording" if count == 1 else f"{count:,} recordings"
    return Confirm(
        f"Quit? The demo's library has {what}.",
        sentence="The library goes with the demo, and what was recorded into it too.",
        keep="Stay",
        act="Quit",
    )


def _of_job(doing: str) -> Confirm:
    return Confirm(
        "Quit in the middle of it?",
        names=doing,
        sentence="It is stopped. What is done by then stays.",
        keep="Stay",
        act="Quit",
    )


def _of_transfers(alive: int) -> Confirm:
    what = "1 transfer is" if alive == 1 else f"{alive:,} transfers are"
    return Confirm(
        f"{what} under way. Quit?",
        sentence="What is not finished stops. The next start offers to go on with it.",
        keep="Stay",
        act="Quit",
    )


async def _stop_job(desk: Browser) -> None:
    """Stop what is followed; a store that hangs does not keep the app."""
    desk.stop_job()
    ends = monotonic() + _PATIENCE_S
    while desk.doing and monotonic() < ends:
        await asyncio.sleep(_LOOK_S)
