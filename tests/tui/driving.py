"""The app driven as a user does: started, keys pressed, waited for, read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.tui.app import S3AudioApp, make_app
from s3audio_tui.tui.screens.base import DeskScreen
from s3audio_tui.tui.screens.library import LibraryScreen
from s3audio_tui.tui.widgets.columns import Item
from s3audio_tui.tui.widgets.file_list import FileList
from s3audio_tui.tui.widgets.status_line import StatusLine
from s3audio_tui.tui.widgets.window import key_of
from tests.resting import PATIENCE_S, rest
from tests.snapshots import SIZE, Snapshot, staged, text_of

_SPELT = {
    " ": "space",
    "/": "slash",
    ".": "full_stop",
    "-": "minus",
    "_": "underscore",
    "~": "tilde",
    ":": "colon",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    ",": "comma",
}


@dataclass
class Driver:
    """The app while it runs under a test."""

    app: S3AudioApp
    pilot: Pilot[None]

    async def settle(self) -> None:
        """Wait until nothing is under way, and all is drawn."""
        await rest(self.app, lambda: self.app.working)

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before has been read and done, and wait until all rests."""
        for key in keys:
            await self.pilot.press(key)
            await self._calm()
        await self.settle()

    async def _calm(self) -> None:
        """Wait until nothing is read or done; what was put off for a moment may still wait."""
        await rest(self.app, lambda: bool(self.app.pools.pending))

    async def drawn(self) -> None:
        """Wait until all that has arrived is drawn, while something is still under way."""
        await rest(self.app)

    async def write(self, text: str) -> None:
        """Type a text into the field that has the focus, and wait."""
        await self.pilot.press(*(_SPELT.get(char, char) for char in text))
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal does, and wait."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def replace(self, text: str) -> None:
        """Type a text in place of what the field has."""
        await self.pilot.press("end", "ctrl+u")
        await self.write(text)

    @property
    def screen(self) -> LibraryScreen:
        """The main screen, also below a dialog."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, LibraryScreen)
        return screen

    def asks(self, dialog: type[Screen[Any]]) -> bool:
        """Return whether such a dialog or screen is on top."""
        return isinstance(self.app.screen, dialog)

    @property
    def files(self) -> FileList:
        """The list of the uppermost screen that has one."""
        desks = [screen for screen in self.app.screen_stack if isinstance(screen, DeskScreen)]
        return desks[-1].query_one(FileList)

    @property
    def item(self) -> Item | None:
        """The row under the cursor."""
        return self.files.item

    @property
    def key(self) -> str:
        """What names the row under the cursor."""
        assert self.item is not None, "there is no row"
        return key_of(self.item)

    def rows(self) -> list[str]:
        """Return what names the rows in sight, from the top."""
        return [key_of(item) for item in self.files.in_sight()]

    def said(self) -> str:
        """Return the sentence in the status line, with what to do, or nothing."""
        desks = [screen for screen in self.app.screen_stack if isinstance(screen, DeskScreen)]
        said = desks[-1].query_one(StatusLine).said
        return f"{said.sentence} {said.remedy}".strip() if said else ""

    def text(self) -> str:
        """Return the screen as it reads."""
        return text_of(self.app)

    async def sees(self, text: str) -> None:
        """Wait until a text is on the screen."""
        ends = monotonic() + PATIENCE_S
        while text not in self.text():
            assert monotonic() < ends, self.text()
            await self.pilot.pause(0.02)
        await self.settle()

    async def pictured_in_themes(self, snapshot: Snapshot, name: str) -> None:
        """Take a picture in the light theme and one in the terminal's colours; it was dark."""
        for theme in ("light", "terminal"):
            await self.press("f2")
            assert self.app.theme == f"s3audio-{theme}"
            snapshot(self.app, f"{name}-{theme}")
        await self.press("f2")

    async def go_to(self, key: str) -> None:
        """Move the cursor down to a row."""
        await self.press("home")
        for _ in range(self.files.count):
            if self.key == key:
                return
            await self.pilot.press("down")
            await self.pilot.pause()
        raise AssertionError(f"{key} is not listed")


@asynccontextmanager
async def driven(
    library: Library, *, size: tuple[int, int] = SIZE, queue: TransferQueue | None = None
) -> AsyncIterator[Driver]:
    """Run the app on a library, and wait until it has shown it."""
    app = make_app(library, queue=queue)
    async with staged(app, size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver
