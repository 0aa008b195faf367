"""The app with a sound card that the tests hold, on sounds that say which ones they are."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from time import monotonic

import numpy as np
import soundfile

from s3audio_tui.audio.output import Fill, Nowhere, Output, Stream
from s3audio_tui.errors import DeviceError
from s3audio_tui.library.opening import Library
from s3audio_tui.store.objects import write_small
from s3audio_tui.tui.app import S3AudioApp, make_app
from s3audio_tui.tui.play_side import Heard
from tests.snapshots import staged
from tests.tui.driving import Driver

RATE_HZ = 8000
ALL = 10**9

_PATIENCE_S = 60.0
_STEP = 400


class NoCard:
    """A machine without a device."""

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        raise DeviceError("there is no sound device", "connect one, and try again")


class Card:
    """A device that asks for so many frames as it is let, and only for what is decoded already."""

    def __init__(self, frames: int = ALL) -> None:
        self.app: S3AudioApp
        self.left = frames
        self.missing = False
        self.rates: list[int] = []
        self._taken: list[bytes] = []

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        """As `Output.open`."""
        if self.missing:
            raise DeviceError("there is no sound device", "connect one, and try again")
        self.rates.append(sample_rate_hz)
        self.vanish = gone
        return _Taking(self, fill)

    def take(self, fill: Fill) -> None:
        """Take the next frames, if it is let, and they are there."""
        player = self.app.playing._thread._player
        run = player._feed.run if player is not None else None
        if run is None or (not run.done and (run.ring is None or run.ring.ready < _STEP)):
            return
        frames = min(_STEP, self.left)
        self.left -= frames
        buffer = bytearray(frames * 4)
        if frames:
            fill(memoryview(buffer))
            self._taken.append(bytes(buffer))

    @property
    def taken(self) -> list[tuple[int, int]]:
        """What came out: each level, and for how many frames; silence around it left out."""
        levels = np.frombuffer(b"".join(self._taken), "<i2").reshape(-1, 2)[:, 0]
        (loud,) = np.nonzero(levels)
        if not len(loud):
            return []
        levels = levels[loud[0] : loud[-1] + 1]
        at = [0, *(np.nonzero(np.diff(levels))[0] + 1), len(levels)]
        return [(int(levels[a]), int(b - a)) for a, b in pairwise(at)]


class _Taking:
    latency_s = 0.0

    def __init__(self, card: Card, fill: Fill) -> None:
        self._left = threading.Event()
        self._card, self._fill = card, fill
        threading.Thread(target=self._work, daemon=True).start()

    def close(self, *, soon: bool = False) -> None:
        self._left.set()

    def _work(self) -> None:
        while not self._left.wait(0.001):
            self._card.take(self._fill)


def level(number: int, frames: int = RATE_HZ, *, rate_hz: int = RATE_HZ) -> bytes:
    """Return a sound that is as loud as its number, in thousands."""
    file = io.BytesIO()
    samples = np.full((frames, 1), number * 1000, "<i2")
    soundfile.write(file, samples, rate_hz, format="WAV", subtype="PCM_16")
    return file.getvalue()


def put(library: Library, key: str, data: bytes) -> None:
    """Put an object there, past the app."""
    write_small(library.store, library.full(key), data)


@asynccontextmanager
async def opened(library: Library, output: Output) -> AsyncIterator[Driver]:
    """Run the app with an output, and wait until it has shown the library."""
    app = make_app(library, output=output)
    if isinstance(output, Card):
        output.app = app
    async with staged(app, (120, 34)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver


@asynccontextmanager
async def listening(library: Library, output: Output | None = None) -> AsyncIterator[Driver]:
    """Run the app with a silent device, the cursor on a file of the demo."""
    async with opened(library, output or Nowhere()) as driver:
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "down")
        yield driver


async def until(driver: Driver, is_so: Callable[[Heard | None], bool]) -> None:
    """Wait until what is heard is as wanted."""
    ends = monotonic() + _PATIENCE_S
    while not is_so(driver.app.playing.heard):
        assert monotonic() < ends, driver.app.playing.heard
        await asyncio.sleep(0.005)


async def until_so(driver: Driver, is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    await until(driver, lambda _: is_so())


def goes_on(heard: Heard | None) -> bool:
    return heard is not None and heard.state == "playing" and heard.at_s > 0


def is_paused(heard: Heard | None) -> bool:
    return heard is not None and heard.state == "paused"


def is_over(heard: Heard | None) -> bool:
    return heard is None


def plays(key: str) -> Callable[[Heard | None], bool]:
    """Return whether a file is what is heard."""
    return lambda heard: heard is not None and heard.row.key == key and heard.state == "playing"
