"""The first screen without a library: where is your audio?"""

from typing import TYPE_CHECKING, cast

from s3audio_tui.library.remembered import Address
from s3audio_tui.tui.screens.libraries import LibrariesScreen

if TYPE_CHECKING:
    from s3audio_tui.tui.app import S3AudioApp


class BeginScreen(LibrariesScreen):
    """Offers the places where a library may be, and goes on to the one that is chosen."""

    BRAND = "s3audio"
    TITLE = "Where is your audio?"
    SENTENCE = "What you choose is tried at once. Nothing is written there."

    def give_up(self) -> None:
        """End the app: without a library there is nothing to see."""
        self.app.exit()

    def opened(self, address: Address) -> None:
        """Show the library."""
        cast("S3AudioApp", self.app).open_library(address)
