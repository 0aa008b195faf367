"""What the main screen does with S3 in the background: refresh, room, headers, details.

It starts after the first frame, because boto3 takes longer to load than the screen to draw.
"""

from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import CancelledError, S3AudioError
from s3audio_tui.tui import garbage
from s3audio_tui.tui.background import read_store
from s3audio_tui.tui.desk import sentence_of
from s3audio_tui.tui.glance_side import GlanceSide
from s3audio_tui.tui.later import later
from s3audio_tui.tui.learning import Filling, Learner
from s3audio_tui.tui.wave_side import WaveSide, made_of, make_ready
from s3audio_tui.tui.widgets.columns import Item
from s3audio_tui.tui.widgets.details import DetailsPanel
from s3audio_tui.tui.widgets.top_bar import Room

if TYPE_CHECKING:
    from s3audio_tui.library.browse import Refresh
    from s3audio_tui.library.details import Details
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.quota import QuotaStatus
    from s3audio_tui.tui.screens.browsing import BrowsingScreen
    from s3audio_tui.tui.wave_side import Told

_RELOAD_S = 0.25
_LOOK_S = 0.25
_STALE_S = 600.0
"""A sum of all bytes is taken for true so long where the list has not changed."""

_LEARN_S = 0.15
_SETTLE_S = 2.0
"""Rows that are filled in while nobody looks settle no more often."""


