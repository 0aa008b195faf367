"""What outlives one library while the app runs: settings, places on this disk, the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.config import Settings

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.remembered import Address


@dataclass(frozen=True, slots=True)
class Session:
    """The settings as they count without a chosen library, and where they and the state lie.

    `clock` gives seconds since 1970.
    """

    settings: Settings
    settings_path: Path
    state_folder: Path
    environ: Mapping[str, str]
    clock: Callable[[], float]

    def open(self, address: "Address") -> "Library":
        """Open another library. Touches no network yet."""
        from s3audio_tui.library.opening import open_library

        settings = msgspec.structs.replace(
            self.settings,
            library=address.url,
            profile=address.profile,
            region=address.region,
            endpoint_url=address.endpoint_url,
        )
        return open_library(settings, state_folder=self.state_folder, clock=self.clock)


def address_of(library: "Library") -> "Address":
    """Return where an open library is."""
    from s3audio_tui.library.remembered import Address

    settings = library.settings
    return Address(
        url=f"s3://{library.bucket}/{library.prefix}",
        profile=settings.profile,
        region=settings.region,
        endpoint_url=settings.endpoint_url,
    )
