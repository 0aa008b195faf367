"""The main screen while something is recorded behind it: a line that says how it goes."""

from collections.abc import Callable

from textual import events, on
from textual.content import Content

from s3audio_tui.tui.later import later
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.screens.playing import PlayingScreen
from s3audio_tui.tui.widgets.rec_strip import RecStrip
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import count_text


class RecordingScreen(PlayingScreen):
    """What tells of takes while one looks at other things."""

    _unheard: "Callable[[], None] | None" = None
    _in_s3 = 0

    def on_mount(self) -> None:
        """Say what is recorded, and what was left behind."""
        self._unheard = self.recorder.follow(self.show_recorded)
        self.recorder.say, self.recorder.alarm = self.say, self.tell_terminal

    def _begin(self) -> None:
        super()._begin()
        self.run_worker(later(self._look_for_left))

    def on_unmount(self) -> None:
        """Say it no more."""
        if self._unheard is not None and not self.recorder.closed:
            self._unheard()

    async def _look_for_left(self) -> None:
        await self.recorder.look_for_left(self.library)
        unreadable = self.recorder.thread.unreadable
        if unreadable:
            what = count_text(len(unreadable), "recording")
            why = "; ".join(error.message for error in unreadable)
            self.say(Said(f"{what} on this machine cannot be read", why, "wrong"))

    @property
    def _record_key(self) -> str:
        return next((c.shown for c in self.commands("library") if c.id == "record"), "^r")

    def show_recorded(self) -> None:
        """Show how it goes; list again what has come to S3."""
        side = self.recorder
        if not side.watched:
            for strip in self.query(RecStrip):
                strip.line = self._line_of(side, strip.room)
        if side.in_s3 != self._in_s3:
            self._in_s3 = side.in_s3
            self.store_side.reload_soon()

    def _line_of(self, side: RecSide, width: int) -> Content | None:
        if not (side.is_on or side.rests.each or side.left):
            return None
        from s3audio_tui.tui.rec_words import strip_of

        return strip_of(side, self._record_key, width)

    @on(RecStrip.Clicked)
    def open_recorder(self) -> None:
        """Show what the line speaks of."""
        self.action_do("record", "library")

    def on_resize(self, event: events.Resize) -> None:
        """Fit the line."""
        self.call_after_refresh(self.show_recorded)
