"""The palette: every command of the screen, found by typing a part of what it does."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from s3audio_tui.tui.commands import Command
from s3audio_tui.tui.screens.base import DeskScreen


class Commands(Provider):
    """Finds the commands that are possible on the screen."""

    def _possible(self) -> list[tuple[Command, "partial[None]"]]:
        screen = self.screen
        if not isinstance(screen, DeskScreen):
            return []
        return [(each, partial(screen.action_do, each.id)) for each in screen.named()]

    async def discover(self) -> Hits:
        """Yield all commands, before anything is typed."""
        for command, run in self._possible():
            yield DiscoveryHit(command.sentence, run, help=command.shown)

    async def search(self, query: str) -> Hits:
        """Yield the commands that match what is typed."""
        matcher = self.matcher(query)
        for command, run in self._possible():
            score = max(matcher.match(command.sentence), matcher.match(command.label))
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(command.sentence),
                    run,
                    help=command.shown,
                )
