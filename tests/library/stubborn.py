"""A door that refuses as a test says, and takes that go through it."""

from pathlib import Path

from s3audio_tui.library.chunk_doors import Confirmed, LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.takes import Chunk, Take
from s3audio_tui.library.transfers import Transfer
from tests.audio.microphone import MadeUp, counter


class Stubborn:
    """The library's door, behind one that refuses as a test says."""

    def __init__(self, door: LibraryDoor) -> None:
        self._door = door
        self.failures: list[Exception] = []
        self.tried: list[int] = []

    def key(self, take: Take, chunk: Chunk) -> str:
        """As `Door.key`."""
        return self._door.key(take, chunk)

    def put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
        """As `Door.put`."""
        self.tried.append(chunk.index)
        if self.failures:
            raise self.failures.pop(0)
        return self._door.put(take, chunk, path, transfer)

    def prepare(self, take: Take) -> None:
        """As `Door.prepare`."""

    def rest(self) -> None:
        """As `Door.rest`."""
        self._door.rest()

    def put_document(self, take: Take, data: bytes) -> str:
        """As `Door.put_document`."""
        return self._door.put_document(take, data)


def taken(tmp_path: Path, sending: ChunkSending, frames: int, keys: str = "take") -> TakeFolder:
    """Record a take of so many frames, in chunks of 480, and hand them on."""
    heard = MadeUp()
    plan = Plan(chunk_s=0.01, name="Größe", keys=keys)
    recording = Recording(Spool(tmp_path / "spool"), heard, plan, lambda *_: None, sending)
    recording.start()
    heard.take(counter(0, frames).tobytes(), False)
    assert recording.close()
    assert recording.folder is not None
    return recording.folder
