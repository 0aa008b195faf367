"""What the recorder tells, as lines of the take: written down first, then told to who listens.

Nothing here records, and nothing sends.
"""

from collections.abc import Callable
from contextlib import suppress

from s3audio_tui.audio.recorded import (
    ChunkBroken,
    ChunkClosed,
    ChunkOpened,
    Marked,
    Overflowed,
    Recorded,
    Silent,
)
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.disk_room import Room
from s3audio_tui.library.spool import Sender, TakeFolder
from s3audio_tui.library.take_lines import NOTHING_YET, Gone
from s3audio_tui.library.takes import Closed, Line, Marker, Opened, Overflow

Listener = Callable[[Line | S3AudioError | Room], None]


class Notes:
    """Writes lines of one take, in one thread or another."""

    def __init__(self, tell: Listener, sender: Sender | None) -> None:
        self._tell, self._sender = tell, sender
        self.broken: S3AudioError | None = None
        """Why a chunk is not whole: who finds the take mends it."""

    def hear(self, folder: TakeFolder, event: Recorded) -> None:
        """Write down what has happened to a chunk, or at a place."""
        match event:
            case ChunkOpened(index, first_frame, path, started_at):
                self.say(folder, Opened(index, first_frame, started_at, path.name))
            case ChunkClosed(index, frames=0, path=path):  # the disk was full at its first byte
                with suppress(OSError):
                    path.unlink(missing_ok=True)
                self.say(folder, Gone(index, NOTHING_YET))
            case ChunkClosed(index, _, frames, path, sha256, size_bytes):
                self.say(folder, Closed(index, frames, size_bytes, sha256, path.name))
                if self._sender is not None:
                    self._sender.send(folder, index)
            case ChunkBroken():
                self.broken = event.error
                self._tell(event.error)
            case Overflowed(frame):
                self.say(folder, Overflow(frame))
            case Marked(frame, word):
                self.say(folder, Marker(frame, word))
            case Silent():
                self._tell(_only_silence())

    def say(self, folder: TakeFolder, line: Line) -> None:
        """Write a line down; what the disk refuses is written with the next one."""
        try:
            folder.say(line)
        except S3AudioError as error:
            folder.owe(line)
            self._tell(error)
        else:
            self._tell(line)


def _only_silence() -> S3AudioError:
    return S3AudioError(
        "nothing but silence comes in: the microphone may be muted, or gone",
        "look at it; the recording goes on",
    )
