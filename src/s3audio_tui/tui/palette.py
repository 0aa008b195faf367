"""The palette: every command of the screen, found by typing words of what it does."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from textual.binding import BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from s3audio_tui.tui import styles
from s3audio_tui.tui.cells import matches
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.leaving import Leaving, theme_binding
from s3audio_tui.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from s3audio_tui.tui.app import S3AudioApp

_KEY_AT = 62


class Palette(CommandPalette, Leaving[None]):
    """Lists what `Commands` finds; the key for the theme works here too."""

    CSS_PATH = str(styles.DIALOGS)
    BINDINGS: ClassVar[list[BindingType]] = [theme_binding()]

    def on_descendant_focus(self) -> None:
        """Take what was typed while the field was coming, in the order of the keys."""
        cast("S3AudioApp", self.app).type_ahead()


class Commands(Provider):
    """Finds the commands that are possible on the screen."""

    def _possible(self) -> list[tuple[Command, "partial[None]"]]:
        screen = self.screen
        if not isinstance(screen, DeskScreen):
            return []
        return [(each, partial(screen.act, each)) for each in screen.named()]

    async def discover(self) -> Hits:
        """Yield all commands, before anything is typed."""
        for command, run in self._possible():
            yield DiscoveryHit(_line(command, []), run, text=command.sentence)

    async def search(self, query: str) -> Hits:
        """Yield the commands in whose words all of the query's occur."""
        words = query.split()
        for command, run in self._possible():
            said = f"{command.sentence} {command.label}"
            if all(matches(said, [word]) for word in words):
                first = matches(said, words)[0][0] if words else 0
                yield Hit(1 / (1 + first), _line(command, words), run, text=command.sentence)


def _line(command: Command, words: list[str]) -> Content:
    line = Content(command.sentence)
    for start, end in matches(command.sentence, words):
        line = line.stylize("$accent", start, end)
    space = " " * max(_KEY_AT - cell_len(command.sentence) - cell_len(command.shown), 2)
    return Content.assemble(line, space, (command.shown, "$dim"))
