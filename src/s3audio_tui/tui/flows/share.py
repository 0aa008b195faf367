"""Share: links to what is chosen, on the clipboard and as a code."""

from collections.abc import Sequence
from functools import partial

from s3audio_tui.errors import LimitError, NotFoundError
from s3audio_tui.library import sharing
from s3audio_tui.library.browse import expand
from s3audio_tui.library.events import Failed
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sharing import Share
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.screens.share_link import ShareLink
from s3audio_tui.tui.screens.share_menu import ShareMenu
from s3audio_tui.tui.targets import Target
from s3audio_tui.tui.widgets.status_line import Said

_MOST = 500
"""So many links at once; each is asked for by itself."""


async def share(desk: Browser) -> None:
    """Ask what for and how long, make the links, and show them."""
    targets = desk.targets
    keys = await desk.pools.store.run(partial(_keys, desk.library, targets))
    if len(keys) > _MOST:
        raise LimitError(f"{len(keys):,} links are too many at once", f"choose {_MOST} or fewer")
    what = keys[0].rpartition("/")[2] if len(keys) == 1 else f"{len(keys):,} files"
    wish = await desk.ask(ShareMenu(what))
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


def _keys(library: Library, targets: Sequence[Target]) -> list[str]:
    """Return the keys of files, and of all that is in folders now."""
    folders = [target.key for target in targets if target.is_folder]
    inside = expand(library, folders)
    keys = list(dict.fromkeys([*(t.key for t in targets if not t.is_folder), *inside]))
    if not keys:
        raise NotFoundError("there is no file in it", "choose a file")
    return keys
