"""What an upload would do, before it does it: files, room, names that are taken, refusals."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from s3audio_tui.library.events import Failed
from s3audio_tui.library.put import IfExists, UploadItem
from s3audio_tui.library.quota import QuotaStatus
from s3audio_tui.library.upload import UploadPlan
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle, left, right
from s3audio_tui.units import duration_text, size_text

_LISTED = 200
_NAME = 44

_CHOICES: tuple[tuple[IfExists, str], ...] = (
    ("skip", "leave out those that are there already"),
    ("rename", "give those that are there already a number"),
    ("overwrite", "replace those that are there already"),
)


class UploadPlanScreen(ModalScreen[IfExists]):
    """The plan. Enter starts; `e` changes what happens to names that are taken; escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,n", "leave", "leave", show=False),
        Binding("e", "other_choice", "names that are taken", show=False),
        Binding("left,up", "app.focus_previous", "before", show=False),
        Binding("right,down", "app.focus_next", "next", show=False),
    ]

    def __init__(self, plan: UploadPlan, room: QuotaStatus | None, prefix: str) -> None:
        super().__init__()
        self._plan = plan
        self._room = room
        self._prefix = prefix
        self._place = prefix or "the top of the library"
        self._choice = 0

    def compose(self) -> ComposeResult:
        """Lay out the plan and the buttons."""
        items = self._plan.items
        noun = "file" if len(items) == 1 else "files"
        title = f"Upload {len(items):,} {noun}, {size_text(self._plan.total_bytes)}?"
        if not items:
            title = "Nothing here can be uploaded"
        elif not self._fits:
            title = f"No room for {len(items):,} {noun}, {size_text(self._plan.total_bytes)}"
        with Vertical(classes="dialog", id="plan"):
            yield Static(title, classes="dialog-title", markup=False)
            yield Static(self._summary(), id="plan-summary", markup=False)
            with VerticalScroll(id="plan-list", can_focus=False):
                yield Static(self._list(), markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(self._hint(), classes="dialog-hint", markup=False)
                yield Button("Start", id="start", compact=True, disabled=not self._fits)
                yield Button("Leave", id="leave", compact=True)

    def on_mount(self) -> None:
        """Choose the start, if there is something to start."""
        self.query_one("#start" if self._fits else "#leave").focus()

    @property
    def _fits(self) -> bool:
        """Whether at least one file can go up."""
        least = min((item.size_bytes for item in self._plan.items), default=None)
        return least is not None and (self._room is None or least <= self._room.available_bytes)

    def _hint(self) -> Content:
        if not self._taken:
            return Content("")
        return Content.assemble(("e", "$accent"), (" names that are taken", "$dim"))

    @property
    def _taken(self) -> int:
        return sum(item.conflict for item in self._plan.items)

    def _summary(self) -> Content:
        lines = [Content.styled(f"into {safe(self._place)}", "$dim")]
        if self._room is not None:
            lines.append(self._room_line(self._room))
        if self._taken:
            choice = _CHOICES[self._choice][1]
            lines.append(
                Content.assemble(
                    (f"{self._taken:,} already there: ", "$warning"), (choice, "$foreground")
                )
            )
        if self._plan.refused:
            lines.append(
                Content.styled(f"{len(self._plan.refused):,} refused, see below", "$error")
            )
        if self._plan.skipped:
            lines.append(Content.styled(f"{len(self._plan.skipped):,} left out: not audio", "$dim"))
        return Content("\n").join(lines)

    def _room_line(self, room: QuotaStatus) -> Content:
        free, needed = room.available_bytes, self._plan.total_bytes
        if needed > free:
            return Content.styled(
                f"room for {size_text(free)} only: what does not fit is not sent; empty the trash,"
                " or delete something for good",
                "$error",
            )
        note = " (advisory: this store cannot hold clients to it)" if room.advisory else ""
        return Content.styled(f"{size_text(free - needed)} of room left after it{note}", "$dim")

    def _list(self) -> Content:
        lines = [_refused(failed) for failed in self._plan.refused[:_LISTED]]
        if lines and self._plan.items:
            lines.append(Content(""))
        lines += [self._line(item) for item in self._plan.items[:_LISTED]]
        if (more := len(self._plan.items) - _LISTED) > 0:
            lines.append(Content.styled(f"and {more:,} more", "$dim"))
        return Content("\n").join(lines)

    def _line(self, item: UploadItem) -> Content:
        below = item.key.removeprefix(self._prefix)
        length = item.sound.duration_s
        return Content.assemble(
            ("↑ ", "$accent"),
            (left(clip_middle(safe(below), _NAME), _NAME), "$foreground"),
            (right(size_text(item.size_bytes), 10), "$dim"),
            (right(duration_text(length) if length is not None else "", 9), "$dim"),
            ("  there already" if item.conflict else "", "$warning"),
        )

    @on(Button.Pressed, "#start")
    def start(self) -> None:
        """Start it."""
        self.dismiss(_CHOICES[self._choice][0])

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Upload nothing."""
        self.dismiss(None)

    def action_other_choice(self) -> None:
        """Do something else with names that are taken."""
        if self._taken:
            self._choice = (self._choice + 1) % len(_CHOICES)
            self.query_one("#plan-summary", Static).update(self._summary())


def _refused(failed: Failed) -> Content:
    name = failed.path.rpartition("/")[2]
    reason = failed.error.message.replace(failed.path, "it")
    remedy = f": {failed.error.remedy}" if failed.error.remedy else ""
    return Content.assemble(
        ("✗ ", "$error"), safe(name), "\n  ", (safe(reason), "$error"), (safe(remedy), "$dim")
    )
