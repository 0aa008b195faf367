"""What an upload would do, before it does it: files, room, names that are taken, refusals."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.put import UploadItem
from s3audio_tui.library.quota import QuotaStatus
from s3audio_tui.library.upload import UploadPlan
from s3audio_tui.text import safe
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList
from s3audio_tui.tui.widgets.plan_list import PlanList
from s3audio_tui.tui.widgets.side_by_side import side_by_side
from s3audio_tui.units import size_text

_ANSWERS = ("skip", "keep_both", "overwrite")


@dataclass(frozen=True, slots=True)
class Decided:
    """What shall go up, and what to do by key where that name is taken."""

    items: Sequence[UploadItem]
    choices: dict[str, IfTaken]


@dataclass(frozen=True, slots=True)
class Planning:
    """How the plan is changed. What reads the catalog raises `S3AudioError`."""

    choose_folder: Callable[[str], ModalScreen[str]]
    """Returns the dialog for another folder, beginning with this one."""
    aim: Callable[[str], Awaitable[UploadPlan]]
    """Returns the plan for another folder."""
    rename: Callable[[UploadPlan, UploadItem, str], Awaitable[UploadItem]]
    """Returns the item under another name."""


class UploadPlanScreen(KeyedDialog[Decided]):
    """The plan. Enter starts; escape leaves. A name that is taken is left out, unless one says."""

    WHERE = "plan"
    CSS_PATH = "send.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("plan")]

    def __init__(
        self,
        plan: UploadPlan,
        room: QuotaStatus | None,
        prefix: str,
        planning: Planning,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self._plan, self._room, self._prefix = plan, room, prefix
        self._planning, self._clock = planning, clock
        self._choices: dict[str, IfTaken] = {}
        self._going: list[UploadItem] = []
        """The files that go up, by what was decided."""
        self._going_bytes = self._taken = 0
        self._may_start = False
        """Whether at least one file can go up."""

    def compose(self) -> ComposeResult:
        """Lay out the plan and its keys."""
        with Vertical(classes="dialog", id="upload"):
            yield Static(id="upload-title", classes="dialog-title", markup=False)
            yield Static(id="upload-summary", markup=False)
            yield PlanList(id="upload-list")
            yield Static(id="upload-both", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show the plan."""
        self.list = self.query_one(PlanList)
        self._show()
        self.list.focus()

    def _show(self, at: int = 0) -> None:
        self.list.show(self._plan, self._choices, self._prefix, at)
        self._count()

    def _count(self) -> None:
        """Sum up what was decided, and show it."""
        items = self._plan.items
        self._taken = sum(item.conflict for item in items)
        self._going = [item for item in items if self._choice(item) != "skip"]
        self._going_bytes = sum(item.size_bytes for item in self._going)
        least = min((item.size_bytes for item in self._going), default=None)
        room = self._room
        self._may_start = least is not None and (room is None or least <= room.available_bytes)
        self.query_one("#upload-title", Static).update(self._title())
        self.query_one("#upload-summary", Static).update(self._summary())
        self.query_one("#upload-both", Static).display = self._taken > 0
        self.show_row()

    @on(LineList.Moved)
    def show_row(self) -> None:
        """Show what is known of the row, and what can be done."""
        entry = self.list.entry
        item = entry if isinstance(entry, UploadItem) and entry.conflict else None
        self.query_one("#upload-both", Static).update(side_by_side(item, self._clock()))
        self.update_keys()

    def _choice(self, item: UploadItem) -> IfTaken:
        return self._choices.get(item.key, "skip") if item.conflict else "fail"

    def _title(self) -> str:
        count = len(self._going)
        what = f"{count:,} {'file' if count == 1 else 'files'}, {size_text(self._going_bytes)}"
        if not self._plan.items:
            return "Nothing here can be uploaded"
        if not count:
            return "All of it is there already"
        return f"Upload {what}?" if self._may_start else f"No room for {what}"

    def _summary(self) -> Content:
        place = self._prefix or "the top of the library"
        lines = [Content.styled(f"into {safe(place)}", "$dim")]
        if self._room is not None:
            lines.append(self._room_line(self._room))
        refused, skipped = len(self._plan.refused), len(self._plan.skipped)
        parts = [
            (f"{self._taken:,} already there" if self._taken else "", "$warning"),
            (f"{refused:,} refused" if refused else "", "$error"),
            (f"{skipped:,} left out: not audio" if skipped else "", "$dim"),
        ]
        said = [Content.styled(*part) for part in parts if part[0]]
        if said:
            lines.append(Content.styled(" · ", "$dim").join(said))
        return Content("\n").join(lines)

    def _room_line(self, room: QuotaStatus) -> Content:
        free = room.available_bytes
        if self._going_bytes > free:
            return Content.styled(
                f"room for {size_text(free)} only: what does not fit is not sent; empty the trash,"
                " or delete something for good",
                "$error",
            )
        note = " (advisory: this store cannot hold clients to it)" if room.advisory else ""
        left = size_text(free - self._going_bytes)
        return Content.styled(f"{left} of room left after it{note}", "$dim")

    # What the keys do

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        entry = self.list.entry
        item = entry if isinstance(entry, UploadItem) else None
        if command.id in _ANSWERS:
            return item is not None and item.conflict
        return {
            "start": self._may_start,
            "rename": item is not None,
            "same": item is not None and item.conflict and self._taken > 1,
            "folder": bool(self._plan.items or self._plan.refused),
        }.get(command.id, True)

    def do_skip(self) -> None:
        """Leave out the file."""
        self._answer("skip")

    def do_keep_both(self) -> None:
        """Give the file a number."""
        self._answer("rename")

    def do_overwrite(self) -> None:
        """Replace the one there."""
        self._answer("overwrite")

    def _answer(self, choice: IfTaken) -> None:
        entry = self.list.entry
        if isinstance(entry, UploadItem):
            self._choices[entry.key] = choice
            self.list.refresh_line(self.list.cursor)
            self.list.action_move(1)
            self._count()

    def do_same(self) -> None:
        """Do with all whose names are taken what is done with this one."""
        entry = self.list.entry
        if isinstance(entry, UploadItem):
            choice = self._choice(entry)
            self._choices.update({i.key: choice for i in self._plan.items if i.conflict})
            self.list.refresh()
            self._count()

    def do_start(self) -> None:
        """Start it."""
        going = self._going
        if self._may_start:
            self.dismiss(Decided(going, {item.key: self._choice(item) for item in going}))

    def do_leave(self) -> None:
        """Upload nothing."""
        self.dismiss(None)

    # Other names, another folder

    def do_rename(self) -> None:
        """Give the file under the cursor another name."""
        entry = self.list.entry
        if isinstance(entry, UploadItem):
            self.run_worker(later(self._rename, entry), group="rename", exclusive=True)

    async def _rename(self, item: UploadItem) -> None:
        name = item.key.rpartition("/")[2]
        renamed: list[UploadItem] = []

        async def check(text: str) -> None:
            renamed[:] = [await self._planning.rename(self._plan, item, text.strip())]

        stem = name.rpartition(".")[0] or name
        prompt = Prompt(f"Upload {name} as", value=name, verb="take", check=check, chosen=len(stem))
        if await self.app.push_screen_wait(prompt) is None:
            return
        items = [renamed[0] if each is item else each for each in self._plan.items]
        self._plan = UploadPlan(items, self._plan.refused, self._plan.skipped)
        self._show(self.list.cursor)

    def do_folder(self) -> None:
        """Upload into another folder."""
        self.run_worker(later(self._aim), group="folder", exclusive=True)

    async def _aim(self) -> None:
        dialog = self._planning.choose_folder(self._prefix)
        prefix = await self.app.push_screen_wait(dialog)
        if prefix is not None:
            await self._aim_at(prefix)

    async def _aim_at(self, prefix: str) -> None:
        try:
            plan = await self._planning.aim(prefix)
        except S3AudioError as error:
            said = Content.styled(f"✗ {safe(str(error))}", "$error")
            self.query_one("#upload-summary", Static).update(said)
            return
        self._plan, self._prefix = plan, prefix
        self._choices.clear()
        self._show()
