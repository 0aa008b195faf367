"""Where sound comes out: the machine's sound card, by PortAudio; or nowhere, at the same pace.

PortAudio's library is loaded when the first stream is opened, since many machines have none.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from s3audio_tui.audio.ring import CHANNELS
from s3audio_tui.errors import DeviceError

Fill = Callable[[memoryview], None]
"""Fills a buffer with frames of 16 bits, stereo. It may not wait, nor raise."""

_TICK_S = 0.02
_LATENCY_S = 0.2


class Stream(Protocol):
    """Sound that is coming out."""

    @property
    def latency_s(self) -> float:
        """How long a frame takes from `fill` to the ear."""

    def close(self, *, soon: bool = False) -> None:
        """End it once all was heard; with `soon` at once."""


class Output(Protocol):
    """Something that sound can come out of."""

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        """Begin to ask `fill` for frames; call `gone` when the device ends by itself.

        Raises `DeviceError`.
        """


@dataclass(frozen=True, slots=True)
class Device:
    """A device that plays. `name` is the system's text."""

    number: int
    name: str
    is_default: bool


class SoundCard:
    """The machine's devices: the one that is named, by part of its name or its number, or its own.

    A device that came after the program began is found when none is open. `latency_s` is how much
    the card has in store: with less a busy machine makes gaps, with more a pause comes late.
    """

    def __init__(self, device: str | int | None = None, *, latency_s: float = _LATENCY_S) -> None:
        self.device = device
        self.latency_s = latency_s
        self._stale = False
        self._open = 0

    def devices(self) -> list[Device]:
        """Return the devices that play. Raises `DeviceError`."""
        library = self._library()
        first = library.default.device[1]
        return [
            Device(number, found["name"], number == first)
            for number, found in enumerate(library.query_devices())
            if found["max_output_channels"] > 0
        ]

    def forget(self) -> None:
        """Look for devices anew before the next one is opened."""
        self._stale = True

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        """As `Output.open`."""
        library = self._library()
        wanted = threading.Event()

        def ended() -> None:
            self._open -= 1
            if not wanted.is_set():
                self._stale = True
                gone()

        try:
            stream = library.RawOutputStream(
                samplerate=sample_rate_hz,
                channels=CHANNELS,
                dtype="int16",
                device=self.device,
                latency=self.latency_s,
                callback=lambda out, frames, times, status: fill(memoryview(out)),
                finished_callback=ended,
            )
            stream.start()
        except (library.PortAudioError, ValueError) as error:
            self._stale = True
            raise _refused(library, error) from None
        self._open += 1
        return _Playing(library, stream, wanted)

    def _library(self) -> Any:
        try:
            import sounddevice
        except OSError:
            raise DeviceError(
                "there is no sound: the library PortAudio is missing",
                "install it (on Debian and Ubuntu: sudo apt-get install libportaudio2)",
            ) from None
        if self._stale and not self._open:
            sounddevice._terminate()
            sounddevice._initialize()
            self._stale = False
        return sounddevice


class _Playing:
    def __init__(self, library: Any, stream: Any, wanted: threading.Event) -> None:
        self._library = library
        self._stream = stream
        self._wanted = wanted
        self.latency_s = float(stream.latency)

    def close(self, *, soon: bool = False) -> None:
        self._wanted.set()
        try:
            if soon:
                self._stream.abort()
            else:
                self._stream.stop()
            self._stream.close()
        except self._library.PortAudioError:
            return  # a device that has gone cannot be closed any better


def _refused(library: Any, error: Exception) -> DeviceError:
    if library.default.device[1] < 0:
        return DeviceError("there is no sound device", "connect one, and try again")
    reason = str(error).partition("[")[0].strip().rstrip(":")
    return DeviceError(f"the sound device does not play this ({reason})", "choose another device")


class Nowhere:
    """No device at all: frames are asked for at their pace, and lost."""

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        """As `Output.open`; never raises."""
        return _Lost(sample_rate_hz, fill)


class _Lost:
    latency_s = 0.0

    def __init__(self, sample_rate_hz: int, fill: Fill) -> None:
        self._rate_hz = sample_rate_hz
        self._fill = fill
        self._left = threading.Event()
        threading.Thread(target=self._work, name="s3audio-nowhere", daemon=True).start()

    def close(self, *, soon: bool = False) -> None:
        self._left.set()

    def _work(self) -> None:
        began, done = time.monotonic(), 0
        while not self._left.wait(_TICK_S):
            frames = int((time.monotonic() - began) * self._rate_hz) - done
            frames = min(frames, self._rate_hz // 4)
            self._fill(memoryview(bytearray(frames * CHANNELS * 2)))
            done = int((time.monotonic() - began) * self._rate_hz)
