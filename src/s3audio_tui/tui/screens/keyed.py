"""A dialog with keys of its own, which its footer shows and the settings rebind."""

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual import on

from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from s3audio_tui.tui.app import S3AudioApp

T = TypeVar("T")


class KeyedDialog(Dialog[T], Generic[T]):
    """Runs the method `do_` and the id for a command of its place; may have a `KeyBar`."""

    WHERE: ClassVar[Where]
    ROWS: ClassVar[bool] = True
    """Whether it has rows with a cursor, as help says then."""

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        return True

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        return command

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this place, with the keys that the settings give them."""
        return cast("S3AudioApp", self.app).keys.commands[self.WHERE]

    def action_do(self, command_id: str, where: Where | None = None) -> None:
        """Run a command, if it makes sense now."""
        found = (each for each in self.commands() if each.id == command_id)
        command = next(found, None)
        if command is None or not self.possible(command):
            return
        command.run_on(self)
        if self.is_attached:
            self.update_keys()

    def do_help(self) -> None:
        """Show all keys."""
        from s3audio_tui.tui.screens.help import Help

        self.app.push_screen(Help([("", self.commands())], rows=self.ROWS))

    @on(KeyBar.Clicked)
    def run_clicked(self, event: KeyBar.Clicked) -> None:
        """Run the command that was clicked."""
        event.stop()
        self.action_do(event.command_id)

    def update_keys(self) -> None:
        """Show what is possible now."""
        here = (self.worded(c) for c in self.commands() if c.shown and self.possible(c))
        shown = tuple(c for c in here if c.rank)
        for bar in self.query(KeyBar):
            bar.commands = shown
