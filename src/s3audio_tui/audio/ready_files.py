"""Files for the chunks that come next, made before they are needed.

To make a file may take as long as the disk is busy with others, 50 ms and more; so a thread of its
own does it, some chunks ahead, and neither the one that writes nor the one that syncs waits.
"""

import threading
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from s3audio_tui.audio.attempt import attempt
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import WavFile

AHEAD = 3
"""So many files are ready; chunks of 1 s are written on while the disk stands still for 3."""


class ReadyFiles:
    """Safe in any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wished: dict[Path, SampleFormat] = {}
        self._making: Path | None = None
        self._made: dict[Path, WavFile] = {}
        self._over = False
        threading.Thread(target=self._work, name="s3audio-files", daemon=True).start()

    def wish(self, paths: Iterable[Path], form: SampleFormat) -> None:
        """Have them ready, soon; the first is needed first."""
        with self._changed:
            for path in paths:
                if path not in self._made and path != self._making:
                    self._wished[path] = form
            self._changed.notify_all()

    def opened(self, path: Path, form: SampleFormat) -> WavFile:
        """Return the file that is ready, or else open it. Raises `OSError`."""
        with self._changed:
            self._changed.wait_for(lambda: self._making != path)
            self._wished.pop(path, None)
            made = self._made.pop(path, None)
        return WavFile(path, form) if made is None else made

    def discard(self) -> None:
        """Remove those that nobody has needed."""
        with self._changed:
            self._wished.clear()
            self._changed.wait_for(lambda: self._making is None)
            made, self._made = self._made, {}
            for file in made.values():
                with suppress(OSError):
                    file.close()
                with suppress(OSError):
                    file.path.unlink()  # nothing was written into it

    def end(self) -> None:
        """Make none any more."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wished or self._over)
                if self._over:
                    return
                path = self._making = next(iter(self._wished))
                form = self._wished.pop(path)
            attempt(partial(self._make, path, form), "no file was made ready")

    def _make(self, path: Path, form: SampleFormat) -> None:
        made: WavFile | None = None
        try:
            with suppress(OSError):  # who needs it says what is wrong
                made = WavFile(path, form)
        finally:
            with self._changed:
                self._making = None
                if made is not None:
                    self._made[path] = made
                self._changed.notify_all()
