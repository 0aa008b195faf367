"""The waveform of one file at full width: places in it, parts of it, how loud they are."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from s3audio_tui import logs
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.play_side import Heard
from s3audio_tui.tui.screens.wave_heard import LISTENING, HeardWave
from s3audio_tui.tui.wave_deck import Deck
from s3audio_tui.tui.wave_side import Told, WaveSide
from s3audio_tui.tui.wave_words import foot_of, head_of
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.wave_picture import Sound
from s3audio_tui.tui.widgets.waveform import Waveform

if TYPE_CHECKING:
    from s3audio_tui.audio.peaks import Peaks

_LOG = logging.getLogger(logs.NAME)

_CLOSER = "closer"
"""The worker that looks closer."""
_ZOOM = 2.0
_SEEK_S = 5.0
_RUNS_S = 0.3
"""What is in sight for less than that, because it plays, is not fetched."""
_PART = 10
"""A key goes by so many parts of what is in sight at most."""


Fetch = Callable[[Row, int, int], "Awaitable[Peaks | None]"]


class WaveScreen(HeardWave):
    """Follows what is made of the file behind it, and shows it as it comes."""

    CSS_PATH = "wave.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (14, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("wave")]

    def __init__(
        self, row: Row, waves: WaveSide, fetch: Fetch | None = None, deck: Deck | None = None
    ) -> None:
        """Take the file, what makes its waveform, fetches a part of its samples, and plays it."""
        super().__init__()
        self._row, self._waves, self._fetch, self._deck = row, waves, fetch, deck
        self._state = ""
        self._told: Told = None
        self._ending: list[Callable[[], None]] = []
        self._ears: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Lay out the picture between two lines of words."""
        yield Static(id="wave-head", markup=False)
        yield Waveform(id="wave")
        yield Static(id="wave-foot", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what is known, and what comes."""
        self.wave = self.query_one(Waveform)
        self.wave.with_scale = True
        self._ending = [self._waves.hold(self._row), self._waves.follow(self._show)]
        if self._deck is not None:
            self._ears = self._deck.side.follow(self._hear)
        self.update_keys()

    def on_unmount(self) -> None:
        """Look no more."""
        for end in self._ending:
            end()
        if self._deck is not None and not self._deck.side.closed:
            self._ears()

    def _show(self, told: Told) -> None:
        self._told = told
        first = self.wave.sound is None
        self.wave.show(told if isinstance(told, Sound) else None)
        if first and isinstance(told, Sound):
            self.wave.move(0)
            self.update_keys()
        self.say_where()

    @on(Waveform.Changed)
    def say_where(self) -> None:
        """Say above and below the picture what there is of it, and what plays."""
        for head in self.query("#wave-head").results(Static):  # at the end they may be gone already
            head.update(head_of(self._row, self.wave, head.content_size.width))
        for foot in self.query("#wave-foot").results(Static):
            foot.update(self._foot(foot.content_size.width))

    @on(Waveform.Wanted)
    def look_closer(self, event: Waveform.Wanted) -> None:
        """Fetch the samples that are in sight, and some beside them."""
        if self._fetch is not None:
            runs = self._deck is not None and self._deck.runs
            fetch = partial(self._fetch, self._row, event.begin, event.end)
            act = later(self._look_closer, fetch, event.begin, _RUNS_S * runs)
            self.run_worker(act, group=_CLOSER, exclusive=True, exit_on_error=False)

    async def _look_closer(
        self, fetch: Callable[[], "Awaitable[Peaks | None]"], begin: int, after_s: float
    ) -> None:
        row = self._row
        if after_s:
            await asyncio.sleep(after_s)
        with suppress(S3AudioError):  # the picture stays as coarse as it is
            peaks = await fetch()
            if peaks is not None and not self.left and row is self._row:
                self.wave.show_detail(peaks, begin)

    @on(Worker.StateChanged)
    def log_trouble(self, event: Worker.StateChanged) -> None:
        """Write down what nobody foresaw; the picture stays as coarse as it is."""
        if event.worker.group == _CLOSER and event.state is WorkerState.ERROR:
            error = event.worker.error
            _LOG.error("unforeseen error, samples of %s", self._row.key, exc_info=error)

    def on_resize(self) -> None:
        """Fit the words."""
        self.call_after_refresh(self.say_where)

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        if command.id in ("leave", "help", "theme"):
            return True
        if command.id in LISTENING:
            return self.can_listen(command.id)
        if self.wave.sound is None:
            return False
        if command.id == "end":
            return not self.plays
        if command.id == "zoom_out":
            return not self.wave.view.is_whole
        if command.id == "whole":
            return not self.wave.view.is_whole or self.wave.gain > 1
        return command.id != "zoom_part" or self.wave.selected is not None

    def _hear(self, heard: Heard | None) -> None:
        if self._deck is None:
            return
        follows = self._asked or (self._state and self.wave.follows)
        if follows and self._deck.goes_along():
            self._turn_to(self._deck.row)
        self._deck.show_in(self.wave)
        self.say_where()
        heard = self._deck.heard
        state = heard.state if heard is not None else ""
        if state != self._state:
            self._state = state
            self.update_keys()

    def _turn_to(self, row: Row) -> None:
        """Show another file, as if it had been opened."""
        self._row, self._asked = row, False
        self.wave.show(None)
        self.wave.seek()
        self._waves.hold(row)

    def _foot(self, width: int) -> Content:
        heard = self._deck.said(self.wave) if self._deck is not None else ""
        if self.note:
            heard = f"{heard} · {self.note}" if heard else self.note
        return foot_of(self._told, self.wave, heard, width)

    @on(Waveform.Placed)
    def play_there(self, event: Waveform.Placed) -> None:
        """Go on where the mouse has clicked."""
        if self._deck is not None:
            self._deck.seek(event.frame, self.wave)

    def do_zoom_in(self) -> None:
        """See less of it, larger."""
        self.wave.zoom(_ZOOM)

    def do_zoom_out(self) -> None:
        """See more of it."""
        self.wave.zoom(1 / _ZOOM)

    def do_higher(self) -> None:
        """Draw it twice as high."""
        self.wave.heighten(_ZOOM)

    def do_lower(self) -> None:
        """Draw it half as high."""
        self.wave.heighten(1 / _ZOOM)

    def do_whole(self) -> None:
        """See all of it, as high as it is."""
        self.wave.heighten(0)
        self.wave.zoom_to(0, self.wave.view.frames)

    def do_zoom_part(self) -> None:
        """See just what is selected."""
        if self.wave.selected is not None:
            self.wave.zoom_to(*self.wave.selected)

    def do_left(self) -> None:
        """Go left: what plays by 5 s, else the cursor."""
        if self.plays:
            self.do_seek_back()
        else:
            self.wave.move(self.wave.place - self._far())

    def do_right(self) -> None:
        """Go right, as `do_left`."""
        if self.plays:
            self.do_seek_on()
        else:
            self.wave.move(self.wave.place + self._far())

    def do_step_left(self) -> None:
        """Go left by a column."""
        self._move(self.wave.place - self.wave.column_frames)

    def do_step_right(self) -> None:
        """Go right by a column."""
        self._move(self.wave.place + self.wave.column_frames)

    def do_pan_left(self) -> None:
        """See what is farther left."""
        self.wave.pan(-self.wave.view.span // 2)

    def do_pan_right(self) -> None:
        """See what is farther right."""
        self.wave.pan(self.wave.view.span // 2)

    def do_start(self) -> None:
        """Go to the start."""
        self._move(0)

    def do_end(self) -> None:
        """Go to the end."""
        self.wave.move(self.wave.view.frames)

    def do_select_from(self) -> None:
        """Select from the cursor on."""
        self._select(from_here=True)

    def do_select_to(self) -> None:
        """Select up to the cursor."""
        self._select(from_here=False)

    def do_decibels(self) -> None:
        """Show levels in decibels, or as they are."""
        self.wave.in_decibels(yes=not self.wave.decibels)

    def do_leave(self) -> None:
        """Select nothing; else go back."""
        if self.wave.selected is not None:
            self.wave.unselect()
        else:
            self.dismiss(None)

    def _select(self, *, from_here: bool) -> None:
        here, frames = self.wave.place, self.wave.view.frames
        begin, end = self.wave.selected or (0, frames)
        begin, end = (here, end) if from_here else (begin, here)
        if begin >= end:  # the other end was on the wrong side
            begin, end = (here, frames) if from_here else (0, here)
        self.wave.select(begin, end)

    def _far(self) -> int:
        sound = self.wave.sound
        rate = sound.rate_hz if sound is not None else 1
        return max(min(round(_SEEK_S * rate), self.wave.view.span // _PART), 1)

    def _move(self, frame: int) -> None:
        """Go to a frame: what plays goes on from there, else it is the cursor's."""
        if self._deck is not None and self.plays:
            self._deck.seek(max(frame, 0), self.wave)
        else:
            self.wave.move(frame)
