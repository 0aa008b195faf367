"""PortAudio, once for all that play and record.

It looks for devices when it begins, and never again; so it is begun anew, when nothing is open, to
see those that came or went. Who only wants to see them asks `devices.now`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from s3audio_tui.audio.devices import Named, chosen, portaudio
from s3audio_tui.errors import DeviceError


class SoundLibrary:
    """The library as Python has it (sounddevice). Safe in any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._open = 0
        self._stale = False

    @contextmanager
    def held(self) -> Iterator[Any]:
        """Yield it, with the devices that are there now, as far as nothing is open.

        Nobody else opens a stream, or begins it anew, meanwhile. Raises `DeviceError`.
        """
        with self._lock:
            yield self._fresh()

    def number(
        self, wanted: str, look: Callable[[Any], Sequence[Named]], kind: str = "sound device"
    ) -> int | None:
        """Return the number of the device that is wanted, None for the system's own.

        Looks anew where there is none, and nothing is open. Raises `DeviceError`.
        """
        if not wanted:
            return None
        with self._lock:
            try:
                return chosen(look(self._fresh()), wanted, kind).number
            except DeviceError:
                if self._open:
                    raise
            self._stale = True
            return chosen(look(self._fresh()), wanted, kind).number

    def forget(self) -> None:
        """Look for devices anew before they are asked for again. Never waits."""
        self._stale = True

    def opened(self) -> None:
        """Take note of a stream."""
        with self._lock:
            self._open += 1

    def closed(self) -> None:
        """Take note of its end."""
        with self._lock:
            self._open -= 1

    def _fresh(self) -> Any:
        """Return sounddevice's module; its devices are looked for anew where that is needed.

        A stream that is not closed, though its device is gone, would be closed by that, and then a
        second time.
        """
        library = portaudio()
        if self._stale and not self._open:
            self._stale = False
            with suppress(library.PortAudioError):  # it may not have begun
                library._terminate()
            try:
                library._initialize()
            except library.PortAudioError as error:
                self._stale = True
                raise DeviceError(f"the sound system fails ({error})", "try again") from None
        return library


SOUND_LIBRARY = SoundLibrary()
