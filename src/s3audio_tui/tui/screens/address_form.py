"""What the forms share that ask for an address: it is tried at once, explained, and then kept."""

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.remembered import Address
from s3audio_tui.tui import trial
from s3audio_tui.tui.later import later
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.screens.keep_library import KeepLibrary
from s3audio_tui.tui.session import Session

if TYPE_CHECKING:
    from s3audio_tui.library.trying import Offer
    from s3audio_tui.store.client import Keys


class AddressForm(Dialog[Address]):
    """Has a `Static` with the id `said`. Escape stops what is tried, else it leaves."""

    CSS_PATH: ClassVar = ["send.tcss", "libraries.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, priority=True)
    ]

    def __init__(self, session: Session, pools: Pools) -> None:
        super().__init__()
        self.session, self.pools = session, pools
        self.offer: Offer | None = None
        """What enter would take in place of what was typed."""
        self._trying: Worker[None] | None = None

    def hint(self) -> str:
        """Return what is said while nothing else is."""
        return ""

    def fill(self, address: Address) -> None:
        """Show an address in the fields."""

    def say(self, content: Content | str) -> None:
        """Say something below the fields."""
        self.query_one("#said", Static).update(content)

    def say_wrong(self, error: S3AudioError) -> None:
        """Say what is wrong, and what may help."""
        self.offer = None
        self.say(trial.wrong(error))

    def hush(self) -> None:
        """Take back what was said: something else is typed."""
        if self._trying is None:
            self.offer = None
            self.say(self.hint())

    def try_it(self, address: Address, keys: "Keys | None" = None) -> None:
        """Try an address; where it works ask whether it is kept, and give it."""
        self._trying = self.run_worker(
            later(self._try, address, keys), group="trying", exclusive=True
        )

    def take_offer(self, keys: "Keys | None" = None) -> bool:
        """Try what was offered, if something was; return whether."""
        if self.offer is None:
            return False
        address, self.offer = self.offer.address, None
        self.fill(address)
        self.try_it(address, keys)
        return True

    async def _try(self, address: Address, keys: "Keys | None") -> None:
        self.say(trial.busy(f"trying {address.url} …"))
        try:
            result = await trial.attempt(self.session, self.pools, address, keys)
        finally:
            self._trying = None
        if result.error is not None:
            self.offer = next(iter(result.offers), None)
            self.say(trial.wrong(result.error, self.offer.words if self.offer else ""))
            return
        self.say(self.hint())
        asked = KeepLibrary(self.session, self.pools, result, keys)
        chosen = await self.app.push_screen_wait(asked)
        if chosen is not None:
            self.dismiss(chosen)

    def action_leave(self) -> None:
        """Stop what is tried; else leave."""
        if self._trying is None:
            self.dismiss(None)
            return
        self._trying.cancel()
        self._trying = None
        self.hush()
