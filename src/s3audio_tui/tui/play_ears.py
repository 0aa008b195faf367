"""What is heard as a value, and who is told of it a few times a second."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec

from s3audio_tui.catalog.rows import Row

if TYPE_CHECKING:
    from textual.timer import Timer

    from s3audio_tui.audio.told import State

_LOOK_S = 0.2

Frames = tuple[int, int | None]
"""From a frame to before another one; None is the end."""


class Heard(msgspec.Struct, frozen=True):
    """What is heard now. `silent` is whether no device plays it, `queued` how many wait."""

    row: Row
    state: "State"
    at_s: float = 0.0
    duration_s: float | None = None
    loops: bool = False
    silent: bool = False
    queued: int = 0
    volume: float | None = None
    """Where it was just changed."""


Tell = Callable[[Heard | None], None]


class Every(Protocol):
    """Makes a timer that runs again and again."""

    def __call__(self, interval: float, callback: Callable[[], None]) -> "Timer":
        """Run `callback` every so many seconds."""


class Ears:
    """Looks while something plays, and tells all who follow."""

    def __init__(self, every: Every, look: Callable[[], None]) -> None:
        """Take what makes timers, and what looks where it is."""
        self._every, self._look = every, look
        self._timer: Timer | None = None
        self._tells: list[Tell] = []
        self.heard: Heard | None = None

    def follow(self, tell: Tell) -> Callable[[], None]:
        """Tell what is heard now, and from now on; return what ends that."""
        self._tells.append(tell)
        tell(self.heard)
        return partial(self._tells.remove, tell)

    def tell(self, heard: Heard | None) -> None:
        """Tell all what is heard now."""
        self.heard = heard
        for tell in [*self._tells]:
            tell(heard)

    def open(self) -> None:
        """Look from now on."""
        if self._timer is None:
            self._timer = self._every(_LOOK_S, self._look)

    def shut(self) -> None:
        """Nothing plays any more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.tell(None)

    def close(self) -> None:
        """Tell nobody any more."""
        self._tells.clear()
