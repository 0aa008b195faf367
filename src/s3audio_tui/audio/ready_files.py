"""Files for the chunks that come next, made before they are needed.

To make a file may take as long as the disk is busy with others, 50 ms and more; so a thread of its
own does it, some chunks ahead, and neither the one that writes nor the one that syncs waits.
"""

import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from s3audio_tui.audio.attempt import attempt
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import WavFile

AHEAD = 3
"""So many files are ready; chunks of 1 s are written on while the disk stands still for 3."""


class ReadyFiles:
    """Safe in any thread. Who takes a file that is ready waits for no lock."""

    def __init__(self) -> None:
        self._wished: SimpleQueue[tuple[int, Path, SampleFormat] | None] = SimpleQueue()
        self._made: dict[Path, WavFile] = {}
        """Each is taken out of it by one thread alone, which has it then."""
        self._changed = threading.Condition()
        self._round = 0
        self._making: Path | None = None
        self._not_ready: set[Path] = set()
        """Those of this round that were opened before they were made."""
        threading.Thread(target=self._work, name="s3audio-files", daemon=True).start()

    def wish(self, path: Path, form: SampleFormat) -> None:
        """Have it ready, soon. What is wished first is made first; wish for it once."""
        self._wished.put((self._round, path, form))

    def opened(self, path: Path, form: SampleFormat) -> WavFile:
        """Return the file that is ready, or else open it. Raises `OSError`."""
        made = self._made.pop(path, None)
        if made is not None:
            return made
        with self._changed:
            self._changed.wait_for(lambda: self._making != path)
            made = self._made.pop(path, None)
            self._not_ready.add(path)
        return WavFile(path, form) if made is None else made

    def discard(self) -> None:
        """Remove those that nobody has needed, and forget what was wished."""
        with self._changed:
            self._round += 1
            self._not_ready.clear()
            self._changed.wait_for(lambda: self._making is None)
            for path in [*self._made]:
                file = self._made.pop(path, None)
                if file is not None:
                    _remove(file)

    def end(self) -> None:
        """Make none any more."""
        self._wished.put(None)

    def _work(self) -> None:
        while (wish := self._wished.get()) is not None:
            of_round, path, form = wish
            with self._changed:
                if of_round != self._round or path in self._not_ready:
                    continue
                self._making = path
            attempt(partial(self._make, path, form), "no file was made ready")

    def _make(self, path: Path, form: SampleFormat) -> None:
        try:
            with suppress(OSError):  # who needs it says what is wrong
                self._made[path] = WavFile(path, form)
        finally:
            with self._changed:
                self._making = None
                self._changed.notify_all()


def _remove(file: WavFile) -> None:
    with suppress(OSError):
        file.close()
    with suppress(OSError):
        file.path.unlink()  # nothing was written into it
