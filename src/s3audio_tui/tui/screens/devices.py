"""The devices that can play, as they are now, and which one shall."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from s3audio_tui.audio.devices import Device, chosen
from s3audio_tui.errors import DeviceError
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList, Piece

Look = Callable[[], Awaitable[list[Device]]]

_MARKS = 4


class DeviceList(LineList):
    """The system's own choice, and below it each device."""

    def __init__(self, device: str) -> None:
        super().__init__(id="devices-list")
        self._device = device
        self.devices: list[Device] = []
        self.current: int | None = None
        """The line of what is chosen now; None where that is not there."""

    def show(self, devices: list[Device]) -> None:
        """Show these, and stand on what is chosen now."""
        self.devices = devices
        self.current = self._line_of(self._device)
        self.styles.height = min(len(devices) + 1, 12)
        self.relist(len(devices) + 1, self.current or 0)

    def _line_of(self, device: str) -> int | None:
        if not device:
            return 0
        try:
            return self.devices.index(chosen(self.devices, device)) + 1
        except DeviceError:
            return None

    @property
    def name(self) -> str:
        """The name of the device under the cursor; nothing for the system's own choice."""
        return self.devices[self.cursor - 1].name if self.cursor else ""

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return a device's line, with a dot where the sound comes out now."""
        bar, dot = "▌" if line == self.cursor else " ", "● " if line == self.current else "○ "
        head: list[Piece] = [(bar, "accent"), (dot, "accent" if line == self.current else "faint")]
        if not line:
            usual = [each.name for each in self.devices if each.is_default]
            more = f"  now {safe(usual[0])}" if usual else ""
            words = "The system's own"
            return [*head, (words, "text"), (clip_middle(more, width - len(words) - _MARKS), "dim")]
        return [*head, (clip_middle(safe(self.devices[line - 1].name), width - _MARKS), "text")]


class DevicesScreen(KeyedDialog[str]):
    """Gives the name of a device, nothing for the system's own choice."""

    WHERE: ClassVar[Where] = "devices"
    CSS_PATH: ClassVar = ["send.tcss", "devices.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("devices")]

    def __init__(self, device: str, look: Look) -> None:
        """Prepare the list; `device` is the one that is chosen now, and `look` finds all."""
        super().__init__()
        self._device, self._look = device, look
        self._list = DeviceList(device)

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="dialog", id="devices"):
            yield Static("Where sound comes out", classes="dialog-title", markup=False)
            yield Static(id="devices-said", classes="dialog-text", markup=False)
            yield self._list
            yield KeyBar()

    def on_mount(self) -> None:
        """Look for devices."""
        self._list.focus()
        self.do_again()
        self.update_keys()

    def do_again(self) -> None:
        """Look again for what is there."""
        self._say("looking for what is there …")
        self.run_worker(later(self._find), group="looking", exclusive=True)

    async def _find(self) -> None:
        try:
            found = await self._look()
        except DeviceError as error:
            if self.left:
                return
            self._list.show([])
            self._say(f"{error.message}: {error.remedy}")
            return
        if self.left:
            return
        self._list.show(found)
        if not found:
            self._say("there is no sound device: connect one, and look again")
        elif self._list.current is None:
            self._say(f"{self._device} was chosen, and is not there")
        else:
            self._say("")
        self.update_keys()

    def _say(self, text: str) -> None:
        said = self.query_one("#devices-said", Static)
        said.update(safe(text))
        said.display = bool(text)

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        return not command.needs or bool(self._list.count)

    @on(LineList.Opened)
    def do_take(self) -> None:
        """Let sound come out there."""
        self.dismiss(self._list.name)

    def do_leave(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)
