"""Names and what they shall become, side by side; what changes stands out."""

from rich.cells import cell_len

from s3audio_tui.library.bulk_rename import Change, Plan
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip, clip_middle
from s3audio_tui.tui.widgets.line_list import LineList, Piece

_ARROW = "  →  "


class ChangeList(LineList):
    """The changes of a plan. The cursor begins at the first that cannot be."""

    def __init__(self, plan: Plan, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._plan = plan
        names = (cell_len(self._shown(change.source)) for change in plan.changes)
        self._widest = max(names, default=0)

    def on_mount(self) -> None:
        """Show the changes."""
        problems = (i for i, change in enumerate(self._plan.changes) if change.problem)
        self.relist(len(self._plan.changes), next(problems, 0))

    def _shown(self, key: str) -> str:
        """Return the name, with spaces at its ends that one can see."""
        name = safe(key[len(self._plan.folder) :])
        start, end = len(name) - len(name.lstrip()), len(name) - len(name.rstrip())
        return "␣" * start + name.strip() + "␣" * end

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return the old name, the new one, and why that cannot be."""
        change = self._plan.changes[line]
        old, new = self._shown(change.source), self._shown(change.target)
        column = min(self._widest, (width - 3 - len(_ARROW)) // 2)
        shown = clip_middle(old, column)
        pieces: list[Piece] = [("▌" if line == self.cursor else " ", "accent")]
        pieces.append(("✗ " if change.problem else "  ", "error"))
        pieces.append((shown + " " * (column - cell_len(shown)), "dim"))
        pieces.append((_ARROW, "faint"))
        room = width - sum(cell_len(text) for text, _ in pieces)
        if change.problem:
            return pieces + _wrong(change, new, room)
        return pieces + _told(old, clip_middle(new, room))


def _wrong(change: Change, new: str, room: int) -> list[Piece]:
    name = clip_middle(new, max(room - len(change.problem) - 2, room // 3))
    return [(name, "text"), (clip(f"  {safe(change.problem)}", room - cell_len(name)), "error")]


def _told(old: str, new: str) -> list[Piece]:
    """Return the new name; what it shares with the old one at its ends is plain."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    stop = len(new) - end
    return [(new[:start], "text"), (new[start:stop], "accent"), (new[stop:], "text")]
