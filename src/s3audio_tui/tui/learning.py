"""Headers learnt behind the screen: of the rows on it first, then of all others while all rests."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Literal

from textual.timer import Timer

from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import (
    ConflictError,
    CredentialsError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
)
from s3audio_tui.tui.later import later
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.wanted import Wanted

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library
    from s3audio_tui.tui.screens.browsing import BrowsingScreen

MOST = 1000
"""Files that one run reads behind the screen: one or two requests and 64 kB each, as a rule."""

EVERY_S = 0.25
"""No more often is one of them read."""

RESTS_S = 2.0
"""How long nobody must have typed or scrolled."""

_BATCH = 50
_REFUSED = 5
"""So many refused in a row: the user may list, but not read."""

Learnt = Literal["learnt", "known", "refused", "unreachable"]


class Learner:
    """Learns the headers of the rows that are on the screen, a few at a time.

    What has left the screen before its turn is not asked for; nor again what could not be read,
    until it changes.
    """

    def __init__(
        self,
        library: "Library",
        pool: DaemonPool,
        told: Callable[[], None],
    ) -> None:
        self._library = library
        self._told = told
        self._wanted = Wanted(pool, self._learn)
        self._refused: set[tuple[str, str]] = set()
        self.allowed = False
        """Whether the store answers, so that asking it makes sense."""

    @property
    def working(self) -> bool:
        """Whether rows of the screen are being read."""
        return self._wanted.working

    def may(self, row: Row) -> bool:
        """Return whether this version was not refused before."""
        return (row.key, row.etag) not in self._refused

    def want(self, rows: list[Row]) -> None:
        """Learn these rows next, and no others. Returns at once."""
        self._wanted.want([row for row in rows if self.may(row)] if self.allowed else [])

    def _learn(self, row: Row) -> None:
        if self.one(row) == "learnt":
            self._told()

    def one(self, row: Row) -> Learnt:
        """Learn one row now, if its header was not read meanwhile. Blocks."""
        from s3audio_tui.library.details import learn

        try:
            unknown = self._library.catalog.without_sound([row.key])
            if not unknown:
                return "known"
            learn(self._library, unknown[0])
        except (ConflictError, NotFoundError, NotAllowedError) as error:
            if not isinstance(error, CredentialsError):
                self._refused.add((row.key, row.etag))  # if it changed, the next refresh knows
                return "refused"
            self._stop()
            return "unreachable"
        except S3AudioError:
            self._stop()
            return "unreachable"
        return "learnt"

    def _stop(self) -> None:
        self.allowed = False
        self._wanted.want([])


class Filling:
    """Reads the headers of the rest: of the list as it is sorted, then of the whole library.

    One after the other, only while nobody types or scrolls and nothing else is on its way, and at
    most `MOST` in a run. Lives on the loop. `shown` is called when the screen may show another
    thing by it.
    """

    def __init__(
        self, screen: "BrowsingScreen", learner: Learner, shown: Callable[[], None]
    ) -> None:
        self._screen, self._learner, self._shown = screen, learner, shown
        self._timer: Timer | None = None
        self._rows: list[Row] = []
        self._place: Place | None = None
        self._stood, self._moved_at = (0, 0), monotonic()
        self._asking = False
        self._refused = 0
        self.left = MOST
        """How many more are read in this run."""

    def wake(self) -> None:
        """Begin, or go on: there may be rows that were not read yet."""
        self._rows, self._refused = [], 0
        if self._timer is None and self._screen.library.settings.headers == "all":
            self._timer = self._screen.set_interval(EVERY_S, self._look)

    def _sleep(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _look(self) -> None:
        if self.left <= 0 or self._refused >= _REFUSED or not self._learner.allowed:
            self._sleep()
        elif not self._asking and self._rests():
            self._asking = True
            self._screen.run_worker(later(self._one), group="filling")

    def _rests(self) -> bool:
        """Whether nobody waits for anything."""
        screen, now = self._screen, monotonic()
        stood = (screen.files.scroll_offset.y, screen.files.cursor)
        if stood != self._stood:
            self._stood, self._moved_at = stood, now
        quiet_s = min(now - self._moved_at, screen.pools.keys.quiet_s)
        heard = screen.playing.heard
        plays = heard is not None and heard.state in ("playing", "buffering")
        busy = plays or self._learner.working or screen.waiting
        return quiet_s >= RESTS_S and not busy

    async def _one(self) -> None:
        try:
            row = await self._next()
            if row is None:
                self._sleep()
                return
            learnt = await self._screen.pools.learning.run(partial(self._learner.one, row))
        finally:
            self._asking = False
        self._refused = self._refused + 1 if learnt == "refused" else 0
        if learnt == "learnt":
            self.left -= 1
            if self._shows(row):
                self._shown()

    async def _next(self) -> Row | None:
        place = self._screen.place
        if place != self._place:
            self._place, self._rows = place, []
        if not self._rows:
            read = partial(_unread, self._screen.library, place, self._learner.may)
            try:
                self._rows = await self._screen.pools.rows.run(read)
            except S3AudioError:
                return None
        return self._rows.pop(0) if self._rows else None

    def _shows(self, row: Row) -> bool:
        """Whether the list has the row in sight, or depends on what headers say."""
        screen = self._screen
        if screen.place.searching or screen.place.column in _BY_SOUND:
            return True
        return any(
            isinstance(each, Row) and each.key == row.key for each in screen.files.in_sight()
        )


_BY_SOUND = ("duration", "format", "rate", "channels")


def _unread(library: "Library", place: Place, may: Callable[[Row], bool]) -> list[Row]:
    """Return some rows whose header was not read: of the place if it has any, else of all."""
    from s3audio_tui.catalog.search import Sort, View

    everything = View(library.catalog, "", True, None, Sort(place.column, place.reverse))
    for view in (place.view(library.catalog, place.query(library.clock())), everything):
        most, found = _BATCH, view.without_sound(_BATCH)
        while not (rows := [row for row in found if may(row)]) and len(found) == most:
            most *= 4  # the first ones were refused
            found = view.without_sound(most)
        if rows:
            return rows
    return []
