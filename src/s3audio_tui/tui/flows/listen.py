"""What is heard next: files put into the queue, and the queue itself."""

from functools import partial

from s3audio_tui.catalog.rows import Row
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.play_on import view_of
from s3audio_tui.tui.play_queue import Listing
from s3audio_tui.tui.screens.queue import QueueScreen
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import count_text


async def enqueue(desk: Browser) -> None:
    """Put what is marked, else what is under the cursor, into the queue; folders with all in."""
    keys = [target.key for target in desk.targets]
    found = await desk.pools.rows.run(partial(_sounds, Listing(desk.library, desk.place), keys))
    if not found:
        desk.say(Said("There is no sound in it to be queued", tone="note"))
        return
    desk.playing.enqueue(desk.library, found)
    desk.unmark()
    what = found[0].name if len(found) == 1 else count_text(len(found), "sound")
    waiting = len(desk.playing.queue.queued)
    many = f"; {waiting:,} in the queue" if waiting > len(found) else ""
    hint = "Q shows the queue" if desk.playing.heard is not None else ". plays it, Q shows it"
    desk.say(Said(f"{what} queued{many}", hint))


def _sounds(listing: Listing, keys: list[str]) -> list[Row]:
    from s3audio_tui.library.listening import sounds  # on a thread, not before the first frame

    return sounds(listing.library, view_of(listing), keys)


async def queue(desk: Browser) -> None:
    """Show what plays and what comes."""
    await desk.ask(QueueScreen(desk.playing, desk.pools.rows))
