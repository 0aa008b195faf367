"""By which way the recordings of one command go: a library's, or addresses that others sign."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui import logs
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.state import log_folder
from s3audio_tui.config import Settings

if TYPE_CHECKING:
    from s3audio_tui.library.chunk_doors import Door
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.takes import Home


class Way(msgspec.Struct, frozen=True):
    """The settings, and what takes chunks: with neither library nor door they stay here."""

    settings: Settings
    library: "Library | None" = None
    door: "Door | None" = None

    @property
    def home(self) -> "Home":
        """The library that is named, as a take knows it.

        Who gives addresses need know none; the app's takes have one all the same.
        """
        from s3audio_tui.library.opening import parse_url
        from s3audio_tui.library.takes import Home

        named = self.settings
        return (
            Home(*parse_url(named.library), named.endpoint_url or "") if named.library else Home()
        )


@contextmanager
def way_of(runtime: Runtime, *, upload: bool = True, **given: object) -> Iterator[Way]:
    """Open it for a block. Where somebody else gives addresses no library need be named."""
    from s3audio_tui.library.chunk_doors import LibraryDoor
    from s3audio_tui.library.presigned import PresignedDoor
    from s3audio_tui.library.signers import signer_for

    settings = runtime.settings(**given)
    signer = signer_for(settings) if upload else None
    if signer is not None or not upload:
        logs.start(log_folder(runtime.environ), runtime.environ)
        yield Way(settings, None, PresignedDoor(settings, signer) if signer else None)
        return
    with runtime.library(**given) as library:
        yield Way(library.settings, library, LibraryDoor(library))
