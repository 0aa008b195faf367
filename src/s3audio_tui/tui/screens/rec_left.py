"""Takes that an earlier run of the program left behind: what there is, and what to do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip
from s3audio_tui.tui.command import Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.units import age_text, count_text, duration_text

if TYPE_CHECKING:
    from s3audio_tui.library.left_takes import LeftTake

Answer = Literal["finish", "record"]

_MOST = 8
_NAME = 34


class LeftDialog(KeyedDialog[Answer]):
    """Asks what shall become of them; None leaves them for later."""

    WHERE: ClassVar[Where] = "left"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("left")]

    def __init__(self, left: "Sequence[LeftTake]", now: float) -> None:
        super().__init__()
        self._left, self._now = left, now

    def compose(self) -> ComposeResult:
        """Lay out a line for each."""
        here = [each for each in self._left if each.wants_care]
        with Vertical(classes="dialog"):
            yield Static(_title(here or self._left), classes="dialog-title", markup=False)
            yield Static(self._lines(), classes="dialog-names", id="left-lines", markup=False)
            which = "Its files are" if len(here) == 1 else "Their files are"
            sentence = f"{which} made whole, and what S3 lacks goes up behind the screen."
            yield Static(sentence, classes="dialog-text", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show the keys."""
        self.update_keys()

    def _lines(self) -> Content:
        lines = [Content("")]
        for each in self._left[:_MOST]:
            take = each.take
            began = age_text(take.started_at.timestamp(), self._now)
            what = f"{duration_text(each.length_s)}, {count_text(each.waiting, 'chunk')} not in S3"
            if each.take.stays:
                what = f"{duration_text(each.length_s)}, stays on this machine"
            elif not each.is_here:
                what = f"belongs to {safe(each.belongs_to)}"
            name = clip(safe(take.name), _NAME)
            style = "$foreground" if each.is_here else "$faint"
            lines.append(Content.assemble((name, style), (f"  {began}\n  {what}", "$dim")))
        if len(self._left) > _MOST:
            lines.append(Content.styled(f"and {len(self._left) - _MOST:,} more", "$dim"))
        return Content.assemble(Content("\n").join(lines), "\n")

    def do_finish(self) -> None:
        """Finish them."""
        self.dismiss("finish")

    def do_record(self) -> None:
        """Record something new."""
        self.dismiss("record")

    def do_leave(self) -> None:
        """Leave them for later."""
        self.dismiss(None)


def _title(left: "Sequence[LeftTake]") -> str:
    if len(left) == 1:
        was = "was cut short" if left[0].was_cut_short else "is not all in S3"
        return f"A recording {was}. Finish it?"
    return f"{len(left):,} recordings are not all in S3. Finish them?"
