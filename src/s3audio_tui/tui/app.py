"""The app: themes, pools and the first screen; made by one factory for the program and tests."""

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import WorkerFailed

from s3audio_tui import courtesy
from s3audio_tui.library.addresses import address_of_open
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import recall
from s3audio_tui.library.transfers import TransferQueue, queue_for
from s3audio_tui.tui import garbage
from s3audio_tui.tui.ahead import Ahead
from s3audio_tui.tui.card import Card
from s3audio_tui.tui.guard import guard
from s3audio_tui.tui.keyboard import KeyboardDriver, TerminalGone
from s3audio_tui.tui.keymap import keymap
from s3audio_tui.tui.later import later
from s3audio_tui.tui.microphones import Inputs
from s3audio_tui.tui.play_side import PlaySide
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.screens.base import DeskScreen, Shared
from s3audio_tui.tui.screens.library import LibraryScreen
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.terminal_words import TerminalWords
from s3audio_tui.tui.theme import DARK, TERMINAL, THEMES, next_after, theme_called
from s3audio_tui.tui.widgets.status_line import Said

if TYPE_CHECKING:
    from s3audio_tui.audio.output import Output
    from s3audio_tui.library.remembered import Address
    from s3audio_tui.tui.place import Place

_FIRST_START = ("dialogs.tcss", "screens/send.tcss", "screens/libraries.tcss")
"""Styles that the first screen needs where there is no library; else they come when needed."""

_LONGEST_PASTE = 20_000
"""Characters that a field of one line takes at once."""

_HUNG_UP = 129
"""The exit code where the terminal was closed, as of a program that SIGHUP ends."""

_NO_COLOR = NoColor()


