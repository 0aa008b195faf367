"""Where sound comes out: the machine's sound card, by PortAudio; or nowhere, at the same pace.

PortAudio's library is loaded when the first stream is opened, since many machines have none.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from s3audio_tui.audio.devices import Device, chosen, found, none_at_all, portaudio
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


class SoundCard:
    """The machine's devices: the one that is named, by part of its name or its number, or its own.

    `device` may be changed; the next `open` takes it. A device that came after the program began is
    found when none is open. `latency_s` is how much the card has in store: with less a busy machine
    makes gaps, with more a pause comes late.
    """

    def __init__(self, device: str = "", *, latency_s: float = _LATENCY_S) -> None:
        self.device = device
        self.latency_s = latency_s
        self._stale = False
        self._open = 0
        self._lock = threading.Lock()

    def devices(self) -> list[Device]:
        """Return the devices that play, as they were when they were looked for last.

        Raises `DeviceError`.
        """
        with self._lock:
            return found(self._library())

    def forget(self) -> None:
        """Look for devices anew before the next one is opened."""
        self._stale = True

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        """As `Output.open`."""
        with self._lock:
            library = self._library()
            number = self._number(library)
            wanted = threading.Event()

            def ended() -> None:
                if not wanted.is_set():
                    self._stale = True
                    gone()

            try:
                stream = library.RawOutputStream(
                    samplerate=sample_rate_hz,
                    channels=CHANNELS,
                    dtype="int16",
                    device=number,
                    latency=self.latency_s,
                    callback=lambda out, frames, times, status: fill(memoryview(out)),
                    finished_callback=ended,
                )
            except (library.PortAudioError, ValueError) as error:
                self._stale = True
                raise _refused(library, error) from None
            try:
                stream.start()
            except library.PortAudioError as error:
                stream.close()
                self._stale = True
                raise _refused(library, error) from None
            self._open += 1
            return _Playing(stream, wanted, self._closed)

    def _number(self, library: Any) -> int | None:
        """Return the number of the device that is wanted, None for the system's own."""
        if not self.device:
            return None
        try:
            return chosen(found(library), self.device).number
        except DeviceError:
            if self._open:
                raise
        self._stale = True
        return chosen(found(self._library()), self.device).number

    def _closed(self) -> None:
        with self._lock:
            self._open -= 1

    def _library(self) -> Any:
        """Return sounddevice's module; its devices are looked for anew where that is needed.

        A stream that is not closed, though its device is gone, would be closed by that, and then a
        second time.
        """
        library = portaudio()
        if self._stale and not self._open:
            with suppress(library.PortAudioError):  # it may not have begun
                library._terminate()
            try:
                library._initialize()
            except library.PortAudioError as error:
                raise DeviceError(f"the sound system fails ({error})", "try again") from None
            self._stale = False
        return library


class _Playing:
    def __init__(self, stream: Any, wanted: threading.Event, closed: Callable[[], None]) -> None:
        self._stream = stream
        self._wanted = wanted
        self._closed = closed
        self.latency_s = float(stream.latency)

    def close(self, *, soon: bool = False) -> None:
        """As `Stream.close`. A device that has gone is closed as well as can be."""
        self._wanted.set()
        if soon:
            self._stream.abort()
        else:
            self._stream.stop()
        self._stream.close()
        self._closed()


def _refused(library: Any, error: Exception) -> DeviceError:
    if library.default.device[1] < 0:
        return none_at_all()
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
