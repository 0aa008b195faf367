"""The devices that record, as they are now. Loads PortAudio in a process of its own.

That process is `python -m` this module: PortAudio looks for devices once, when it begins, and what
is open meanwhile in this process stays open.
"""

import sys
from typing import Any

import msgspec

from s3audio_tui.audio.devices import answer, portaudio
from s3audio_tui.audio.sample_format import RATES_HZ
from s3audio_tui.errors import DeviceError

KIND = "microphone"


class InputDevice(msgspec.Struct, frozen=True):
    """A device that records. `name` is the system's text, `number` holds until the next look."""

    number: int
    name: str
    channels: int
    rate_hz: int
    """Its own rate."""
    is_default: bool
    rates_hz: list[int] = []
    """What it can do, each by itself; empty where nobody has tried."""
    bits: list[int] = []


class _Told(msgspec.Struct):
    devices: list[InputDevice] = []
    trouble: tuple[str, str] | None = None


def found(library: Any) -> list[InputDevice]:
    """Return the devices that PortAudio found when it began."""
    first = library.default.device[0]
    return [
        InputDevice(
            number,
            str(each["name"]),
            int(each["max_input_channels"]),
            round(each["default_samplerate"]),
            number == first,
        )
        for number, each in enumerate(library.query_devices())
        if each["max_input_channels"] > 0
    ]


def now() -> list[InputDevice]:
    """Return the devices that are there now, with what they can do, also while one records.

    Waits for a process of its own. Raises `DeviceError`.
    """
    told = answer(__name__, _Told)
    if told.trouble is not None:
        raise DeviceError(*told.trouble)
    return told.devices


def _able(library: Any, device: InputDevice) -> InputDevice:
    """Return it with what it can do."""

    def can(rate_hz: int, bits: int) -> bool:
        channels = min(2, device.channels)
        try:
            library.check_input_settings(device.number, channels, f"int{bits}", None, rate_hz)
        except (library.PortAudioError, ValueError):
            return False
        return True

    return msgspec.structs.replace(
        device,
        rates_hz=[rate_hz for rate_hz in RATES_HZ if can(rate_hz, 16)],
        bits=[bits for bits in (16, 24) if can(device.rate_hz, bits)],
    )


def _main() -> None:
    told = _Told()
    try:
        library = portaudio()
        told.devices = [_able(library, each) for each in found(library)]
    except DeviceError as error:
        told.trouble = error.message, error.remedy
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    _main()
