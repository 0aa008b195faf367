"""The waveform's screen as one listens: what plays, how loud, and what comes next."""

from typing import ClassVar

from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.play_words import idle_text, volume_text
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.wave_deck import Deck
from s3audio_tui.tui.wave_words import worded
from s3audio_tui.tui.widgets.waveform import Waveform

LISTENING = frozenset(
    {
        *("play", "loop", "seek_back", "seek_on", "play_next", "play_previous"),
        *("quieter", "louder"),
    }
)
"""Commands that need something that plays, or can be played."""

_SAID = frozenset({"seek_back", "seek_on", "play_next", "play_previous"})
"""Those that say why they do nothing: the others do something, or the screen shows why not."""
_NOTED_S = 4.0

_VOLUME_STEP = 0.1


class HeardWave(KeyedDialog[None]):
    """What is done with the player; `wave` shows the file that the deck has."""

    WHERE: ClassVar[Where] = "wave"
    ROWS: ClassVar[bool] = False
    wave: Waveform
    _deck: Deck | None
    _asked = False
    """Whether what plays now, or next, shall be seen, though this file does not play."""

    note = ""
    """Why the last key did nothing."""

    def say_where(self) -> None:
        """Say anew where one is, and what plays."""
        raise NotImplementedError

    def action_do(self, command_id: str, where: Where | None = None) -> None:
        """As the base; a key of the player that can do nothing says why."""
        idle = command_id in _SAID and not self.can_listen(command_id) and self._deck is not None
        heard = self._deck.side.heard if self._deck is not None else None
        self._note_that(idle_text(command_id, heard) if idle else "")
        super().action_do(command_id, where)

    def _note_that(self, note: str) -> None:
        """Say something for a while."""
        if note or self.note:
            self.note = note
            self.say_where()
        if note:
            self.set_timer(_NOTED_S, self._forget_note)

    def _forget_note(self) -> None:
        self._note_that("")

    @property
    def plays(self) -> bool:
        """Whether this file plays, or is paused."""
        return self._deck is not None and self._deck.heard is not None

    def can_listen(self, name: str) -> bool:
        """Return whether a command of `LISTENING` makes sense now."""
        if self._deck is None:
            return False
        side = self._deck.side
        match name:
            case "play" | "loop":
                return self.wave.sound is not None
            case "play_next":
                return side.heard is not None and bool(side.queue.coming)
            case "play_previous":
                return side.heard is not None
            case "quieter" | "louder":
                return True
        return self.plays

    def worded(self, command: Command) -> Command:
        """As the base."""
        whole = self.wave.sound is None or self.wave.view.is_whole
        return worded(command, self._deck.heard if self._deck is not None else None, whole=whole)

    def do_play(self) -> None:
        """Play, pause, or go on."""
        if self._deck is not None:
            self._deck.turn(self.wave)

    def do_loop(self) -> None:
        """Play the selection, or all, again and again; or once."""
        if self._deck is not None:
            self._deck.loop(self.wave)

    def do_seek_back(self) -> None:
        """Go back 5 s."""
        if self._deck is not None:
            self._deck.seek_by(-1, self.wave)

    def do_seek_on(self) -> None:
        """Go on 5 s."""
        if self._deck is not None:
            self._deck.seek_by(1, self.wave)

    def do_play_next(self) -> None:
        """Play what comes next, and see it."""
        if self._deck is not None:
            self._see_it()
            self._deck.side.next()

    def do_play_previous(self) -> None:
        """Go to the start of what plays, or to what was before; and see it."""
        if self._deck is not None:
            self._see_it()
            self._deck.side.previous()

    def _see_it(self) -> None:
        self._asked = not self.plays  # what plays is gone along with, unless one looks elsewhere
        self.wave.seek()

    def do_quieter(self) -> None:
        """Turn it down."""
        if self._deck is not None:
            self._turn(self._deck, -_VOLUME_STEP)

    def do_louder(self) -> None:
        """Turn it up."""
        if self._deck is not None:
            self._turn(self._deck, _VOLUME_STEP)

    def _turn(self, deck: Deck, by: float) -> None:
        deck.turn_volume(by)
        if deck.side.heard is None:
            self._note_that(volume_text(deck.side.volume))
