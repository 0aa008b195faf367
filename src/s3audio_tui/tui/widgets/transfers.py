"""The transfers below the list: a few lines of the queue, one of them chosen, and all together."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from s3audio_tui.library.transfers import Totals, TransferQueue, TransferState
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.tui.widgets.transfer_line import total_line, transfer_line

LINES = 5
_FEW = 3
"""So many lines there are on a terminal of few lines."""


class Transfers(Widget, can_focus=True):
    """Draws a window of the queue; what it shows is read when `look` is called.

    While it has the focus one of the transfers is chosen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("transfers"),
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup", f"move(-{LINES})", "page up", show=False),
        Binding("pagedown", f"move({LINES})", "page down", show=False),
        Binding("home", "go(0)", "first", show=False),
        Binding("end", "go(-1)", "last", show=False),
    ]

    states: reactive[tuple[TransferState, ...]] = reactive(())
    """The transfers in sight, from the top."""
    totals: reactive[Totals | None] = reactive(None)
    chosen_id: reactive[int | None] = reactive(None)

    class Chosen(Message):
        """Another transfer is chosen, or the same one stands otherwise."""

    class Asked(Message):
        """A transfer was clicked twice: what is with it?"""

    def __init__(self, queue: TransferQueue, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._queue = queue
        self._first = 0

    @property
    def count(self) -> int:
        """How many transfers the queue has."""
        return sum(self.totals.counts.values()) if self.totals is not None else 0

    @property
    def all_paused(self) -> bool:
        """Whether some are paused, and no other goes on."""
        if self.totals is None or self.totals.count("running", "waiting"):
            return False
        return bool(self.totals.count("paused"))

    @property
    def lines(self) -> int:
        """How many of them are in sight at most."""
        return LINES if self.app.size.height >= 20 else _FEW

    @property
    def chosen(self) -> TransferState | None:
        """The transfer that the keys are for; None without the focus."""
        found = (state for state in self.states if state.id == self.chosen_id)
        return next(found, None) if self.has_focus else None

    def look(self) -> None:
        """Read the queue again, and draw what has changed."""
        was = self.chosen
        self.totals = self._queue.totals()
        self.display = bool(self.count)
        self.styles.height = min(self.count, self.lines) + 1
        if self.has_focus:
            self._keep_chosen()
        self._first = max(0, min(self._first, self.count - self.lines))
        self.states = tuple(self._queue.window(self._first, self.lines))
        if self.chosen != was:
            self.post_message(self.Chosen())

    def _keep_chosen(self) -> None:
        """Keep the chosen one in sight, wherever it has gone; choose another when it is gone."""
        place = self._queue.place_of(self.chosen_id) if self.chosen_id is not None else None
        if place is None:
            self.chosen_id = next((s.id for s in self._queue.window(self._first, 1)), None)
        elif not self._first <= place < self._first + self.lines:
            self._first = place if place < self._first else place - self.lines + 1

    @property
    def stale(self) -> bool:
        """Whether the queue stands otherwise than is drawn."""
        shown = (self.totals, list(self.states))
        return shown != (self._queue.totals(), self._queue.window(self._first, self.lines))

    def action_move(self, lines: int) -> None:
        """Choose another transfer."""
        place = self._queue.place_of(self.chosen_id) if self.chosen_id is not None else None
        self.action_go(max(0, (place or 0) + lines))

    def action_go(self, place: int) -> None:
        """Choose the transfer at a place of the list; -1 is the last one."""
        place = min(place if place >= 0 else self.count - 1, self.count - 1)
        found = self._queue.window(max(place, 0), 1)
        if found:
            self.chosen_id = found[0].id
            self.look()
            self.post_message(self.Chosen())

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Choose the first one, unless one was chosen before; without focus show the top again."""
        super().watch_has_focus(_has_focus)
        if not _has_focus:
            self._first = 0
        self.look()
        self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked; a second click asks what is with it."""
        at = event.y - 1
        if 0 <= at < len(self.states):
            self.chosen_id = self.states[at].id
            self.look()
            self.post_message(self.Asked() if event.chain == 2 else self.Chosen())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, or with the focus choose the next one."""
        self._scroll(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll, or with the focus choose the one before."""
        self._scroll(event, -1)

    def _scroll(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        if self.has_focus:
            self.action_move(lines)
        else:
            self._first += lines
            self.look()

    def render(self) -> Content:
        """Return the lines."""
        width = self.size.width
        if self.totals is None:
            return Content("")
        hidden = self.count > len(self.states)
        last = self._first + len(self.states)
        seen = f"{self._first + 1}–{last} of {self.count:,}" if hidden else ""
        lines = [total_line(self.totals, seen, width)]
        chosen = self.chosen
        lines += [transfer_line(state, width, chosen=state is chosen) for state in self.states]
        return Content("\n").join(lines)


def ended_text(states: Sequence[TransferState]) -> Said:
    """Return what became of all transfers, once the last has ended."""
    done = [state for state in states if state.state == "done"]
    up = sum(state.kind == "up" for state in done)
    down = [str(Path(state.path).parent) for state in done if state.kind == "down"]
    words = [f"{up:,} uploaded"] if up else []
    words += [f"{len(down):,} downloaded into {os.path.commonpath(down)}"] if down else []
    words += [
        f"{sum(state.state == ended for state in states):,} {ended}"
        for ended in ("skipped", "cancelled", "failed")
        if any(state.state == ended for state in states)
    ]
    failed = any(state.state == "failed" for state in states)
    hint = "the reasons are below" if failed else "X clears the list"
    return Said(", ".join(words), hint, "wrong" if failed else "good")
