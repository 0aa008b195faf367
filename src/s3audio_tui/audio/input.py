"""Where sound comes in: a microphone of this machine, by PortAudio.

PortAudio's library is loaded when it is first asked for, since many machines have none.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from s3audio_tui.audio.sample_format import MOST_CHANNELS, RATES_HZ, SampleFormat
from s3audio_tui.audio.sound_library import SOUND_LIBRARY
from s3audio_tui.errors import DeviceError

Take = Callable[[bytes, bool], None]
"""Gets frames, and whether some were lost before them. It may not wait, nor raise."""

BLOCK_S = 0.05
"""So much comes at once, and so much is lost with the program at most."""


_CLOSE_S = 2.0
"""A device that hangs holds nobody up for longer."""


class InputStream(Protocol):
    """Sound that is coming in."""

    def close(self) -> None:
        """End it; nothing comes any more."""


class Input(Protocol):
    """Something that sound can come from."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    def open(self, form: SampleFormat, take: Take, gone: Callable[[], None]) -> InputStream:
        """Begin to hand over frames; call `gone` when the device ends by itself.

        Raises `DeviceError`.
        """


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A device that records. `name` is the system's text."""

    number: int
    name: str
    channels: int
    rate_hz: int
    """Its own rate."""
    is_default: bool


class Microphone:
    """The device that is named, by its number or a part of its name, or the machine's own."""

    def __init__(self, device: str = "") -> None:
        self.device = int(device) if device.isdecimal() else device or None

    @property
    def name(self) -> str:
        """As `Input.name`: what the system calls it."""
        found = self._found(SOUND_LIBRARY.loaded())
        return str(found["name"])

    def devices(self) -> list[InputDevice]:
        """Return the devices that record, as they are now. Raises `DeviceError`."""
        library = SOUND_LIBRARY.loaded()
        first = library.default.device[0]
        return [
            InputDevice(
                number,
                str(found["name"]),
                int(found["max_input_channels"]),
                round(found["default_samplerate"]),
                number == first,
            )
            for number, found in enumerate(library.query_devices())
            if found["max_input_channels"] > 0
        ]

    def formats(self) -> list[SampleFormat]:
        """Return what the device can do. Raises `DeviceError`."""
        library = SOUND_LIBRARY.loaded()
        most = min(MOST_CHANNELS, int(self._found(library)["max_input_channels"]))
        found = []
        for channels in sorted({1, min(2, most), most}):
            for rate_hz in RATES_HZ:
                for bits in (16, 24):
                    form = SampleFormat(rate_hz, channels, bits)
                    if self._can(library, form):
                        found.append(form)
        return found

    def open(self, form: SampleFormat, take: Take, gone: Callable[[], None]) -> InputStream:
        """As `Input.open`."""
        library = SOUND_LIBRARY.loaded()
        wanted = threading.Event()

        def came(data: Any, frames: int, times: Any, status: Any) -> None:
            take(bytes(data), bool(status.input_overflow))

        def ended() -> None:
            if not wanted.is_set():
                SOUND_LIBRARY.forget()
                gone()

        try:
            stream = library.RawInputStream(
                samplerate=form.rate_hz,
                channels=form.channels,
                dtype=f"int{form.bits}",
                device=self.device,
                blocksize=round(form.rate_hz * BLOCK_S),
                latency="high",
                callback=came,
                finished_callback=ended,
            )
            stream.start()
        except (library.PortAudioError, ValueError) as error:
            SOUND_LIBRARY.forget()
            raise _refused(library, error, form) from None
        SOUND_LIBRARY.opened()
        return _Listening(library, stream, wanted)

    def _found(self, library: Any) -> dict[str, Any]:
        try:
            found: dict[str, Any] = library.query_devices(self.device, "input")
        except (library.PortAudioError, ValueError) as error:
            SOUND_LIBRARY.forget()
            raise _refused(library, error, None) from None
        return found

    def _can(self, library: Any, form: SampleFormat) -> bool:
        try:
            library.check_input_settings(
                self.device, form.channels, f"int{form.bits}", None, form.rate_hz
            )
        except (library.PortAudioError, ValueError):
            return False
        return True


class _Listening:
    def __init__(self, library: Any, stream: Any, wanted: threading.Event) -> None:
        self._library, self._stream, self._wanted = library, stream, wanted

    def close(self) -> None:
        if self._wanted.is_set():
            return
        self._wanted.set()
        closing = threading.Thread(target=self._close, name="s3audio-input-end", daemon=True)
        closing.start()
        closing.join(_CLOSE_S)

    def _close(self) -> None:
        try:
            self._stream.abort()
            self._stream.close()
        except self._library.PortAudioError:
            return  # a device that has gone cannot be closed any better
        finally:
            SOUND_LIBRARY.closed()


def _refused(library: Any, error: Exception, form: SampleFormat | None) -> DeviceError:
    if library.default.device[0] < 0:
        return DeviceError("there is no microphone", "connect one, and try again")
    reason = str(error).partition("[")[0].strip().rstrip(":")
    wanted = f" {form.rate_hz} Hz, {form.channels} channels" if form is not None else ""
    return DeviceError(
        f"the microphone does not record{wanted} ({reason})",
        "`s3audio rec devices` lists what there is, and what it can do",
    )
