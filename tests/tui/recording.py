"""The app with a microphone that a test holds: what it hears, and when it goes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.audio.input import Input, InputStream, Take
from s3audio_tui.audio.input_devices import InputDevice
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.errors import DeviceError, S3AudioError
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.screens.recorder import RecorderScreen
from tests.audio.microphone import MadeUp
from tests.snapshots import SIZE, staged
from tests.tui.driving import Driver

_PATIENCE_S = 20.0

USB = InputDevice(0, "USB Audio CODEC", 2, 48_000, is_default=True)
LAPTOP = InputDevice(1, "Laptop [bold]\x1b]0;x\x07", 1, 44_100, False, [44_100, 48_000], [16])


class OneMicrophone(MadeUp):
    """A made-up one, which may be missing."""

    name = USB.name

    def __init__(self) -> None:
        super().__init__()
        self.missing: S3AudioError | None = None
        self.form = SampleFormat()

    def open(self, form: SampleFormat, take: Take, gone: Callable[[], None]) -> InputStream:
        """As `Input.open`."""
        if self.missing is not None:
            raise self.missing
        self.form = form
        return super().open(form, take, gone)

    def hear(self, samples: NDArray[np.int16]) -> None:
        """Let it hear frames of 16 bits; where there are two channels, the second half as loud."""
        both = [samples // (at + 1) for at in range(self.form.channels)]
        self.take(np.stack(both, axis=1).astype("<i2").tobytes(), False)


class Machine:
    """A machine with devices that come and go; it is the app's `Inputs`."""

    def __init__(self) -> None:
        self.microphone = OneMicrophone()
        self.there: list[InputDevice] | DeviceError = [USB, LAPTOP]
        self.asked: list[str] = []

    def devices(self) -> list[InputDevice]:
        """As `Inputs.devices`."""
        if isinstance(self.there, DeviceError):
            raise self.there
        return self.there

    def input(self, device: str) -> Input:
        """As `Inputs.input`."""
        self.asked.append(device)
        return self.microphone


class Studio(Driver):
    """The app with the machine beside it. No time goes by in its meters."""

    machine: Machine

    @property
    def side(self):  # type: ignore[no-untyped-def]
        """What is recorded."""
        return self.app.recorder

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, and drawn."""
        ends = monotonic() + _PATIENCE_S
        while not is_so():
            assert monotonic() < ends, self.side.state
            await asyncio.sleep(0.005)
        await self.drawn()

    async def begin(self) -> None:
        """Open the recorder, and wait until it listens."""
        await self.press("ctrl+r")
        await self.until(lambda: self.side.state == "listening")

    async def record(self) -> None:
        """Begin a take, or go on."""
        await self.press("space")
        await self.until(lambda: self.side.state == "recording")

    async def hear(self, samples: NDArray[np.int16]) -> None:
        """Let the microphone hear something, and wait until it is counted."""
        recording = self.side.recording
        assert recording is not None
        wanted = recording.frame + len(samples) * (self.side.state == "recording")
        self.machine.microphone.hear(samples)
        await self.until(lambda: recording.frame >= wanted and not recording.behind_s)
        self.look()

    def look(self) -> None:
        """Let all that is shown be as it is now."""
        self.side._look()
        if isinstance(self.app.screen, RecorderScreen):
            self.app.screen.look()

    async def all_in_s3(self, chunks: int) -> None:
        """Wait until so many chunks are there, and no other one waits."""

        def there() -> bool:
            folder = self.side.folder
            return folder is not None and chunks == sum(
                each.state == "in_s3" for each in folder.take.chunks
            )

        await self.until(there)
        self.look()
        await self.drawn()


@asynccontextmanager
async def studio(
    library: Library, machine: Machine | None = None, size: tuple[int, int] = SIZE
) -> AsyncIterator[Studio]:
    """Run the app with a machine, and wait until it has shown the library."""
    machine = machine or Machine()
    app = make_app(library, inputs=machine)
    app.recorder.clock = lambda: 1000.0
    async with staged(app, size) as pilot:
        driver = Studio(app, pilot)
        driver.machine = machine
        await driver.settle()
        yield driver


def music(seconds: float, rate_hz: int = 48_000) -> NDArray[np.int16]:
    """Return something whose loudness goes up and down, the same each time."""
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    loud = 0.15 + 0.55 * np.abs(np.sin(at * 0.9)) * np.abs(np.cos(at * 0.23))
    wave = loud * np.sin(2 * np.pi * 220 * at)
    return np.round(wave * 32_000).astype("<i2")


def level(loud: float, seconds: float, rate_hz: int = 48_000) -> NDArray[np.int16]:
    """Return a square wave: as loud at every moment."""
    samples = np.full(round(seconds * rate_hz), round(loud * 32_767), "<i2")
    samples[1::2] *= -1
    return samples
