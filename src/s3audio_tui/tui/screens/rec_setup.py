"""Before a take: what records, and how, with its level; only what the device can do is offered."""

from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from s3audio_tui.audio.input_devices import InputDevice
from s3audio_tui.audio.sample_format import MOST_CHANNELS, RATES_HZ, SampleFormat
from s3audio_tui.errors import DeviceError
from s3audio_tui.library.opening import Library
from s3audio_tui.text import safe
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.hints import error_line, wrong
from s3audio_tui.tui.later import later
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.rec_words import channels_text
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.device_lines import DeviceLines
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.tui.widgets.level_meter import LevelMeter
from s3audio_tui.tui.widgets.line_list import LineList
from s3audio_tui.tui.widgets.stepper import Stepper
from s3audio_tui.units import rate_text

_LOOK_S = 1 / 8
_NONE = ("there is no microphone", "connect one, and look again: r")
_MOST_LINES = 6


class SetupDialog(KeyedDialog[bool]):
    """What is chosen is listened to at once. Gives whether something was chosen."""

    WHERE: ClassVar[Where] = "setup"
    CSS_PATH: ClassVar = ["send.tcss", "recorder.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("setup")]

    def __init__(self, side: RecSide, library: Library) -> None:
        super().__init__()
        self._side, self._library = side, library
        self._list = DeviceLines[InputDevice](id="setup-list", most=_MOST_LINES)
        self._level, self._said = LevelMeter(), Static(classes="dialog-text", markup=False)
        self._said.id = "setup-said"
        self._has_chosen = False
        self._rate = Stepper("Rate", {rate: rate_text(rate) for rate in RATES_HZ})
        words = {number: channels_text(number) for number in range(1, MOST_CHANNELS + 1)}
        self._channels = Stepper("Channels", words)
        self._bits = Stepper("Bits", {16: "16 bit", 24: "24 bit"})

    def compose(self) -> ComposeResult:
        """Lay out the devices, what they can do, and the level."""
        with Vertical(classes="dialog", id="setup"):
            yield Static("What records, and how", classes="dialog-title", markup=False)
            yield self._list
            yield Static(" ", id="setup-gap", markup=False)
            yield self._rate
            yield self._channels
            yield self._bits
            yield self._level
            yield self._said
            yield KeyBar()

    def on_mount(self) -> None:
        """Look for devices; show the level."""
        self._offer()
        self._list.focus()
        self.set_interval(_LOOK_S, self.look)
        self.do_again()
        self.update_keys()

    def do_again(self) -> None:
        """Look again for what is there."""
        self._say("looking for what is there …")
        self.run_worker(later(self._find), group="looking", exclusive=True)

    async def _find(self) -> None:
        try:
            found = await self._side.devices()
        except DeviceError as error:
            if self.left:
                return
            self._list.show([], 0)
            self._said.update(error_line(error))
            return
        if self.left:
            return
        names = ["", *(each.name for each in found)]
        here = self._side.thread.device
        self._list.show(found, names.index(here) if here in names else 0)
        self._offer()
        if not found:
            self._said.update(wrong(*_NONE))
        else:
            await self._use(self._line)

    def look(self) -> None:
        """Show how loud it is."""
        self._level.show(self._side.level())

    def _offer(self) -> None:
        """Offer what the device can do; what is chosen stays as near as may be."""
        form = self._side.thread.form or self._side.thread.usual_form(self._library)
        device = self._list.device_at(self._line)
        rates: tuple[int, ...] = RATES_HZ
        bits: tuple[int, ...] = (16, 24)
        most = MOST_CHANNELS
        if device is not None:
            rates, bits = tuple(device.rates_hz) or rates, tuple(device.bits) or bits
            most = min(device.channels, most)
        channels = tuple(range(1, most + 1))
        self._rate.put(rates, min(rates, key=lambda rate: abs(rate - form.rate_hz)))
        self._channels.put(channels, min(form.channels, most))
        self._bits.put(bits, form.bits if form.bits in bits else bits[-1])

    @on(LineList.Opened)
    def take_clicked(self) -> None:
        """Listen to what was clicked twice."""
        self.do_take()

    def do_take(self) -> None:
        """Listen to the device under the cursor; where that is so already, that is all."""
        if self._is_other:
            self._list.chosen = self._list.cursor
            self._list.refresh()
            self._offer()
            self._use_soon()
            self.update_keys()
        else:
            self.dismiss(self._has_chosen)

    @on(Stepper.Changed)
    def use_other(self) -> None:
        """Listen in another way."""
        self._use_soon()

    @on(LineList.Moved)
    def say_what_enter_does(self) -> None:
        """The keys go with the cursor."""
        self.update_keys()

    def on_descendant_focus(self) -> None:
        """They go with the focus too."""
        self.update_keys()

    def _use_soon(self) -> None:
        self._has_chosen = True
        self.run_worker(later(self._use, self._line), group="use")

    async def _use(self, line: int) -> None:
        device = self._list.name_at(line)
        form = SampleFormat(self._rate.chosen, self._channels.chosen, self._bits.chosen)
        await self._side.use(self._library, device, form)
        if self.left:
            return
        if self._side.failed is not None:
            self._said.update(error_line(self._side.failed))
        else:
            self._say("say something, and see how loud it is")

    def _say(self, text: str) -> None:
        self._said.update(safe(text))

    @property
    def _line(self) -> int:
        """The line that is listened to."""
        return self._list.chosen or 0

    @property
    def _is_other(self) -> bool:
        """Whether the cursor is on a device that is not listened to."""
        return self._list.has_focus and self._list.cursor != self._list.chosen

    def worded(self, command: Command) -> Command:
        """Return a command with the words for what it would do now."""
        if command.id == "take":
            return replace(command, label="listen to it" if self._is_other else "take it so")
        return command

    def do_next(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def do_previous(self) -> None:
        """Go to the field before."""
        self.focus_previous()

    def do_leave(self) -> None:
        """Go back."""
        self.dismiss(self._has_chosen)
