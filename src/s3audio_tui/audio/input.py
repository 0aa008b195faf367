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

BLOCK_S = 0.1
"""So much comes at once, and so much is lost with the program at most."""

SILENT_LOOKS = 6
"""So many looks without a block between them, and the device is taken for gone: 3 s, where the
longest pause that was measured, on a busy machine, is far shorter."""

FIRST_LOOKS = 20
"""Before its first block a device has longer: one without a wire may have to be woken."""

_LOOK_S = 0.5
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
        """Begin to hand over frames; call `gone` when the device ends by itself, or hangs.

        Raises `DeviceError`.
        """


class Watch:
    """Calls `gone` once: when a stream says that it has ended, or when nothing comes from it.

    Looks are counted, not seconds, so that a machine that slept is no device that hangs.
    """

    def __init__(self, gone: Callable[[], None], look_s: float = _LOOK_S) -> None:
        self.over = threading.Event()
        """Nobody wants to hear of it any more."""
        self._gone, self._look_s = gone, look_s
        self._blocks = self._seen = self._still = 0

    def came(self) -> None:
        """Take note of a block, in the device's thread."""
        self._blocks += 1

    def start(self) -> None:
        """Look from now on, in a thread of its own."""
        threading.Thread(target=self._work, name="s3audio-input-watch", daemon=True).start()

    def ended(self) -> None:
        """Say that it has gone, unless nobody wants to hear that."""
        if not self.over.is_set():
            self.over.set()
            SOUND_LIBRARY.forget()
            self._gone()

    def look(self) -> None:
        """See whether something has come since the last look."""
        self._still = self._still + 1 if self._blocks == self._seen else 0
        self._seen = self._blocks
        if self._still >= (SILENT_LOOKS if self._blocks else FIRST_LOOKS):
            self.ended()

    def _work(self) -> None:
        while not self.over.wait(self._look_s):
            self.look()


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
        watch = Watch(gone)

        def came(data: Any, frames: int, times: Any, status: Any) -> None:
            watch.came()
            take(bytes(data), bool(status.input_overflow))

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
                    finished_callback=watch.ended,
                )
            except (library.PortAudioError, ValueError) as error:
                SOUND_LIBRARY.forget()
                raise _refused(library, error, form) from None
            try:
                stream.start()
            except library.PortAudioError as error:
                watch.over.set()
                stream.close()
                SOUND_LIBRARY.forget()
                raise _refused(library, error, form) from None
            self._called = called
            SOUND_LIBRARY.opened()
            watch.start()
            return _Listening(library, stream, watch)


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
    def __init__(self, library: Any, stream: Any, watch: Watch) -> None:
        self._library, self._stream, self._watch = library, stream, watch
        self._closed = False

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._watch.over.set()
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
