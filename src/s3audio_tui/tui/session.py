"""What outlives one library while the app runs: settings, places on this disk, the clock."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from s3audio_tui.config import Settings

if TYPE_CHECKING:
    from s3audio_tui.demo.run import DemoServer
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.remembered import Address


@dataclass(slots=True)
class Session:
    """The settings as they count without a chosen library, and where they and the state lie.

    `clock` gives seconds since 1970. What is in `ending` is ended with the app.
    """

    settings: Settings
    settings_path: Path
    state_folder: Path
    environ: Mapping[str, str]
    clock: Callable[[], float]
    ending: ExitStack = field(default_factory=ExitStack)
    demo: "DemoServer | None" = None
    """The demo's server, while it runs."""

    def open(self, address: "Address") -> "Library":
        """Open another library. Touches no network yet."""
        from s3audio_tui.library.addresses import settings_at
        from s3audio_tui.library.opening import open_library
        from s3audio_tui.store.client import Keys

        settings, demo = settings_at(self.settings, address), self.demo
        if demo is None or address.endpoint_url != demo.endpoint_url:
            return open_library(settings, state_folder=self.state_folder, clock=self.clock)
        keys = Keys(demo.access_key_id, demo.secret_access_key)
        return open_library(settings, state_folder=demo.folder, clock=self.clock, keys=keys)


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
