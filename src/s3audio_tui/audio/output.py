"""Where sound comes out: the machine's sound card, by PortAudio; or nowhere, at the same pace.

PortAudio's library is loaded when the first stream is opened, since many machines have none.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from s3audio_tui.audio.devices import Device, found, none_at_all
from s3audio_tui.audio.ring import CHANNELS
from s3audio_tui.audio.sound_library import SOUND_LIBRARY
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

    def devices(self) -> list[Device]:
        """Return the devices that play, as they were when they were looked for last.

        Raises `DeviceError`.
        """
        with SOUND_LIBRARY.held() as library:
            return found(library)

    def forget(self) -> None:
        """Look for devices anew before the next one is opened."""
        SOUND_LIBRARY.forget()

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        """As `Output.open`."""
        with SOUND_LIBRARY.held() as library:
            number = SOUND_LIBRARY.number(self.device, found)
            wanted = threading.Event()

            def ended() -> None:
                if not wanted.is_set():
                    SOUND_LIBRARY.forget()
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
                SOUND_LIBRARY.forget()
                raise _refused(library, error) from None
            try:
                stream.start()
            except library.PortAudioError as error:
                stream.close()
                SOUND_LIBRARY.forget()
                raise _refused(library, error) from None
            SOUND_LIBRARY.opened()
            return _Playing(stream, wanted)


class _Playing:
    def __init__(self, stream: Any, wanted: threading.Event) -> None:
        self._stream = stream
        self._wanted = wanted
        self.latency_s = float(stream.latency)

    def close(self, *, soon: bool = False) -> None:
        """As `Stream.close`. A device that has gone is closed as well as can be."""
        self._wanted.set()
        if soon:
            self._stream.abort()
        else:
            self._stream.stop()
        self._stream.close()
        SOUND_LIBRARY.closed()


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
