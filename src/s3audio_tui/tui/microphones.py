"""The microphones as the app has them: loaded when one first records."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from s3audio_tui.audio.input import Input
    from s3audio_tui.audio.input_devices import InputDevice


class Inputs(Protocol):
    """What sound can come from."""

    def devices(self) -> "list[InputDevice]":
        """Return what there is now. Waits; raises `DeviceError`."""

    def input(self, device: str) -> "Input":
        """Return one by its name or a part of it; without a name the system's own."""


class Microphones:
    """Those of this machine."""

    def devices(self) -> "list[InputDevice]":
        """As `Inputs.devices`."""
        from s3audio_tui.audio import input_devices

        return input_devices.now()

    def input(self, device: str) -> "Input":
        """As `Inputs.input`."""
        from s3audio_tui.audio.input import Microphone

        return Microphone(device)
