"""Share: links to what is chosen, on the clipboard and as a code."""

from functools import partial

from s3audio_tui.errors import LimitError
from s3audio_tui.library import sharing
from s3audio_tui.library.browse import files_in
from s3audio_tui.library.events import Failed
from s3audio_tui.library.sharing import Share
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.screens.share_link import ShareLink
from s3audio_tui.tui.screens.share_menu import ShareMenu
from s3audio_tui.tui.targets import named
from s3audio_tui.tui.widgets.status_line import Said

_MOST = 500
"""So many links at once; each is asked for by itself."""


async def share(desk: Browser) -> None:
    """Ask what for and how long, make the links, and show them."""
    chosen = [target.key for target in desk.targets]
    keys = await desk.pools.store.run(partial(files_in, desk.library, chosen))
    if len(keys) > _MOST:
        raise LimitError(f"{len(keys):,} links are too many at once", f"choose {_MOST} or fewer")
    wish = await desk.ask(ShareMenu(named(keys)))
    if wish is None:
        return
    desk.say(Said("Signing …", tone="busy"))
    make = partial(sharing.share_all, desk.library, keys, for_s=wish.for_s, download=wish.download)
    made = await desk.pools.store.run(make)
    links = [one for one in made if isinstance(one, Share)]
    failed = [one for one in made if isinstance(one, Failed)]
    if not links:
        raise failed[0].error
    many = "The link is" if len(links) == 1 else f"{len(links):,} links are"
    desk.say(Said(f"{many} on the clipboard"))
    if failed:
        error = failed[0].error
        desk.say(Said(f"{len(failed):,} without a link: {error.message}", error.remedy, "wrong"))
    await desk.ask(ShareLink(links, desk.clock()))
