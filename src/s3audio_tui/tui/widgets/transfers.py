"""The transfers below the list: one line each, and all of them together."""

from collections.abc import Sequence

from rich.cells import cell_len
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


class Transfers(Widget):
    """Draws a snapshot of the queue: what runs first, then what failed, waits and has ended."""

    states: reactive[tuple[TransferState, ...]] = reactive((), layout=True)

    def watch_states(self, states: tuple[TransferState, ...]) -> None:
        """Be there only while there is something to show."""
        self.display = bool(states)
        self.styles.height = min(len(states), _LINES) + 1

    def render(self) -> Content:
        """Return the lines."""
        width = self.size.width
        ordered = sorted(self.states, key=lambda state: _ORDER[state.state])
        lines = [_total(self.states, len(ordered) - _LINES, width)]
        lines += [_line(state, width) for state in ordered[:_LINES]]
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
    words = [
        f"{sum(state.kind == kind for state in done):,} {word}"
        for kind, word in (("up", "uploaded"), ("down", "downloaded"))
        if any(state.kind == kind for state in done)
    ]
    words += [
        f"{sum(state.state == ended for state in states):,} {ended}"
        for ended in ("skipped", "cancelled", "failed")
        if any(state.state == ended for state in states)
    ]
    failed = any(state.state == "failed" for state in states)
    hint = "the reasons are below" if failed else "c clears the list"
    return Said(", ".join(words), hint, "wrong" if failed else "good")


def _line(state: TransferState, width: int) -> Content:
    arrow = "↑" if state.kind == "up" else "↓"
    name_width = max(12, min(36, width // 3))
    name = left(clip_middle(safe(state.key.rpartition("/")[2]), name_width), name_width)
    room = width - name_width - 5
    parts: list[Part] = [(f" {arrow} ", "$accent"), (name, "$foreground"), ("  ", "")]
    return Content.assemble(*parts, *_rest(state, room))


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
    return [*parts, (clip(_figures(state), room - cells - 8), "$dim")]


def _figures(state: TransferState) -> str:
    text = f"   {of_text(state.bytes_done, state.bytes_total)}"
    if state.rate_bytes_s:
        text += f"   {size_text(round(state.rate_bytes_s))}/s"
    if state.seconds_left is not None:
        text += f"   {left_text(state.seconds_left)} left"
    return text
