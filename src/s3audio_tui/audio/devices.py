"""The devices that play: what there is; and which one of some devices is meant.

PortAudio looks for devices once, when it begins, and cannot begin anew while one of them is open.
So whoever wants to see what is there now asks a process of its own: `python -m` this module.
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from s3audio_tui.errors import DeviceError

T = TypeVar("T")

_PATIENCE_S = 15.0
_MOST_NAMED = 8


class Device(msgspec.Struct, frozen=True):
    """A device that plays. `name` is the system's text, `number` holds until the next look."""

    number: int
    name: str
    is_default: bool


class Named(Protocol):
    """A device, whatever it does."""

    @property
    def number(self) -> int:
        """Where it is in PortAudio's list."""

    @property
    def name(self) -> str:
        """The system's text."""


AnyDevice = TypeVar("AnyDevice", bound=Named)


class _Told(msgspec.Struct):
    """What the process says: the devices, or what is wrong and what to do."""

    devices: list[Device] = []
    trouble: tuple[str, str] | None = None


def portaudio() -> Any:
    """Return sounddevice's module, with PortAudio behind it. Raises `DeviceError`."""
    try:
        import sounddevice
    except OSError:
        raise DeviceError(
            "there is no sound: the library PortAudio is missing",
            "install it (on Debian and Ubuntu: sudo apt-get install libportaudio2)",
        ) from None
    return sounddevice


def found(library: Any) -> list[Device]:
    """Return the devices that PortAudio found when it began."""
    first = library.default.device[1]
    return [
        Device(number, each["name"], number == first)
        for number, each in enumerate(library.query_devices())
        if each["max_output_channels"] > 0
    ]


def now() -> list[Device]:
    """Return the devices that are there now, also while one of them plays.

    Waits for a process of its own. Raises `DeviceError`.
    """
    told = answer(__name__, _Told)
    if told.trouble is not None:
        raise DeviceError(*told.trouble)
    return told.devices


def answer(module: str, kind: type[T]) -> T:
    """Return what a module says as JSON when it is run. Raises `DeviceError`."""
    try:
        ran = subprocess.run(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
        )
        return msgspec.json.decode(ran.stdout, type=kind)
    except subprocess.TimeoutExpired:
        raise DeviceError("the sound system does not answer", "try again") from None
    except (OSError, msgspec.DecodeError):
        raise DeviceError("the sound devices cannot be listed", "try again") from None


def chosen(devices: Sequence[AnyDevice], wanted: str, kind: str = "sound device") -> AnyDevice:
    """Return the device of a number, of a name, or with that in its name.

    Raises `DeviceError`, which names those that there are, where it is none, or one of several.
    """
    folded = wanted.strip().casefold()
    if folded.isdecimal() and (same := [each for each in devices if each.number == int(folded)]):
        return same[0]
    if same := [each for each in devices if each.name.casefold() == folded]:
        return same[0]
    some = [each for each in devices if folded in each.name.casefold()]
    if len(some) == 1:
        return some[0]
    if not devices:
        raise none_at_all(kind)
    if some:
        raise DeviceError(f"several {kind}s are called {wanted!r}", _one_of(some))
    raise DeviceError(f"there is no {kind} {wanted!r}", _one_of(devices))


def none_at_all(kind: str = "sound device") -> DeviceError:
    """Return what is said where nothing plays, or records."""
    return DeviceError(f"there is no {kind}", "connect one, and try again")


def _one_of(devices: Sequence[Named]) -> str:
    names = [f"{each.number} {each.name}" for each in devices[:_MOST_NAMED]]
    more = len(devices) - len(names)
    return f"choose one of {', '.join(names)}" + (f" and {more} more" if more else "")


def _main() -> None:
    told = _Told()
    try:
        told.devices = found(portaudio())
    except DeviceError as error:
        told.trouble = error.message, error.remedy
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    _main()
