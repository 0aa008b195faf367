"""A recorder that a test may kill: `python -m tests.harm.taking`, with an `Order` on stdin.

It hears a counter, faster than real time, and notes in a file that outlives it how many frames it
was given, and when. Or it recovers what another one left.
"""

import mmap
import struct
import sys
import threading
import time
from pathlib import Path

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.config import Settings
from s3audio_tui.library.chunk_doors import LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.opening import Library, open_library
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan, home_of
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.take_recovery import left_behind, recover
from s3audio_tui.library.transfers import TransferQueue
from tests.audio.microphone import MadeUp, counter

RATE_HZ = 48_000
BLOCK = RATE_HZ // 20
FASTER = 10
"""Times real time."""

_NOTE = struct.Struct("<qd")
_NOTES = 4096


class Order(msgspec.Struct):
    """What shall be done, and where."""

    settings: Settings
    spool: str
    notes: str
    chunk_s: float = 0.5
    records: bool = True
    packs: bool = False


class Notes:
    """How many frames were given until when; the last few thousand blocks, in a file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_NOTE.size * _NOTES))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def note(self, block: int, frames: int) -> None:
        """Note that so many frames have been given by now."""
        _NOTE.pack_into(self._map, block % _NOTES * _NOTE.size, frames, time.monotonic())

    def read(self) -> list[tuple[int, float]]:
        """Return frames and moments, in their order."""
        return sorted(note for note in _NOTE.iter_unpack(self._map[:]) if note[0])


def sent_all(library: Library, spool: Spool) -> None:
    """Recover all that is left behind, as the program does."""
    queue = TransferQueue(4)
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    for folder in left_behind(spool):
        recover(folder)
        sending.send_all(folder)
        assert sending.wait(folder, 60)
        folder.close(remove=sending.finish(folder))
    assert queue.close(60)


def _record(order: Order, library: Library) -> None:
    heard, notes = MadeUp(), Notes(Path(order.notes))
    plan = Plan(
        form=SampleFormat(RATE_HZ),
        chunk_s=order.chunk_s,
        home=home_of(library),
        packs=order.packs,
    )
    sending = ChunkSending(LibraryDoor(library), TransferQueue(4), lambda *_: None)
    recording = Recording(Spool(Path(order.spool)), heard, plan, lambda *_: None, sending)
    recording.start()
    began = time.monotonic()
    for block in range(20 * 60 * FASTER):
        heard.take(counter(block * BLOCK, BLOCK).tobytes(), False)
        notes.note(block, (block + 1) * BLOCK)
        time.sleep(max(0.0, began + block / 20 / FASTER - time.monotonic()))


def main() -> None:
    """Do it, until somebody kills this process, or it is done, or stdin ends."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    library = open_library(order.settings, state_folder=Path(order.spool).parent / "state")
    work = (
        _record
        if order.records
        else lambda order, library: sent_all(library, Spool(Path(order.spool)))
    )
    doing = threading.Thread(target=work, args=(order, library), daemon=True)
    doing.start()
    if not order.records:
        doing.join()
        return
    sys.stdin.read()


if __name__ == "__main__":
    main()
