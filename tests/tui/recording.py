"""The app with a microphone that a test holds: what it hears, and when it goes."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from s3audio_tui.audio.input import Input, InputStream, Take
from s3audio_tui.audio.input_devices import InputDevice
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.errors import DeviceError, S3AudioError
from s3audio_tui.library.chunk_doors import Confirmed
from s3audio_tui.library.opening import Library
from s3audio_tui.library.takes import Chunk
from s3audio_tui.library.takes import Take as TakeOf
from s3audio_tui.library.transfers import Transfer
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.microphones import Inputs
from s3audio_tui.tui.rec_side import RecSide
from s3audio_tui.tui.screens.rec_setup import SetupDialog
from s3audio_tui.tui.screens.recorder import RecorderScreen
from s3audio_tui.tui.session import Session
from tests.audio.microphone import MadeUp
from tests.snapshots import SIZE, staged
from tests.tui.conftest import NOW
from tests.tui.driving import Driver

SECONDS = 10_000.0
"""What the clock of the meters says."""

_PATIENCE_S = 60.0

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
    """The app with a machine beside it. No time goes by in its meters."""

    machine: Machine

    @property
    def side(self) -> RecSide:
        """What is recorded."""
        return self.app.recorder

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, and drawn."""
        ends = monotonic() + _PATIENCE_S
        while not is_so():
            assert monotonic() < ends, (self.side.state, self.side.trouble)
            await asyncio.sleep(0.005)
        await self.see()

    async def see(self) -> None:
        """Let all that is shown be as it is now."""
        self.side._look()
        if isinstance(self.app.screen, (RecorderScreen, SetupDialog)):
            self.app.screen.look()
        await self.drawn()

    async def tap(self, *keys: str) -> None:
        """Press keys while chunks may be on their way."""
        for key in keys:
            await self.pilot.press(key)
            await self.drawn()

    async def comes_to(self, state: str) -> None:
        """Wait until it stands so."""
        await self.until(lambda: self.side.state == state)

    async def begin(self) -> None:
        """Open the recorder, and wait until it listens."""
        await self.tap("ctrl+r")
        await self.comes_to("listening")

    async def record(self) -> None:
        """Begin a take, or go on."""
        await self.tap("space")
        await self.comes_to("recording")

    async def hear(self, samples: NDArray[np.int16]) -> None:
        """Let the microphone hear something, and wait until it is written and shown."""
        recording, written = self.side.recording, threading.Event()
        assert recording is not None
        self.machine.microphone.hear(samples)
        recording._recorder._came.put(written.set)
        await self.until(written.is_set)

    async def has_ended(self) -> None:
        """Wait until the take has, and lets the microphone go."""
        await self.until(lambda: self.side.recording is None)

    async def is_all_there(self) -> None:
        """Wait until all takes are in S3."""
        await self.has_ended()
        await self.until(lambda: not self.side.rests.each)

    async def is_cut_short(self, chunks: int) -> None:
        """Hold the take no more, as after a kill, once so many chunks are written down."""
        folder = self.side.folder
        assert folder is not None
        each = folder.take.chunks
        await self.until(lambda: len(each) == chunks and each[-2].state != "recording")
        folder.close()

    async def has(self, state: str, chunks: int) -> None:
        """Wait until so many chunks of the take are in a state."""

        def there() -> bool:
            folder = self.side.folder
            each = folder.take.chunks if folder is not None else []
            return sum(chunk.state == state for chunk in each) == chunks

        await self.until(there)


class Doorman:
    """A `Door` that leads nowhere: it says that S3 has what it was given, or what a test wants."""

    def __init__(self) -> None:
        self.error: S3AudioError | None = None
        self.put_there: list[int] = []

    def key(self, take: TakeOf, chunk: Chunk) -> str:
        """As `Door.key`."""
        return f"recordings/{take.id}/{chunk.file}"

    def put(self, take: TakeOf, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
        """As `Door.put`."""
        if self.error is not None:
            raise self.error
        self.put_there.append(chunk.index)
        return Confirmed(self.key(take, chunk), "etag", "checksum")

    def prepare(self, take: TakeOf) -> None:
        """As `Door.prepare`."""

    def rest(self) -> None:
        """As `Door.rest`."""

    def put_document(self, take: TakeOf, data: bytes) -> str:
        """As `Door.put_document`."""
        if self.error is not None:
            raise self.error
        return f"recordings/{take.id}/take.json"


def at_a_quiet_hour(library: Library) -> Session:
    """Return a session on a library at `NOW`."""
    folder = library.state_folder
    return Session(library.settings, folder / "settings.toml", folder, os.environ, lambda: NOW)


@asynccontextmanager
async def studio(
    library: Library, inputs: Inputs | None = None, size: tuple[int, int] = SIZE
) -> AsyncIterator[Studio]:
    """Run the app with a machine, and wait until it has shown the library."""
    machine = Machine()
    app = make_app(library, session=at_a_quiet_hour(library), inputs=inputs or machine)
    app.recorder.clock = lambda: SECONDS
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
