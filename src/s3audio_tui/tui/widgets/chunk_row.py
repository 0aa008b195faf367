"""The chunks of a take as a row of signs: the last ones, and how many there are of each state."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

if TYPE_CHECKING:
    from s3audio_tui.library.takes import Chunk, ChunkState

_SIGNS: dict["ChunkState", tuple[str, str]] = {
    "recording": ("●", "$error"),
    "on_disk": ("·", "$foreground"),
    "sending": ("↑", "$foreground"),
    "in_s3": ("✓", "$accent"),
    "failed": ("✗", "$error bold"),
}
_WORDS: tuple[tuple["ChunkState", str], ...] = (
    ("in_s3", "in S3"),
    ("sending", "on the way"),
    ("on_disk", "on disk"),
    ("failed", "refused"),
)
_LABEL = "chunks  "


class ChunkRow(Widget):
    """One line, however long the take is."""

    states: reactive[tuple["ChunkState", ...]] = reactive(())
    """The states of all chunks, the oldest first."""

    def show(self, chunks: "Sequence[Chunk]", *, cut_off: bool = False) -> None:
        """Show the chunks of a take; where it is cut off from S3, none is on its way."""
        there = [each.state for each in chunks if each.frames or each.state == "recording"]
        if cut_off:
            there = ["on_disk" if state == "sending" else state for state in there]
        self.states = tuple(there)

    def render(self) -> Content:
        """Return the signs, and at the right the counts."""
        width = self.size.width
        counts = self._counts()
        beside = width - cell_len(_LABEL) - counts.cell_length - 3
        signs = self._signs(max(beside, 1))
        gap = " " * max(beside - signs.cell_length + 3, 1)
        return Content.assemble((_LABEL, "$dim"), signs, gap, counts)

    def _signs(self, room: int) -> Content:
        """Return the last signs; before them, dim, how many are not shown."""
        states = self.states
        if not states:
            return Content.styled("none yet", "$faint")
        before = ""
        if len(states) > room:
            before = f"{len(states) - room + 8:,} before "
            states = states[-max(room - cell_len(before), 1) :]
            before = f"{len(self.states) - len(states):,} before "
        parts: list[tuple[str, str]] = [(before, "$faint")]
        for state in states:
            sign, style = _SIGNS[state]
            if parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + sign, style)
            else:
                parts.append((sign, style))
        return Content.assemble(*parts)

    def _counts(self) -> Content:
        parts = []
        for state, word in _WORDS:
            count = self.states.count(state)
            if count or (state == "in_s3" and self.states):
                style = "$error" if state == "failed" else "$dim"
                parts.append(Content.assemble((f"{count:,}", "$foreground"), (f" {word}", style)))
        return Content("   ").join(parts) if parts else Content("")
