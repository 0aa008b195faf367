"""What outlives one library while the app runs: settings, places on this disk, the clock."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.config import Settings, load_settings
from s3audio_tui.errors import S3AudioError

if TYPE_CHECKING:
    from s3audio_tui.demo.run import DemoServer
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.remembered import Address
    from s3audio_tui.library.saving import NewProfile
    from s3audio_tui.store.client import Keys


class Session(msgspec.Struct):
    """The settings as they count without a chosen library, and where they and the state lie.

    `clock` gives seconds since 1970. What is in `ending` is ended with the app.
    """

    settings: Settings
    settings_path: Path
    state_folder: Path
    environ: Mapping[str, str]
    clock: Callable[[], float]
    ending: ExitStack = msgspec.field(default_factory=ExitStack)
    demo: "DemoServer | None" = None
    """The demo's server, while it runs."""
    keys: dict[str, "Keys"] = msgspec.field(default_factory=dict)
    """Keys that were typed and are kept nowhere, by the address of their store."""

    def keys_at(self, address: "Address") -> "Keys | None":
        """Return the keys that were typed for the store of an address."""
        return None if address.profile else self.keys.get(address.endpoint_url or "")

    def start_demo(self) -> "Address":
        """Start the demo's server, which ends with the app, and return where it is. Blocks.

        Raises `UsageError`, with what to install, where the demo is not installed.
        """
        from s3audio_tui.demo.run import running
        from s3audio_tui.library.remembered import Address
        from s3audio_tui.store.client import Keys

        if self.demo is None:
            self.demo = self.ending.enter_context(running())
            past = filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1"))
            os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(past)
        demo = self.demo
        self.keys[demo.endpoint_url] = Keys(demo.access_key_id, demo.secret_access_key)
        return Address(
            url=f"s3://{demo.bucket}/",
            region=demo.region,
            endpoint_url=demo.endpoint_url,
        )

    def is_demo(self, endpoint_url: str | None) -> bool:
        """Return whether that is the demo's server, which ends with the app."""
        return self.demo is not None and endpoint_url == self.demo.endpoint_url

    def takes_of_demo(self) -> int:
        """Return how many takes are all in the demo's library, and go with it. Blocks."""
        from s3audio_tui.library.recording_plan import spool_for

        if self.demo is None:
            return 0
        spool = spool_for(self.settings, self.state_folder, demo=True)
        with suppress(S3AudioError):
            return sum(
                take.finished and self.is_demo(take.home.endpoint_url) for take in spool.takes()
            )
        return 0

    def visit(self, address: "Address") -> None:
        """Remember a library as the latest, unless its keys are kept nowhere. Blocks."""
        from s3audio_tui.library.remembered import remember, visited

        if self.keys_at(address) is None:
            remember(self.state_folder, visited(address))

    def remember_theme(self, shown: Callable[[], str]) -> None:
        """Remember the theme that is shown when it is written; without room it is not. Blocks."""
        from s3audio_tui.library.remembered import remember

        with suppress(S3AudioError):
            remember(self.state_folder, lambda now: msgspec.structs.replace(now, theme=shown()))

    def keep(
        self, address: "Address", *, usual: bool, profile: "NewProfile | None" = None
    ) -> "Address":
        """Keep a library in the settings under its name; return it as it is then. Blocks."""
        from s3audio_tui.library import saving

        kept = saving.keep(self.settings_path, self.environ, address, usual=usual, profile=profile)
        self._take_note()
        return kept

    def forget(self, address: "Address") -> None:
        """Take a library out of the settings, or out of the recent ones. Blocks."""
        from s3audio_tui.library import saving
        from s3audio_tui.library.remembered import forgotten, remember

        if address.name:
            saving.forget_library(self.settings_path, address.name)
            self._take_note()
        remember(self.state_folder, forgotten(address.url))

    def correct(self, address: "Address") -> None:
        """Let a library of the settings be where it was found. Blocks."""
        from s3audio_tui.library import saving

        saving.correct_library(self.settings_path, address)
        self._take_note()

    def make_usual(self, name: str) -> None:
        """Make a library of the settings the one that opens by itself. Blocks."""
        from s3audio_tui.library import saving

        saving.make_usual(self.settings_path, name)
        self._take_note()

    def _take_note(self) -> None:
        """Let the libraries count as the settings have them now."""
        now = load_settings(self.settings_path, explicit=True, environ={}, flags={}, choose=False)
        self.settings = msgspec.structs.replace(
            self.settings, libraries=now.libraries, library=now.library
        )

    def open(self, address: "Address") -> "Library":
        """Open another library. Touches no network yet."""
        from s3audio_tui.library.addresses import settings_at
        from s3audio_tui.library.opening import open_library

        settings, keys = settings_at(self.settings, address), self.keys_at(address)
        folder = self.state_folder
        if self.demo is not None and self.is_demo(address.endpoint_url):
            folder = self.demo.folder
        return open_library(settings, state_folder=folder, clock=self.clock, keys=keys)
