"""Devices as lines: the system's own choice, and below it each that there is."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle
from s3audio_tui.tui.widgets.line_list import LineList, Piece

_MARKS = 4


class Device(Protocol):
    """A device, whatever it does."""

    @property
    def name(self) -> str:
        """What the system calls it."""

    @property
    def is_default(self) -> bool:
        """Whether it is the one that the system has chosen."""


D = TypeVar("D", bound=Device)


class DeviceLines(LineList, Generic[D]):
    """Stands on the one that is chosen now, which has a dot."""

    def __init__(self, *, id: str, most: int) -> None:
        """Take how many lines are shown at most."""
        super().__init__(id=id)
        self.devices: Sequence[D] = ()
        self.chosen: int | None = 0
        """The line of what is chosen now; None where that is not there."""
        self._most = most

    def show(self, devices: Sequence[D], chosen: int | None) -> None:
        """Show these, and stand on the line that is chosen now."""
        self.devices, self.chosen = devices, chosen
        self.styles.height = min(len(devices) + 1, self._most)
        self.relist(len(devices) + 1, chosen or 0)

    def name_at(self, line: int) -> str:
        """Return the name of a line's device; nothing for the system's own choice."""
        return self.devices[line - 1].name if line else ""

    def device_at(self, line: int) -> D | None:
        """Return the device of a line; of the system's own the one that it is now."""
        if line:
            return self.devices[line - 1]
        return next((each for each in self.devices if each.is_default), None)

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return a device's line."""
        here = line == self.chosen
        bar, dot = "▌" if line == self.cursor and self.has_focus else " ", "● " if here else "○ "
        head: list[Piece] = [(bar, "accent"), (dot, "accent" if here else "faint")]
        if line:
            return [*head, (clip_middle(safe(self.name_at(line)), width - _MARKS), "text")]
        usual = self.device_at(0)
        words, more = "The system's own", f"  now {safe(usual.name)}" if usual is not None else ""
        return [*head, (words, "text"), (clip_middle(more, width - len(words) - _MARKS), "dim")]
