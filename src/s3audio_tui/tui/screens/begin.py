"""The first screen without a library: where is your audio?"""

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.session import Session


class BeginScreen(Screen[bool]):
    """Offers the places where a library may be."""

    def __init__(self, session: Session, pools: Pools) -> None:
        super().__init__()
        self._session, self._pools = session, pools

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        yield Static("Where is your audio?", markup=False)
