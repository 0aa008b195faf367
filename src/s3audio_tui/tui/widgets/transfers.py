"""The transfers below the list: one line each, and all of them together."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from s3audio_tui.library.transfers import TransferState
from s3audio_tui.text import safe
from s3audio_tui.tui.bars import Part, bar, left_text, of_text
from s3audio_tui.tui.cells import clip, clip_middle, left
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import size_text

_LINES = 5
_ALIVE = ("running", "waiting")
_ORDER = {"running": 0, "failed": 1, "waiting": 2, "cancelled": 3, "skipped": 4, "done": 5}


class Transfers(Widget, can_focus=True):
    """Draws a snapshot of the queue: what runs first, then what failed, waits and has ended.

    While it has the focus one of them is chosen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
    ]

    states: reactive[tuple[TransferState, ...]] = reactive((), layout=True)
    chosen_id: reactive[int | None] = reactive(None)

    @property
    def ordered(self) -> list[TransferState]:
        """The transfers from the top; of those that have ended the latest first."""
        alive = [state for state in self.states if state.state in _ALIVE]
        ended = [state for state in reversed(self.states) if state.state not in _ALIVE]
        return sorted([*alive, *ended], key=lambda state: _ORDER[state.state])

    @property
    def chosen(self) -> TransferState | None:
        """The transfer that the keys are for; None without the focus."""
        ordered = self.ordered if self.has_focus else []
        return next((s for s in ordered if s.id == self.chosen_id), ordered[0] if ordered else None)

    def action_move(self, lines: int) -> None:
        """Choose another transfer."""
        if (chosen := self.chosen) is not None:
            ordered = self.ordered
            line = ordered.index(chosen) + lines
            self.chosen_id = ordered[max(0, min(line, len(ordered) - 1))].id

    def watch_states(self, states: tuple[TransferState, ...]) -> None:
        """Be there only while there is something to show."""
        self.display = bool(states)
        self.styles.height = min(len(states), _LINES) + 1

    def render(self) -> Content:
        """Return the lines."""
        width = self.size.width
        ordered, chosen = self.ordered, self.chosen
        first = max(ordered.index(chosen) - _LINES + 1, 0) if chosen is not None else 0
        lines = [_total(self.states, len(ordered) - _LINES, width)]
        for state in ordered[first : first + _LINES]:
            lines.append(_line(state, width, chosen=state is chosen))
        return Content("\n").join(lines)


def _total(states: Sequence[TransferState], hidden: int, width: int) -> Content:
    alive = [state for state in states if state.state in _ALIVE]
    failed = sum(state.state == "failed" for state in states)
    done = sum(state.state == "done" for state in states)
    words: list[str] = []
    if alive:
        words.append(f"{len(alive)} {'transfer' if len(alive) == 1 else 'transfers'}")
        rate = sum(state.rate_bytes_s for state in alive)
        if rate:
            words.append(f"{size_text(round(rate))}/s")
    if done:
        words.append(f"{done} done")
    if hidden > 0:
        words.append(f"{hidden} more not shown")
    text = " · ".join(words)
    parts: list[Part] = [(" ", ""), (text, "$dim")]
    if failed:
        parts.append((f"{' · ' if text else ''}{failed} failed", "$error"))
    used = sum(cell_len(part) for part, _ in parts)
    rule = "─" * max(width - used - 2, 0)
    return Content.assemble((rule, "$line"), *parts)


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
    hint = "the reasons are below" if failed else "c clears the list"
    return Said(", ".join(words), hint, "wrong" if failed else "good")


def _line(state: TransferState, width: int, *, chosen: bool) -> Content:
    arrow = "↑" if state.kind == "up" else "↓"
    name_width = max(12, min(36, width // 3))
    name = left(clip_middle(safe(state.key.rpartition("/")[2]), name_width), name_width)
    room = width - name_width - 5
    edge = "▌" if chosen else " "
    parts: list[Part] = [(f"{edge}{arrow} ", "$accent"), (name, "$foreground"), ("  ", "")]
    line = Content.assemble(*parts, *_rest(state, room))
    return line.pad_right(width - line.cell_length).stylize("on $cursor-row") if chosen else line


def _rest(state: TransferState, room: int) -> list[Part]:
    if state.state == "failed":
        error = str(state.error) if state.error else "failed"
        return [(clip(f"✗ {safe(error)}", room), "$error")]
    if state.state == "done":
        return [("✓ ", "$accent"), (f"done, {size_text(state.bytes_total)}", "$dim")]
    if state.state in ("skipped", "cancelled"):
        return [(clip(safe(state.reason or state.state), room), "$dim")]
    cells = 20 if room >= 62 else 8
    fraction = state.bytes_done / state.bytes_total if state.bytes_total else 0.0
    fraction = max(0.0, min(fraction, 1.0))
    full, empty = bar(fraction, cells)
    parts: list[Part] = [("▕", "$faint"), (full, "$accent"), (empty, "$line"), ("▏", "$faint")]
    if state.state == "waiting":
        return [("▕", "$faint"), ("░" * cells, "$line"), ("▏", "$faint"), (" waiting", "$dim")]
    parts.append((f" {fraction * 100:>3.0f} %", "$foreground"))
    return [*parts, (_figures(state, room - cells - 8), "$dim")]


def _figures(state: TransferState, room: int) -> str:
    """Return what fits: how much of how much, then how long still, then how fast."""
    done = f"   {of_text(state.bytes_done, state.bytes_total)}"
    rate = f"   {size_text(round(state.rate_bytes_s))}/s" if state.rate_bytes_s else ""
    left = f"   {left_text(state.seconds_left)} left" if state.seconds_left is not None else ""
    texts = (done + rate + left, done + left, done)
    return next((text for text in texts if cell_len(text) <= room), clip(done, room))
