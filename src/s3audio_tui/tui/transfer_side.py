"""What the main screen does with the transfers: watches them, and tells how they ended."""

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.transfer import ALIVE, ENDED, RETRIED
from s3audio_tui.library.transfers import TransferState
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.later import later
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.tui.widgets.transfers import Transfers, ended_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.transfer import State
    from s3audio_tui.library.transfers import TransferQueue
    from s3audio_tui.tui.screens.browsing import BrowsingScreen

_LOOK_S = 0.15
_SAID_S = 10.0
_COMMANDS = (
    *("pause", "pause_all", "retry", "retry_all", "earlier", "later", "first", "limit_rate"),
    *("reason", "cancel", "clear_ended"),
)


class TransferSide:
    """Looks at the queue a few times a second, on the loop; nothing here waits."""

    def __init__(self, screen: "BrowsingScreen") -> None:
        self._screen = screen
        self._queue = screen.queue
        self._untold: list[TransferState] = []
        """Those that have ended since the last one did before."""
        self._began_at: float | None = None
        """When the first of those began that are under way; None while nothing is."""
        self._counts: Mapping[State, int] = {}
        """How many stood how when the keys were shown last."""

    @property
    def panel(self) -> Transfers:
        """Where they are shown."""
        return self._screen.transfers

    @property
    def waiting(self) -> bool:
        """Whether something has changed that is not shown yet."""
        return self.panel.stale

    def start(self) -> None:
        """Offer what an earlier run did not finish, and watch."""
        self._screen.run_worker(later(self._offer), group="offer")
        self._screen.set_interval(_LOOK_S, self.look)
        self.look()

    async def _offer(self) -> None:
        screen = self._screen
        try:
            count = await screen.pools.rows.run(partial(_offered, screen.library, self._queue))
        except S3AudioError:
            return  # whatever is wrong with the catalog is said where its rows are read
        self.look()
        if count:
            what = "1 transfer was" if count == 1 else f"{count:,} transfers were"
            said = Said(f"{what} interrupted", "tab goes there, r goes on", "busy")
            screen.say(said)
            screen.set_timer(_SAID_S, partial(self._hush, said))

    def _hush(self, said: Said) -> None:
        if self._screen.status.said == said:
            self._screen.status.hush()

    def look(self) -> None:
        """See what has changed."""
        screen = self._screen
        self._queue.forget_events()
        ended = self._queue.take_ended()
        self.panel.look()
        totals = self._queue.totals()
        busy = bool(totals.count("running", "waiting"))
        if busy and self._began_at is None:
            self._began_at = screen.clock()
        self._untold += ended
        if self._untold and not busy:
            self._tell()
        if any(state.kind == "up" for state in ended):
            screen.store_side.reload_soon()
            screen.store_side.measure()
        if totals.counts != self._counts:
            self._counts = totals.counts
            screen.update_keys()

    def _tell(self) -> None:
        """Say how all of them ended; outside of the app too, if it took long."""
        screen, untold = self._screen, self._untold
        took_s = screen.clock() - self._began_at if self._began_at is not None else 0.0
        self._untold, self._began_at = [], None
        said = ended_text(untold)
        screen.say(said)
        longest_s = max(took_s, *(state.seconds for state in untold))
        if longest_s >= screen.session.settings.notify_after_s:
            screen.tell_terminal(said.sentence)

    # What the keys do

    def possible(self, command_id: str) -> bool:
        """Return whether a command makes sense with the transfers as they were looked at last.

        One that has nothing to do with them does.
        """
        totals, chosen = self.panel.totals, self.panel.chosen
        if totals is None:
            return command_id not in _COMMANDS
        state = chosen.state if chosen is not None else None
        match command_id:
            case "pause":
                return state in ALIVE
            case "retry":
                return state in RETRIED
            case "pause_all":
                return bool(totals.count(*ALIVE))
            case "retry_all":
                return bool(totals.count("failed", "interrupted"))
            case "earlier" | "later" | "first":
                return state == "waiting"
            case "reason":
                return chosen is not None and (state != "done" or chosen.notice != "")
            case "cancel":
                alive = bool(totals.count(*ALIVE)) if chosen is None else state in ALIVE
                return alive or state == "interrupted"
            case "clear_ended":
                return bool(totals.count(*ENDED))
        return True

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do to the transfers as they stand."""
        chosen = self.panel.chosen
        match command.id:
            case "pause" if chosen is not None and chosen.state == "paused":
                return replace(command, label="resume", sentence="Let the chosen one go on")
            case "pause_all" if self.panel.all_paused:
                return replace(command, label="resume all", sentence="Let all transfers go on")
        return command

    def cancel(self) -> None:
        """Cancel the chosen one, else the one that started last; say so where none can be."""
        chosen = self.panel.chosen
        if chosen is None:
            states = self._queue.snapshot()
            running = [state for state in states if state.state == "running"]
            alive = [state for state in states if state.state in ALIVE and not state.stopping]
            chosen = next(reversed(running or alive), None)
        if chosen is None:
            self._screen.say(Said("There is nothing to cancel", tone="note"))
        elif chosen.state in ENDED:
            self._screen.say(Said("It has ended already", "c clears the list", "note"))
        else:
            self._queue.cancel(chosen.id)
        self.look()

    def clear_ended(self) -> None:
        """Forget the transfers that have ended."""
        self._queue.clear_ended()
        self.look()


def _offered(library: "Library", queue: "TransferQueue") -> int:
    """List what was left in the queue; return how many there are."""
    left = library.unfinished.interrupted()
    if left:
        from s3audio_tui.library import resuming  # with all that sends and fetches

        resuming.offer(library, queue, left)
    return len(left)