class S3AudioApp(App[None]):
    """Shows one library."""

    TITLE = "s3audio"
    CSS_PATH: ClassVar = ["app.tcss", "screens/library.tcss"]
    # For the base these two are no class variables.
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (70, "-narrow"), (100, "-wide"), (150, "-roomy")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (26, "-tall")]  # noqa: RUF012
    COMMAND_PALETTE_BINDING = "ctrl+p"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        library: Library | None,
        session: Session,
        queue: TransferQueue,
        greeting: str = "",
        output: "Output | None" = None,
        inputs: Inputs | None = None,
    ) -> None:
        super().__init__(css_path=None if library else [*self.CSS_PATH, *_FIRST_START])
        self.library, self.session, self._greeting = library, session, greeting
        self.animation_level = "none"  # nothing here moves by itself
        self.queue = queue
        self.pools = Pools()
        courtesy.install(self.pools.keys.wait)
        self.ahead = Ahead()
        settings = session.settings
        self.words = TerminalWords(
            session.environ, self._write_terminal, how=settings.notify, titles=settings.title
        )
        self.keys = keymap(session.settings.keys)
        self.set_keymap(dict(self.keys.changed))
        self._opened: list[Library] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.kept = kept = recall(session.state_folder)
        self.card = Card(settings.output_device or kept.output_device)
        out = output or self.card
        self.playing = PlaySide(
            *(self.pools.sound, self.pools.rows, self.call_later, self.set_interval, out),
            goes_on=settings.play_on,
            volume=kept.volume,
        )
        self.recorder = RecSide(
            session, self.pools, queue, self.call_later, self.set_interval, inputs, kept
        )
        chosen = theme_called(session.settings.theme or kept.theme) or DARK
        self.theme = TERMINAL.name if self.no_color else chosen.name
        self._hidden_panels = kept.hidden_panels
        self._hangs_up = False

    def get_driver_class(self) -> type[Driver]:
        """Return what reads the keys, unless a variable of Textual names another one."""
        found = super().get_driver_class()
        return KeyboardDriver if found is LinuxDriver else found

    def get_default_screen(self) -> Screen[Any]:
        """Return the main screen; without a library the one that asks where it is."""
        if self.library is not None:
            return self._library_screen(self.library, self._greeting)
        from s3audio_tui.tui.screens.begin import BeginScreen

        return BeginScreen(self.session, self.pools)

    def _library_screen(
        self, library: Library, greeting: str, place: "Place | None" = None
    ) -> LibraryScreen:
        screen = LibraryScreen(library, Shared(self.session, self.pools, self.queue, self.keys))
        screen.greeting, screen.kept = greeting, self.kept
        screen.place = place or screen.place
        screen.complaints = self.keys.clashes
        for name in self._hidden_panels:
            screen.add_class(f"-no-{name}")
        return screen

    def open_library(self, address: "Address", place: "Place | None" = None) -> None:
        """Show another library, or a place in it. Transfers of the one before go on."""
        self.library = self.session.open(address)
        self._opened.append(self.library)
        self.pools.rows.submit(partial(self.session.visit, address))
        if not self.screen._result_callbacks:
            # Textual gives its default screen none, and cannot switch from it then.
            self.screen._push_result_callback(self, None)
        self.switch_screen(self._library_screen(self.library, "", place))

    def on_mount(self) -> None:
        """Remember the library as the latest, once the first frame is drawn."""
        if garbage.is_managed():
            self.set_interval(garbage.LOOK_EVERY_S, lambda: garbage.look(self.pools.keys.quiet_s))
        if self.library is not None:
            address = address_of_open(self.library)
            self.call_after_refresh(self.pools.rows.submit, partial(self.session.visit, address))

    def _write_terminal(self, text: str) -> None:
        """Write to the terminal what is no part of the screen."""
        if self._driver is not None:
            self._driver.write(text)

    def action_command_palette(self) -> None:
        """Show the palette."""
        from s3audio_tui.tui.palette import Commands, Palette  # not before it is needed

        if not isinstance(self.screen, Palette):
            self.ahead.begin()
            self.push_screen(Palette([Commands], placeholder="What shall be done?"))

    def action_next_theme(self) -> None:
        """Take the next theme, and remember it."""
        if not self.no_color:
            self.theme = next_after(self.theme)
            self.pools.rows.submit(partial(self.session.remember_theme, lambda: self.theme))
            return
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.say(Said("There are no colours, as NO_COLOR wants it", tone="note"))

    def refresh_css(self, animate: bool = True) -> None:
        """Draw all in the colours of the theme; before there is a screen, let it be drawn so.

        The base would read all styles a first time then, which takes 8 ms, and read them again.
        """
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def _handle_exception(self, error: Exception) -> None:
        """End the app, without the boxed traceback of the base: it would show what values were.

        A screen that opens while the app is ending gets no widgets; that is no defect.
        """
        cause = error.error if isinstance(error, WorkerFailed) else error
        if self._exit and isinstance(cause, NoMatches):
            return
        super()._handle_exception(error)
        self._exit_renderables.clear()

    async def on_event(self, event: events.Event) -> None:
        """Let keys go first, and a field have the beginning of a paste: megabytes would block."""
        if isinstance(event, events.Key):
            self.pools.keys.came()
            if self.ahead.keep(event):
                return
        if isinstance(event, events.Paste) and isinstance(self.focused, Input):
            event.text = event.text[:_LONGEST_PASTE]
        await super().on_event(event)

    def type_ahead(self) -> None:
        """Give the keys that have waited to what has the focus now, before those yet to come."""
        self.call_later(self._type_ahead)

    async def _type_ahead(self) -> None:
        for key in self.ahead.taken():
            await super().on_event(key)

    def on_key(self, event: events.Key) -> None:
        """Give a letter that was typed ahead to the field that the key before has opened.

        A field keeps its letters. One that comes here was sent to what had the focus before.
        """
        field = self.focused
        if event.is_printable and isinstance(field, Input):
            event.prevent_default()
            field.post_message(events.Key(event.key, event.character))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Clean every line that is drawn, after all else; the base would leave greys."""
        colours = [_NO_COLOR] if self.no_color else []
        return [guard(*super().get_line_filters(), *colours)]

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """Return the screens that show through; the base draws also those that nobody sees."""
        return [] if self.screen.styles.background.a == 1 else super()._background_screens

    @property
    def failure(self) -> BaseException | None:
        """What ended the app though nobody foresaw it; None when it ended well."""
        return getattr(self._exception, "error", self._exception)

    @property
    def working(self) -> bool:
        """Whether anything is under way that will change the screen; a dialog that waits is not."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, DeskScreen)]
        unfinished = any(not screen.is_mounted or screen.waiting for screen in screens)
        return bool(self.pools.pending or unfinished)

    def on_terminal_gone(self, event: TerminalGone) -> None:
        """End, as nobody can see it any more."""
        self.hang_up(_HUNG_UP)

    def hang_up(self, code: int) -> None:
        """End with an exit code, and without a question; what is recorded is written and sent."""
        if not self._hangs_up:
            self._hangs_up = True
            self.run_worker(later(self._hang_up, code))

    async def _hang_up(self, code: int) -> None:
        from s3audio_tui.tui.flows.leave import end_unasked

        await end_unasked(self.recorder, self.queue)
        self.exit(return_code=code)

    def on_unmount(self) -> None:
        """Let the sound and the threads go; what is recorded is written first."""
        self.recorder.close()
        self.playing.close()
        self.pools.close()
        for library in self._opened:
            library.close()


def make_app(
    library: Library | None,
    *,
    session: Session | None = None,
    queue: TransferQueue | None = None,
    greeting: str = "",
    output: "Output | None" = None,
    inputs: Inputs | None = None,
) -> S3AudioApp:
    """Return the app on `library`, or on the question where it is. Touches no network.

    The `greeting` stands until something else is said. Sound goes to `output`, or to the card; it
    is recorded from `inputs`, or microphones.
    """
    if session is None:
        if library is None:
            raise ValueError("a library or a session is needed")
        session = session_of(library)
    queue = queue or queue_for(session.settings)
    return S3AudioApp(library, session, queue, greeting, output, inputs)


def session_of(library: Library) -> Session:
    """Return a session with the settings and places of an open library."""
    folder = library.state_folder
    return Session(library.settings, folder / "settings.toml", folder, os.environ, library.clock)
