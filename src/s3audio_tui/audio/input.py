"""Where sound comes in: a microphone of this machine, by PortAudio.

PortAudio's library is loaded when it is first asked for, since many machines have none.
"""

import threading
from collections.abc import Callable
from typing import Any, Protocol

from s3audio_tui.audio import input_devices
from s3audio_tui.audio.devices import none_at_all
from s3audio_tui.audio.input_devices import KIND, InputDevice, found
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


class Microphone:
    """The device that is named, by its number or a part of its name, or the machine's own."""

    def __init__(self, device: str = "") -> None:
        self.device = device
        self._called = device

    @property
    def name(self) -> str:
        """As `Input.name`: what the system calls it, once it has been opened."""
        return self._called

    def devices(self) -> list[InputDevice]:
        """Return the devices that record, as they are now, with what they can do.

        Waits for a process of its own. Raises `DeviceError`.
        """
        return input_devices.now()

    def formats(self) -> list[SampleFormat]:
        """Return what the device can do. Raises `DeviceError`."""
        with SOUND_LIBRARY.held() as library:
            number = SOUND_LIBRARY.number(self.device, found, KIND)
            most = min(MOST_CHANNELS, int(_about(library, number)["max_input_channels"]))
            return [
                form
                for channels in sorted({1, min(2, most), most})
                for rate_hz in RATES_HZ
                for bits in (16, 24)
                if _can(library, number, form := SampleFormat(rate_hz, channels, bits))
            ]

    def open(self, form: SampleFormat, take: Take, gone: Callable[[], None]) -> InputStream:
        """As `Input.open`."""
        wanted = threading.Event()

        def came(data: Any, frames: int, times: Any, status: Any) -> None:
            take(bytes(data), bool(status.input_overflow))

        def ended() -> None:
            if not wanted.is_set():
                SOUND_LIBRARY.forget()
                gone()

        with SOUND_LIBRARY.held() as library:
            number = SOUND_LIBRARY.number(self.device, found, KIND)
            called = str(_about(library, number)["name"])
            try:
                stream = library.RawInputStream(
                    samplerate=form.rate_hz,
                    channels=form.channels,
                    dtype=f"int{form.bits}",
                    device=number,
                    blocksize=round(form.rate_hz * BLOCK_S),
                    latency="high",
                    callback=came,
                    finished_callback=ended,
                )
            except (library.PortAudioError, ValueError) as error:
                SOUND_LIBRARY.forget()
                raise _refused(library, error, form) from None
            try:
                stream.start()
            except library.PortAudioError as error:
                wanted.set()
                stream.close()
                SOUND_LIBRARY.forget()
                raise _refused(library, error, form) from None
            self._called = called
            SOUND_LIBRARY.opened()
            return _Listening(library, stream, wanted)


def _about(library: Any, number: int | None) -> dict[str, Any]:
    try:
        about: dict[str, Any] = library.query_devices(number, "input")
    except (library.PortAudioError, ValueError) as error:
        SOUND_LIBRARY.forget()
        raise _refused(library, error, None) from None
    return about


def _can(library: Any, number: int | None, form: SampleFormat) -> bool:
    try:
        library.check_input_settings(number, form.channels, f"int{form.bits}", None, form.rate_hz)
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
        return none_at_all(KIND)
    reason = str(error).partition("[")[0].strip().rstrip(":")
    wanted = f" {form.rate_hz} Hz, {form.channels} channels" if form is not None else ""
    return DeviceError(
        f"the microphone does not record{wanted} ({reason})",
        "`s3audio rec devices` lists what there is, and what it can do",
    )
