"""One run of the program: the global options as given, the settings they lead to, the library."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from s3audio_tui import logs
from s3audio_tui.cli.output import Output
from s3audio_tui.cli.state import log_folder, state_folder
from s3audio_tui.config import Settings, load_settings, settings_path
from s3audio_tui.units import count_text

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library
    from s3audio_tui.tui.session import Session

_SWITCHES = ("json", "yes", "dry_run", "quiet", "verbose", "no_color")


class Runtime:
    """What every command gets. It reads neither settings nor variables before they are needed."""

    def __init__(
        self,
        output: Output,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.output = output
        self.environ = environ
        self.clock = clock
        self._flags: dict[str, object] = {}
        self.yes = False
        self.dry_run = False
        self._apply({name: _is_on(environ.get(f"S3AUDIO_{name.upper()}")) for name in _SWITCHES})

    def take(self, flags: Mapping[str, object]) -> None:
        """Take the global options that were given at one place; later ones count."""
        self._flags |= {name: value for name, value in flags.items() if value is not None}
        self._apply({name: True for name in _SWITCHES if self._flags.get(name)})

    def _apply(self, switches: Mapping[str, bool]) -> None:
        output = self.output
        output.json = switches.get("json", output.json)
        output.quiet = switches.get("quiet", output.quiet)
        output.verbose = switches.get("verbose", output.verbose)
        self.yes = switches.get("yes", self.yes)
        self.dry_run = switches.get("dry_run", self.dry_run)
        if switches.get("no_color") or self.environ.get("NO_COLOR"):
            output.color = False

    def settings_path(self) -> Path:
        """Return where the settings file is, or would be."""
        return settings_path(self._named_file(), self.environ)

    def _named_file(self) -> str | None:
        named = self._flags.get("config")
        return named if isinstance(named, str) else None

    def settings(self, **more: object) -> Settings:
        """Return the settings: flags above variables above the file. `more` are flags as well."""
        return self._settings(more, choose=True)

    def settings_around(self) -> Settings:
        """Return the settings around the libraries, in which `library` may be the name of one."""
        return self._settings({}, choose=False)

    def _settings(self, more: Mapping[str, object], *, choose: bool) -> Settings:
        given = {name: value for name, value in more.items() if value is not None}
        flags = {name: value for name, value in self._flags.items() if name != "config"}
        settings = load_settings(
            self.settings_path(),
            explicit=bool(self._named_file() or self.environ.get("S3AUDIO_CONFIG")),
            environ=self.environ,
            flags=flags | given,
            choose=choose,
        )
        self._apply({name: getattr(settings, name) for name in _SWITCHES})
        return settings

    def state_folder(self) -> Path:
        """Return where the catalogs are kept."""
        return state_folder(self.environ)

    def session(self) -> "Session":
        """Return what the app has beside a library."""
        from s3audio_tui.tui.session import Session

        logs.start(log_folder(self.environ), self.environ)
        return Session(
            self.settings_around(),
            self.settings_path(),
            self.state_folder(),
            self.environ,
            self.clock,
        )

    def confirm_overwriting(self, count: int) -> None:
        """Ask before `count` objects or files are overwritten; refuse where nobody can answer."""
        if count:
            self.output.confirm(f"overwrite {count_text(count, 'file')}", yes=self.yes)

    @contextmanager
    def library_if_named(self) -> Iterator["Library | None"]:
        """Open the library for a block, or give None where the settings name none."""
        if not self.settings_around().library:
            yield None
            return
        with self.library() as library:
            yield library

    @contextmanager
    def library(self, **more: object) -> Iterator["Library"]:
        """Open the library for a block; `more` are settings that the command's options give."""
        from s3audio_tui.library.opening import open_library

        settings = self.settings(**more)
        logs.start(log_folder(self.environ), self.environ)
        library = open_library(settings, state_folder=self.state_folder(), clock=self.clock)
        try:
            yield library
        finally:
            library.close()


def _is_on(text: str | None) -> bool:
    return (text or "").lower() in ("1", "true")
