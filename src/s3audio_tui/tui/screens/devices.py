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
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.later import later
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.device_lines import DeviceLines
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.line_list import LineList

Look = Callable[[], Awaitable[list[Device]]]

_MOST_LINES = 12


class DevicesScreen(KeyedDialog[str]):
    """Gives the name of a device, nothing for the system's own choice."""

    WHERE: ClassVar[Where] = "devices"
    CSS_PATH: ClassVar = ["send.tcss", "devices.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("devices")]

    def __init__(self, device: str, look: Look) -> None:
        """Prepare the list; `device` is the one that is chosen now, and `look` finds all."""
        super().__init__()
        self._device, self._look = device, look
        self._list = DeviceLines[Device](id="devices-list", most=_MOST_LINES)

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
            self._list.show([], _line_of(self._device, []))
            self._say(f"{error.message}: {error.remedy}")
            return
        if self.left:
            return
        self._list.show(found, _line_of(self._device, found))
        if not found:
            self._say("there is no sound device: connect one, and look again")
        elif self._list.chosen is None:
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
        self.dismiss(self._list.name_at(self._list.cursor))

    def do_leave(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)


def _line_of(device: str, devices: list[Device]) -> int | None:
    if not device:
        return 0
    try:
        return devices.index(chosen(devices, device)) + 1
    except DeviceError:
        return None
