"""The lines of the transfers: figures under each other, so that nothing jumps while they change."""

import msgspec
from rich.cells import cell_len
from textual.content import Content

from s3audio_tui.library.transfers import State, Totals, TransferState
from s3audio_tui.text import safe
from s3audio_tui.tui.bars import Part, bar, left_text, of_text
from s3audio_tui.tui.cells import clip, clip_middle, left, right
from s3audio_tui.units import size_text

_SIZES, _RATE, _LEFT = 18, 11, 17
_LEAST_NAME = 16

_COUNTED: tuple[tuple[State, str, str], ...] = (
    ("running", "running", "$foreground"),
    ("waiting", "waiting", "$dim"),
    ("paused", "paused", "$dim"),
    ("failed", "failed", "$error"),
    ("interrupted", "interrupted", "$warning"),
    ("cancelled", "cancelled", "$dim"),
    ("skipped", "skipped", "$dim"),
    ("done", "done", "$dim"),
)


class Layout(msgspec.Struct, frozen=True):
    """Cells for each column; what does not fit has none. The rate goes first, then the sizes."""

    name: int
    bar: int
    sizes: int
    rate: int
    left: int

    @property
    def room(self) -> int:
        """The cells right of the name."""
        return self.bar + 8 + self.sizes + self.rate + self.left


def layout_for(width: int) -> Layout:
    """Return the columns for a panel of this width."""
    for cells, sizes, rate in ((20, _SIZES, _RATE), (12, _SIZES, _RATE), (12, _SIZES, 0)):
        name = width - 6 - cells - 8 - sizes - rate - _LEFT
        if name >= _LEAST_NAME + (8 if rate else 0):
            return Layout(min(name, 48), cells, sizes, rate, _LEFT + max(name - 48, 0))
    name = max(width - 6 - 8 - 8 - _LEFT, 4)
    return Layout(name, 8, 0, 0, _LEFT)


def total_line(totals: Totals, seen: str, width: int) -> Content:
    """Return the rule above the lines: how many there are, and the sums in their columns."""
    columns = layout_for(width)
    counted = [
        (f"{totals.counts[state]:,} {word}", style)
        for state, word, style in _COUNTED
        if totals.counts[state]
    ]
    parts: list[Part] = [("── ", "$line")]
    for at, (text, style) in enumerate(counted):
        parts += [(" · ", "$faint")] if at else []
        parts.append((text, style))
    parts.append((f"   {seen} " if seen else " ", "$faint"))
    used = sum(cell_len(text) for text, _ in parts)
    shown = next(
        (text for text in _sums(totals, columns) if cell_len(text) <= width - used - 5), ""
    )
    end = f" {shown} " if shown else ""
    parts += [("─" * max(width - used - cell_len(end), 0), "$line"), (end, "$foreground")]
    return Content.assemble(*parts)


def _sums(totals: Totals, columns: Layout) -> tuple[str, ...]:
    """Return how much, how fast and how long for all, in their columns; then what is shorter."""
    if not totals.count("running", "waiting"):
        return (_most(totals),) if totals.limit_bytes_s else ()
    left = f"{left_text(totals.seconds_left)} left" if totals.seconds_left is not None else ""
    sizes = of_text(totals.bytes_done, totals.bytes_total)
    whole = _figures(sizes, totals.rate_bytes_s, left, columns).lstrip()
    if totals.limit_bytes_s:
        most = _most(totals)
        return f"{most}  {whole}", f"{most}  {left}", most
    return whole, left, sizes


def _most(totals: Totals) -> str:
    return f"≤ {size_text(totals.limit_bytes_s or 0)}/s"


def transfer_line(state: TransferState, width: int, *, chosen: bool) -> Content:
    """Return one transfer: the way it goes, its name, and how it stands."""
    columns = layout_for(width)
    arrow = "↑" if state.kind == "up" else "↓"
    name = clip_middle(safe(state.key.rpartition("/")[2]), columns.name)
    edge = "▌" if chosen else " "
    over = state.state in ("done", "skipped", "cancelled")
    parts: list[Part] = [
        (f"{edge}{arrow} ", "$faint" if over else "$accent"),
        (left(name, columns.name), "$dim" if over else "$foreground"),
        ("  ", ""),
    ]
    line = Content.assemble(*parts, *_rest(state, columns))
    line = line.pad_right(max(width - line.cell_length, 0))
    return line.stylize("on $cursor-row") if chosen else line


def _rest(state: TransferState, columns: Layout) -> list[Part]:
    told = _told(state)
    if told is not None:
        mark, text, style = told
        return [
            (mark, "$accent" if state.state == "done" else style),
            (clip(safe(text), columns.room - cell_len(mark)), style),
        ]
    waits = state.state == "waiting"
    fraction = state.bytes_done / state.bytes_total if state.bytes_total else 0.0
    fraction = max(0.0, min(fraction, 1.0))
    full, empty = bar(fraction, columns.bar)
    moving = state.state == "running" and not state.stopping
    parts: list[Part] = [("▕", "$faint"), (full, "$accent" if moving else "$faint")]
    parts += [(empty, "$line"), ("▏", "$faint")]
    untold = state.bytes_total is None or (waits and not state.bytes_done)
    percent = "" if untold else f"{fraction * 100:.0f} %"
    parts.append((right(percent, 6), "$foreground" if moving else "$dim"))
    figures = _figures(_sizes(state), state.rate_bytes_s, _ends(state), columns)
    return [*parts, (figures, "$dim")]


def _told(state: TransferState) -> tuple[str, str, str] | None:
    """Return how one that does not move stands, in words: a mark, a text, a colour."""
    match state.state:
        case "failed":
            return "✗ ", str(state.error) if state.error else "failed", "$error"
        case "interrupted":
            return "‖ ", "interrupted: r goes on, x gives it up", "$warning"
        case "done":
            notice = f": {state.notice}" if state.notice else ""
            return "✓ ", f"done, {size_text(state.bytes_total or 0)}{notice}", "$dim"
        case "skipped":
            return "– ", f"left out: {state.reason}", "$dim"
        case "cancelled":
            return "– ", "cancelled", "$dim"
        case _:
            return None


def _sizes(state: TransferState) -> str:
    if state.files_total > 1:
        return f"{state.files_done:,} of {state.files_total:,} files"
    if state.state == "waiting" and not state.bytes_done and state.bytes_total is not None:
        return size_text(state.bytes_total)
    return of_text(state.bytes_done, state.bytes_total)


def _ends(state: TransferState) -> str:
    if state.stopping:
        return "stopping"
    if state.state != "running":
        return state.state
    return f"{left_text(state.seconds_left)} left" if state.seconds_left is not None else ""


def _figures(sizes: str, rate_bytes_s: float, ends: str, columns: Layout) -> str:
    rate = f"{size_text(round(rate_bytes_s))}/s" if rate_bytes_s else ""
    return (
        (right(sizes, columns.sizes) if columns.sizes else "")
        + (right(rate, columns.rate) if columns.rate else "")
        + right(ends, columns.left)
    )
