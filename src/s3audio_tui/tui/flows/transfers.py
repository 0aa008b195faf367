"""What one does with transfers: pause, go on, try again, move, see what is wrong."""

from typing import TYPE_CHECKING, Protocol

from s3audio_tui.library.transfer import RETRIED
from s3audio_tui.library.transfers import Where
from s3audio_tui.tui.desk import Desk
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.transfer_reason import TransferReason
from s3audio_tui.units import parse_rate, size_text

if TYPE_CHECKING:
    from s3audio_tui.tui.widgets.transfers import Transfers


class TransferDesk(Desk, Protocol):
    """A screen with a panel of transfers."""

    @property
    def transfers(self) -> "Transfers":
        """The panel."""


async def pause(desk: TransferDesk) -> None:
    """Pause the chosen one, or let it go on."""
    chosen = desk.transfers.chosen
    if chosen is not None and chosen.state == "paused":
        desk.queue.resume(chosen.id)
    elif chosen is not None:
        desk.queue.pause(chosen.id)
    desk.transfers.look()


async def pause_all(desk: TransferDesk) -> None:
    """Pause all that waits or runs; where all are paused, let all go on: as the key says."""
    if desk.transfers.all_paused:
        desk.queue.resume_all()
    else:
        desk.queue.pause_all()
    desk.transfers.look()


async def retry(desk: TransferDesk) -> None:
    """Go on with the chosen one, or try it again."""
    chosen = desk.transfers.chosen
    if chosen is not None:
        desk.queue.retry(chosen.id)
    desk.transfers.look()


async def retry_all(desk: TransferDesk) -> None:
    """Go on with all that were interrupted, and try again all that failed."""
    desk.queue.retry_all()
    desk.transfers.look()


async def earlier(desk: TransferDesk) -> None:
    """Let the chosen one run before its neighbour."""
    _move(desk, "earlier")


async def later(desk: TransferDesk) -> None:
    """Let the chosen one run after its neighbour."""
    _move(desk, "later")


async def first(desk: TransferDesk) -> None:
    """Let the chosen one run before all others."""
    _move(desk, "first")


def _move(desk: TransferDesk, where: Where) -> None:
    chosen = desk.transfers.chosen
    if chosen is not None:
        desk.queue.move(chosen.id, where)
    desk.transfers.look()


async def limit_rate(desk: TransferDesk) -> None:
    """Ask how fast all transfers may go together, from now on until the program ends."""
    now = desk.queue.totals().limit_bytes_s

    async def check(text: str) -> None:
        parse_rate(text)

    text = await desk.ask(
        Prompt(
            "Limit the rate of all transfers",
            value=f"{size_text(now)}/s" if now else "",
            verb="limit",
            hint="as 500kB/s or 2MB/s; off, or nothing, for no limit",
            check=check,
        )
    )
    if text is None:
        return
    desk.queue.limit(parse_rate(text))
    desk.transfers.look()


async def reason(desk: TransferDesk) -> None:
    """Show all that is known of the chosen one, and why it failed; from there it is retried."""
    chosen = desk.transfers.chosen
    if chosen is None:
        return
    answer = await desk.ask(TransferReason(chosen))
    if answer == "retry" and chosen.state in RETRIED:
        desk.queue.retry(chosen.id)
    desk.transfers.look()
