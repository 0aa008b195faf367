"""The app: themes, pools and the first screen; made by one factory for the program and tests."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual.app import App
from textual.command import CommandPalette
from textual.screen import Screen

from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.tui.palette import Commands
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.screens.base import DeskScreen
from s3audio_tui.tui.screens.library import LibraryScreen
from s3audio_tui.tui.theme import DARK, LIGHT

_SETTLE_S = 10.0
_LOOK_S = 0.004
_QUIET_LOOKS = 4
"""What is settled may still be between two threads: it must look so several times."""


class S3AudioApp(App[None]):
    """Shows one library."""

    TITLE = "s3audio"
    CSS_PATH: ClassVar = ["app.tcss", "screens/library.tcss"]
    COMMANDS: ClassVar = {Commands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - the base has it so
    VERTICAL_BREAKPOINTS = [(0, "-short"), (26, "-tall")]  # noqa: RUF012
    COMMAND_PALETTE_BINDING = "ctrl+p"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        library: Library,
        queue: TransferQueue,
        clock: Callable[[], float],
        greeting: str = "",
    ) -> None:
        super().__init__()
        self._greeting = greeting
        self.library = library
        self.queue = queue
        self.pools = Pools()
        self._library_clock = clock
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    def get_default_screen(self) -> Screen[bool]:
        """Return the main screen."""
        screen = LibraryScreen(self.library, self.pools, self.queue, self._library_clock)
        screen.greeting = self._greeting
        return screen

    def action_command_palette(self) -> None:
        """Show the palette."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(
                CommandPalette(placeholder="What shall be done?", id="--command-palette")
            )

    def _handle_exception(self, error: Exception) -> None:
        """End the app, without the boxed traceback of the base: it would show what values were."""
        super()._handle_exception(error)
        self._exit_renderables.clear()

    @property
    def failure(self) -> BaseException | None:
        """What ended the app though nobody foresaw it; None when it ended well."""
        return getattr(self._exception, "error", self._exception)

    @property
    def working(self) -> bool:
        """Whether anything is under way that will change the screen; a dialog that waits is not."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, DeskScreen)]
        return bool(self.pools.pending or any(screen.waiting for screen in screens))

    def on_unmount(self) -> None:
        """Let the threads go."""
        self.pools.close()


def make_app(
    library: Library,
    *,
    queue: TransferQueue | None = None,
    clock: Callable[[], float] | None = None,
    greeting: str = "",
) -> S3AudioApp:
    """Return the app on `library`. Touches no network.

    `clock` gives seconds since 1970; the `greeting` stands there until something else is said.
    """
    queue = queue or TransferQueue(library.settings.jobs)
    return S3AudioApp(library, queue, clock or library.clock, greeting)


async def settled(app: S3AudioApp, *, within_s: float = _SETTLE_S) -> bool:
    """Wait until nothing is under way behind the screen; return whether that came in time."""
    quiet, ends = 0, monotonic() + within_s
    while quiet < _QUIET_LOOKS and monotonic() < ends:
        await asyncio.sleep(_LOOK_S)
        quiet = 0 if app.working or has_messages(app) else quiet + 1
    return quiet >= _QUIET_LOOKS


def has_messages(app: S3AudioApp) -> bool:
    """Return whether a widget has something yet to do."""
    return bool(app.message_queue_size) or any(
        node.message_queue_size
        for screen in app.screen_stack
        for node in screen.walk_children(with_self=True)
    )


def run_headless(
    app: S3AudioApp, size: tuple[int, int], press: Sequence[str], screenshot: Path | None
) -> None:
    """Run the app without a terminal, press keys, and write an SVG of what it shows then.

    `size` is columns and rows. After each key it waits for what the key has set off.
    """

    async def main() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(app)
            for key in press:
                await pilot.press(key)
                await settled(app)
            if screenshot is not None:
                await pilot.pause()
                screenshot.write_text(app.export_screenshot(title=app.title), encoding="utf-8")

    asyncio.run(main())
