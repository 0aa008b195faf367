"""What of a list comes behind a sound, or before it: found off the loop, as the list is then."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from s3audio_tui.tui.play_queue import Entry, Listing
from s3audio_tui.tui.pools import DaemonPool

if TYPE_CHECKING:
    from s3audio_tui.catalog.search import View

AHEAD = 8
"""So many are known beforehand: some may be gone, or be shorter than a look takes."""

Tell = Callable[[list[Entry]], None]


class PlayOn:
    """Finds neighbours. The list on the screen counts while it has the sound, else its own."""

    def __init__(self, pool: DaemonPool, on_loop: Callable[[Callable[[], None]], object]) -> None:
        """Take threads that read the catalog, and a way back to the loop."""
        self._pool, self._on_loop = pool, on_loop
        self._turn = 0
        self.looking = False
        """Whether a look is under way."""
        self.here: Callable[[], Listing | None] = lambda: None

    def look(self, entry: Entry, tell: Tell) -> None:
        """Tell what comes behind an entry; of several looks only the last one tells."""
        self._turn += 1
        turn, self.looking = self._turn, True

        def told(found: list[Entry]) -> None:
            if turn == self._turn:
                tell(found)

        self._find(partial(_behind, self.here(), entry), told)

    def look_back(self, entry: Entry, tell: Tell) -> None:
        """Tell what is before an entry, one or none."""
        self._find(partial(_before, self.here(), entry), tell)

    def close(self) -> None:
        """Tell nothing any more."""
        self._on_loop = lambda call: None

    def forget(self) -> None:
        """Let a look that is under way tell nothing."""
        self._turn += 1
        self.looking = False

    def _find(self, find: Callable[[], list[Entry]], tell: Tell) -> None:
        def done(future: "Future[list[Entry]]") -> None:
            failed = future.exception() is not None  # the list itself says what is wrong with it
            self._on_loop(partial(tell, [] if failed else future.result()))

        self._pool.submit(find).add_done_callback(done)


def _behind(here: Listing | None, entry: Entry) -> list[Entry]:
    from s3audio_tui.library.listening import behind  # on a thread, not before the first frame

    listing, view = _stands(here, entry)
    if listing is None or view is None:
        return []
    found = behind(view, entry.row.key, entry.line, AHEAD)
    return [Entry(entry.library, stand.row, listing, stand.line) for stand in found]


def _before(here: Listing | None, entry: Entry) -> list[Entry]:
    from s3audio_tui.library.listening import before

    listing, view = _stands(here, entry)
    stand = before(view, entry.row.key) if view is not None else None
    return [Entry(entry.library, stand.row, listing, stand.line)] if stand is not None else []


def _stands(here: Listing | None, entry: Entry) -> "tuple[Listing | None, View | None]":
    """Return the list in which an entry stands, or has stood; take note of its line there."""
    found: tuple[Listing | None, View | None] = (None, None)
    for listing in (entry.listing, here):
        if listing is not None and listing.library is entry.library:
            view = view_of(listing)
            line = view.position(entry.row.key)
            if line is not None:
                entry.listing, entry.line = listing, line
            if line is not None or found == (None, None):
                found = listing, view
    return found


def view_of(listing: Listing) -> "View":
    """Return the rows of a list. Reads nothing yet."""
    library, place = listing.library, listing.place
    return place.view(library.catalog, place.query(library.clock()))
