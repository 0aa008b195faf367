"""The files of an upload before it starts: those that need a word first, then all others."""

from collections.abc import Mapping

from s3audio_tui.library.events import Failed, Skipped
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.put import UploadItem
from s3audio_tui.library.upload import UploadPlan
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip, clip_middle, left, right
from s3audio_tui.tui.widgets.line_list import LineList, Piece
from s3audio_tui.units import duration_text, size_text

Entry = UploadItem | Failed | Skipped

_SIZE, _LENGTH, _WORDS = 11, 9, 26
_LEAST_NAME = 20

ANSWERS: dict[IfTaken, tuple[str, str]] = {
    "skip": ("left out", "dim"),
    "rename": ("gets a number", "accent"),
    "overwrite": ("replaces the one there", "warning"),
    "fail": ("left out", "dim"),
}
"""What becomes of a file whose name is taken, in words, and in which style they stand."""

_UNLESS_SAME = ("a number unless the same", "accent")
"""The same of a file that gets a number only if its bytes are not there: the upload finds out."""


class PlanList(LineList):
    """Refused files, files whose names are taken, the others, and what is no audio."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries: list[Entry] = []
        self._choices: Mapping[str, IfTaken] = {}
        self._prefix = ""

    def show(
        self, plan: UploadPlan, choices: Mapping[str, IfTaken], prefix: str, at: int = 0
    ) -> None:
        """List a plan, names below `prefix`; `choices` is read whenever a line is drawn."""
        taken = [item for item in plan.items if item.conflict]
        free = [item for item in plan.items if not item.conflict]
        self._entries = [*plan.refused, *taken, *free, *plan.skipped]
        self._choices, self._prefix = choices, prefix
        first = len(plan.refused) if taken else 0
        self.relist(len(self._entries), at or first)

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self._entries[self.cursor] if self._entries else None

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return the pieces of a line."""
        entry = self._entries[line]
        cursor: Piece = ("▌" if line == self.cursor else " ", "accent")
        if isinstance(entry, Failed):
            return [cursor, *_refused(entry, width - 1)]
        if isinstance(entry, Skipped):
            name = clip_middle(safe(entry.path.rpartition("/")[2]), width // 2)
            return [cursor, (f"  {name}  {entry.reason}", "faint")]
        return [cursor, *self._item(entry, width - 1)]

    def _item(self, item: UploadItem, width: int) -> list[Piece]:
        length = item.sound.duration_s
        words, style = self._words(item)
        room = width - 2 - _SIZE - _LENGTH - _WORDS
        shown_words = room >= _LEAST_NAME or item.conflict
        name_width = max(room if shown_words else room + _WORDS, 8)
        name = clip_middle(safe(item.key.removeprefix(self._prefix)), name_width)
        left_out = item.conflict and self._choices.get(item.key, "skip") in ("skip", "fail")
        return [
            ("· " if left_out else "↑ ", "dim" if left_out else "accent"),
            (left(name, name_width), "dim" if left_out else "text"),
            (right(size_text(item.size_bytes), _SIZE), "dim"),
            (right(duration_text(length) if length is not None else "", _LENGTH), "dim"),
            (clip(f"  {words}", _WORDS) if shown_words else "", style),
        ]

    def _words(self, item: UploadItem) -> tuple[str, str]:
        if not item.conflict:
            return "", "dim"
        choice = self._choices.get(item.key, "skip")
        if choice == "rename" and item.may_have_arrived:
            return _UNLESS_SAME
        words, style = ANSWERS[choice]
        return (words if style == "warning" else f"taken: {words}"), style


def _refused(failed: Failed, width: int) -> list[Piece]:
    name = clip_middle(safe(failed.path.rpartition("/")[2]), max(width // 3, 8))
    reason = failed.error.message.replace(failed.path, "it")
    return [("✗ ", "error"), (name, "text"), (f"  {safe(reason)}", "error")]