class StoreSide:
    """Asks S3, and tells the screen. All methods return at once; all run on the loop."""

    def __init__(self, screen: "BrowsingScreen") -> None:
        self._screen = screen
        self._library = screen.library
        self.trouble: S3AudioError | None = None
        """Why S3 could not be asked, the last time; None when it could."""
        self.never_asked = True
        """Whether nothing is known of this library yet."""
        self._refresh: CancelToken | None = None
        self._asked = self._ready = False
        self._changed, self._stale_at = True, 0.0
        """Whether S3's list was another than before, and when all bytes are added up again."""
        self._timers: dict[str, Timer] = {}
        self._item: Item | None = None
        self._known: dict[tuple[str, str], Details] = {}
        self.waves = WaveSide(
            partial(made_of, self._library),
            screen.pools.waves,
            screen.app.call_later,
            screen.set_timer,
        )
        self.waves.follow(screen.details.show_wave)
        screen.details.seen = self._look_at_again
        self.glances = GlanceSide(
            self._library,
            screen.pools.rows,
            screen.pools.glances,
            screen.app.call_later,
            screen.files.redraw_pictures,
        )
        screen.files.pictures.known = self.glances.of
        self.waves.follow(self._seen_whole)
        self._learner = Learner(
            screen.library,
            screen.pools.learning,
            self._learnt,
        )
        self.filling = Filling(screen, self._learner, self._settle_soon)

    @property
    def waiting(self) -> bool:
        """Whether something was put off for a moment, or runs; but for what is filled in."""
        return (
            bool(self._timers.keys() - {"settle"})
            or self._refresh is not None
            or self.waves.waiting
        )

    def start(self) -> None:
        """Ask S3 for the first time."""
        self.refresh()

    def _soon(self, name: str, delay_s: float, act: "partial[None]") -> None:
        """Run `act` after a while, once, however often it is asked for meanwhile."""
        if name not in self._timers:

            def fire() -> None:
                if self._timers.get(name) is timer:  # else another one took its place
                    del self._timers[name]
                    act()

            timer = self._timers[name] = self._screen.set_timer(delay_s, fire)

    def reload_soon(self) -> None:
        """Read the rows again in a moment."""
        self._soon("reload", _RELOAD_S, partial(self._screen.reload))

    # The list

    def refresh(self) -> None:
        """Bring the catalog up to date from S3."""
        if self._refresh is None:
            self._refresh = CancelToken()
            self._screen.run_worker(later(self._run_refresh, self._refresh), group="refresh")

    async def _run_refresh(self, token: CancelToken) -> None:
        screen = self._screen
        screen.top.busy = True
        try:
            read = partial(read_store, self._library, self._tell, token)
            await screen.pools.store.run(read)
        except CancelledError:
            return
        except S3AudioError as error:
            self.failed(error)
        else:
            recovered, self.trouble = self.trouble is not None, None
            self.never_asked = False
            self.filling.wake()
            self.glances.look_again()
            if recovered:
                self._look_at_again()
            self.waves.look_again()
            self._make_ready()
            screen.reload()
            self.measure(again=self._changed or screen.clock() >= self._stale_at)
        finally:
            self._refresh = None
            if not self._asked:
                self._asked = True
                garbage.keep()  # what the store needs is loaded, and stays
            screen.top.busy = False
            screen.top.who = self._who()
            screen.say_where()

    def _tell(self, page: "Refresh") -> None:
        """Take a page's news; called on the thread that reads."""
        if page.added or page.changed or page.removed:
            self._changed = True
            self._screen.app.call_later(self.reload_soon)
        self._learner.allowed = True

    def failed(self, error: S3AudioError) -> None:
        """Take note of why the store or the catalog could not be asked, and say it."""
        self.trouble = error
        self._learner.allowed = False
        if self._screen.files.count:
            said = sentence_of(error)
            self._screen.say(type(said)(said.sentence, f"{said.remedy}  R tries again", "wrong"))

    def _who(self) -> str:
        offline = " · offline" if self.trouble is not None else ""
        return f"{self._library.user} @ {self._library.place}{offline}"

    # Room

    def measure(self, *, again: bool = False) -> None:
        """Ask how much room there is; with `again` all bytes are added up anew."""
        if self.trouble is None:
            self._screen.run_worker(later(self._measure, again), group="room", exclusive=True)

    async def _measure(self, again: bool) -> None:
        try:
            ask = partial(_room, self._library, again)
            status = await self._screen.pools.store.run(ask)
        except S3AudioError:
            return  # a bar that is missing says enough; uploads say the rest
        if again:
            self._changed, self._stale_at = False, self._screen.clock() + _STALE_S
        self._screen.top.room = Room(status.used_bytes, status.limit_bytes)

    # Headers and details

    def _learnt(self) -> None:
        """Show what was learnt; called on the thread that learns."""
        self._screen.app.call_later(self.reload_soon)

    def _settle_soon(self) -> None:
        self._soon("settle", _SETTLE_S, partial(self._screen.reload))

    def learn_soon(self) -> None:
        """Learn the headers of what is on the screen, when it stands still."""
        self._soon("learn", _LEARN_S, partial(self._learn))

    def _learn(self) -> None:
        if self._screen.files.has_pictures:
            rows = [row for row in self._screen.files.in_sight() if isinstance(row, Row)]
            self.glances.want(rows, ask=self._learner.allowed and self._library.settings.waveforms)
        rows = [
            row
            for row in self._screen.files.in_sight()
            if isinstance(row, Row) and row.format and row.duration_s is None
        ]
        self._learner.want(rows if self._library.settings.headers != "none" else [])

    def _seen_whole(self, told: "Told") -> None:
        """A waveform that was made is kept: the list may have it too, and how long it is."""
        if isinstance(self._item, Row) and self._item.estimated:
            self.reload_soon()
        if isinstance(told, (S3AudioError, type(None))) or not self._screen.files.has_pictures:
            return
        if isinstance(self._item, Row) and told.exact and told.peaks.frames == told.frames:
            self.glances.look_again(self._item)
            self.learn_soon()

    def look_at(self, item: Item | None) -> None:
        """Show a row at once with what the catalog knows, and soon with what S3 says."""
        self._item = item
        known = None
        if isinstance(item, Row):
            known = self._known.get((item.key, item.etag))
        panel = self._screen.query_one(DetailsPanel)
        panel.show(item, known)
        self._see_wave()
        if isinstance(item, Row) and known is None and self.trouble is None:
            if (timer := self._timers.pop("look", None)) is not None:
                timer.stop()
            self._soon("look", _LOOK_S, partial(self._look))

    def _look_at_again(self) -> None:
        """Ask for what was not asked for while the details, or the store, were out of sight."""
        if isinstance(self._item, Row):
            self.look_at(self._item)

    def _see_wave(self) -> None:
        """Show the waveform of the row, if it may be asked for."""
        item, shown = self._item, self._screen.query_one(DetailsPanel).display
        wanted = shown and self._screen.session.settings.waveforms and self.trouble is None
        self.waves.look_at(item if wanted and isinstance(item, Row) and item.format else None)

    def _make_ready(self) -> None:
        shown = self._screen.query_one(DetailsPanel).display
        if not self._ready and shown and self._screen.session.settings.waveforms:
            self._ready = True
            self._screen.pools.waves.submit(partial(make_ready, self._library))

    def look_again(self) -> None:
        """Ask again for the details: an act may have changed what is kept of them."""
        self._known.clear()
        self._soon("look", _LOOK_S, partial(self._look))

    def _look(self) -> None:
        panel = self._screen.query_one(DetailsPanel)
        if isinstance(self._item, Row) and panel.display and panel.size.width:
            self._screen.run_worker(later(self._ask, self._item), group="details", exclusive=True)

    async def _ask(self, row: Row) -> None:
        try:
            found = await self._screen.pools.store.run(partial(_details, self._library, row.key))
        except S3AudioError as error:
            if self._item is row:
                self._screen.query_one(DetailsPanel).show_error(row, error)
            return
        if len(self._known) > 200:
            self._known.clear()
        self._known[row.key, found.row.etag] = found
        if self._item is row:
            self._screen.query_one(DetailsPanel).show(row, found)
        if found.row != row:
            self.reload_soon()


def _room(library: "Library", again: bool) -> "QuotaStatus":
    from s3audio_tui.library import keeping, quota  # on a thread, behind the first frame

    if again:
        keeping.remove_owed(library)
    return quota.status(library, measure_now=again)


def _details(library: "Library", key: str) -> "Details":
    from s3audio_tui.library import details

    return details.info(library, key)
