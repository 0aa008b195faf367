"""What `play` needs later, begun while the file is looked up: half of the time is waiting."""

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from s3audio_tui.audio.children import READY, end, started
from s3audio_tui.audio.formats import by_ending

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library

_LEAVE_S = 2.0
_PLAIN = ("wav", "aiff")
"""What mostly needs no decoder."""


def begin_decoder(stack: ExitStack, name: str) -> "subprocess.Popen[bytes] | None":
    """Return a child that loads what decodes this; none for what needs none, by its name."""
    kind = by_ending(name)
    if kind is not None and kind.name in _PLAIN:
        return None
    child = started(READY, kind.name) if kind is not None else started(READY)
    stack.callback(end, child)
    return child


class Ahead:
    """What is begun in threads; all of them together hold the end of a block up for 2 s at most."""

    def __init__(self, stack: ExitStack, clock: Callable[[], float] = time.monotonic) -> None:
        self._stack, self._clock = stack, clock
        self._ends_at: float | None = None

    def begin(self, work: Callable[[], None]) -> None:
        """Do it in a thread; what fails there is met again, and said, by who needs it."""

        def run() -> None:
            try:
                work()
            except BaseException:  # noqa: BLE001 - nobody would hear it here
                return

        thread = threading.Thread(target=run, name="s3audio-ahead", daemon=True)
        thread.start()
        self._stack.callback(self._leave, thread)

    def _leave(self, thread: threading.Thread) -> None:
        now = self._clock()
        self._ends_at = now + _LEAVE_S if self._ends_at is None else self._ends_at
        thread.join(max(0.0, self._ends_at - now))


def load_sound() -> None:
    """Let PortAudio look for devices, and load what plays."""
    from s3audio_tui.audio.sound_library import SOUND_LIBRARY

    with SOUND_LIBRARY.held():
        pass


def load_player() -> None:
    """Load what decodes and plays."""
    from s3audio_tui.audio import player
    from s3audio_tui.library import playing

    del player, playing


def open_catalog(library: "Library") -> None:
    """Open the catalog's file, into which what is found in S3 is written."""
    library.catalog.meta("")
