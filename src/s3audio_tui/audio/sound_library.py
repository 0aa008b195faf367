"""PortAudio, once for all that play and record.

It looks for devices when it begins, and never again; so it is begun anew, when nothing is open, to
see those that came or went.
"""

import threading
from typing import Any

from s3audio_tui.errors import DeviceError


class SoundLibrary:
    """The library as Python has it (sounddevice). Safe in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self._stale = False

    def loaded(self) -> Any:
        """Return it, with the devices that are there now, as far as nothing is open.

        Raises `DeviceError` where the machine has none.
        """
        try:
            import sounddevice
        except OSError:
            raise DeviceError(
                "there is no sound: the library PortAudio is missing",
                "install it (on Debian and Ubuntu: sudo apt-get install libportaudio2)",
            ) from None
        with self._lock:
            if self._stale and not self._open:
                sounddevice._terminate()
                sounddevice._initialize()
                self._stale = False
        return sounddevice

    def forget(self) -> None:
        """Look for devices anew before they are asked for again."""
        with self._lock:
            self._stale = True

    def opened(self) -> None:
        """Take note of a stream."""
        with self._lock:
            self._open += 1

    def closed(self) -> None:
        """Take note of its end."""
        with self._lock:
            self._open -= 1


SOUND_LIBRARY = SoundLibrary()
