"""Takes that an earlier run of the program left behind: what there is, and what to do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.rec_words import lacks_text
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.units import age_text, count_text, duration_text

if TYPE_CHECKING:
    from s3audio_tui.library.left_takes import LeftTake

Answer = Literal["finish", "record"]

_AROUND = 14
"""Lines of the screen that no take has: each take has two."""
_NAME = 34


class LeftDialog(KeyedDialog[Answer]):
    """Asks what shall become of them; None leaves them for later."""

    WHERE: ClassVar[Where] = "left"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("left")]

    def __init__(self, left: "Sequence[LeftTake]", now: float) -> None:
        super().__init__()
        self._here = [each for each in left if each.wants_care]
        self._others = [each for each in left if not each.wants_care]
        self._now = now

    def compose(self) -> ComposeResult:
        """Lay out a line for each."""
        title = _title(self._here) if self._here else _title_of_others(self._others)
        with Vertical(classes="dialog"):
            yield Static(title, classes="dialog-title", markup=False)
            yield Static(self._lines(), classes="dialog-names", id="left-lines", markup=False)
            yield Static(self._sentence, classes="dialog-text", markup=False)
            yield KeyBar()

    @property
    def _sentence(self) -> str:
        if not self._here:
            return "What belongs to another library goes up when that one is open."
        which = "Its files are" if len(self._here) == 1 else "Their files are"
        return f"{which} made whole, and what S3 lacks goes up behind the screen."

    def on_mount(self) -> None:
        """Show the keys."""
        self.update_keys()

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        return bool(self._here) or command.id != "finish"

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        if command.id == "leave" and not self._here:
            return replace(command, label="back")
        return command

    def _lines(self) -> Content:
        most = max((self.app.size.height - _AROUND) // 2, 2)
        lines = [Content(""), *(line for each in self._here[:most] for line in self._of(each))]
        others = self._others[: max(most - len(self._here), 1 if not self._here else 0)]
        if self._here and others:
            lines += [Content(""), Content.styled("Not among them:", "$dim")]
        lines += [line for each in others for line in self._of(each)]
        hidden = max(len(self._here) - most, 0) + len(self._others) - len(others)
        if hidden:
            lines.append(Content.styled(f"and {hidden:,} more", "$dim"))
        return Content.assemble(Content("\n").join(lines), "\n")

    def _of(self, left: "LeftTake") -> tuple[Content, Content]:
        """Return two lines: its name and when it began; how long it is and what it lacks."""
        take, began = left.take, left.take.started_at
        if left.wants_care:
            what = lacks_text([left])
        elif left.is_here:
            what = "stays on this machine"
        else:
            what = f"belongs to {safe(left.belongs_to)}"
        at = f"{age_text(began.timestamp(), self._now)}, {began.astimezone():%H:%M:%S}"
        name = (clip(safe(take.name), _NAME), "$foreground" if left.wants_care else "$dim")
        return (
            Content.assemble(name, (f"  {at}", "$dim")),
            Content.styled(f"  {duration_text(left.length_s)}, {what}", "$dim"),
        )

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


def _title_of_others(left: "Sequence[LeftTake]") -> str:
    what = f"{count_text(len(left), 'recording')} on this machine"
    is_elsewhere = not any(each.is_here for each in left)
    return f"{what}, of another library" if is_elsewhere else what
