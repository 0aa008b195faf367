"""What becomes of a chunk, in whatever order things happen: it is never lost, nor open for ever."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3audio_tui.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    SettingsError,
    UnreachableError,
)
from s3audio_tui.library import chunk_sending
from s3audio_tui.library.chunk_doors import Confirmed, LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.opening import Library
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.takes import Chunk, NotSent, Take
from s3audio_tui.library.transfers import State, Transfer, TransferQueue
from tests.audio.microphone import MadeUp, counter
from tests.harm.judging import wait_until
from tests.library.stubborn import Stubborn, taken


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what waits for the network try it again soon."""
    monkeypatch.setattr(chunk_sending, "_PAUSES_S", (0.05,))


@pytest.fixture
def queue() -> Iterator[TransferQueue]:
    """A queue of transfers."""
    made = TransferQueue(4)
    yield made
    made.close(10)


class LateEnd(TransferQueue):
    """A queue in which what fails ends only when a test lets it."""

    def __init__(self) -> None:
        super().__init__(4)
        self.fails, self.may_end = threading.Event(), threading.Event()

    def _end(self, transfer: Transfer, ended: State, error: S3AudioError | None) -> None:
        if ended == "failed":
            self.fails.set()
            assert self.may_end.wait(30)
        super()._end(transfer, ended, error)


def test_what_gets_through_while_a_refusal_ends_loses_no_chunk(
    library: Library, tmp_path: Path
) -> None:
    """One is refused; before its transfer has ended, another one gets through."""
    queue, door = LateEnd(), Stubborn(LibraryDoor(library))
    door.failures = [NotAllowedError("not yet")]
    sending, heard = ChunkSending(door, queue, lambda *_: None), MadeUp()
    spool, plan = Spool(tmp_path / "spool"), Plan(chunk_s=0.01)
    recording = Recording(spool, heard, plan, lambda *_: None, sending)
    recording.start()
    heard.take(counter(0, 480).tobytes(), False)
    assert queue.fails.wait(30)
    folder = recording.folder
    assert folder is not None
    heard.take(counter(480, 480).tobytes(), False)
    wait_until(lambda: chunk_states(folder)[1:2] == ["in_s3"], "the second did not come")
    queue.may_end.set()
    assert sending.wait(folder, 30)
    heard.take(counter(960, 960).tobytes(), False)
    assert recording.close()
    assert sending.wait(folder, 30)
    assert chunk_states(folder) == ["in_s3"] * 4
    queue.close(10)


def chunk_states(folder: TakeFolder) -> list[str]:
    """Return how each chunk stands."""
    return [chunk.state for chunk in folder.take.chunks if chunk.frames]


@pytest.mark.parametrize(
    "odd",
    [
        ImportError("no packer"),
        MemoryError(),
        RuntimeError("can't start new thread"),
        pytest.param(
            KeyError("a defect"),
            marks=pytest.mark.filterwarnings(
                "ignore::pytest.PytestUnhandledThreadExceptionWarning"
            ),
        ),
    ],
)
def test_what_nobody_foresaw_is_a_refusal_with_a_reason_and_may_be_tried_again(
    odd: Exception, library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    door = Stubborn(LibraryDoor(library))
    door.failures = [odd]
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 30)
    chunk = folder.take.chunk(0)
    assert chunk.state == "failed" and chunk.error
    assert sending.refusal is not None
    assert (folder.path / chunk.file).exists()
    sending.send_all(folder)
    assert sending.wait(folder, 30)
    assert (chunk.state, chunk.error) == ("in_s3", "")


def test_what_s3_has_is_neither_sent_again_nor_called_refused(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    door = Stubborn(LibraryDoor(library))
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 30)
    sending.send(folder, 0)
    assert sending.wait(folder, 30)
    assert door.tried == [0]
    folder.say(NotSent(0, "late"))
    assert chunk_states(folder) == ["in_s3"]
    folder.close()
    assert [chunk.state for chunk in Spool(tmp_path / "spool").takes()[0].chunks] == ["in_s3"]


def test_a_file_that_cannot_be_removed_takes_nothing_back_from_what_s3_has(
    library: Library, queue: TransferQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stays(self: TakeFolder, index: int) -> None:
        raise PermissionError(1, "not yours", str(self.chunk_path(index)))

    monkeypatch.setattr(TakeFolder, "remove_sent", stays)
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 30)
    assert chunk_states(folder) == ["in_s3"]
    assert sending.refusal is None


def test_a_transfer_that_is_stopped_leaves_its_chunk_on_the_disk(
    library: Library, tmp_path: Path
) -> None:
    door, queue = Stubborn(LibraryDoor(library)), TransferQueue(1)
    door.failures = [UnreachableError("no network")] * 1000
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 960)
    wait_until(lambda: sending.trouble is not None, "nobody says that it is gone")
    assert chunk_states(folder)[0] == "sending"
    queue.close(10)
    assert sending.wait(folder, 10)
    assert chunk_states(folder) == ["on_disk"] * 2


def test_whoever_pauses_or_retries_all_that_is_listed_means_no_chunk(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    class Meddled(Stubborn):
        def put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
            queue.pause_all()
            return super().put(take, chunk, path, transfer)

    door = Meddled(LibraryDoor(library))
    door.failures = [NotAllowedError("not yet")]
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 30)
    wait_until(lambda: not queue.busy, "it does not end")
    queue.retry_all()
    assert not queue.busy
    sending.send_all(folder)
    assert sending.wait(folder, 30)
    assert (chunk_states(folder), door.tried) == (["in_s3"], [0, 0])
    wait_until(lambda: not queue.busy, "it does not end")
    assert not queue.totals().count("failed", "done")
    with queue._changed:
        assert not queue._events


@pytest.mark.parametrize("kind", [NotAllowedError, NotFoundError, ConflictError])
def test_what_is_refused_shows_that_the_network_is_there(
    kind: type[S3AudioError], library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    door = Stubborn(LibraryDoor(library))
    door.failures = [UnreachableError("no network"), kind("not yet")]
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 30)
    assert (sending.trouble, str(sending.refusal)) == (None, "not yet")


def test_a_file_that_does_not_open_is_no_sign_of_the_network(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    class Vanishing(Stubborn):
        def put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
            path.unlink()
            raise UnreachableError("no network")

    sending = ChunkSending(Vanishing(LibraryDoor(library)), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 30)
    assert "No such file" in folder.take.chunk(0).error
    assert sending.trouble is not None


def test_what_was_refused_is_not_sent_again_once_all_are_stopped(
    library: Library, tmp_path: Path
) -> None:
    queue = TransferQueue(1)

    class Stopping(Stubborn):
        def put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
            confirmed = super().put(take, chunk, path, transfer)
            queue.stop_all()
            return confirmed

    door = Stopping(LibraryDoor(library))
    door.failures = [NotAllowedError("not yet")]
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 960)
    assert sending.wait(folder, 30)
    assert (chunk_states(folder), door.tried) == (["failed", "in_s3"], [0, 1])
    queue.close(10)


def test_a_chunk_for_which_there_is_no_key_is_not_on_its_way_for_ever(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    class Keyless(Stubborn):
        def key(self, take: Take, chunk: Chunk) -> str:
            raise SettingsError("no such layout")

    sending = ChunkSending(Keyless(LibraryDoor(library)), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert chunk_states(folder) == ["on_disk"]
    assert sending.open_chunks(folder) == 0


def test_a_network_that_was_gone_before_there_was_a_chunk_is_given_its_time(
    library: Library, tmp_path: Path
) -> None:
    queue = TransferQueue(1)
    door = Stubborn(LibraryDoor(library))
    door.failures = [UnreachableError("no network")] * 1000
    sending = ChunkSending(door, queue, lambda *_: None)
    sending.trouble, sending.trouble_since = UnreachableError("no network"), -1000.0
    taken(tmp_path, sending, 480)
    assert sending.trouble_since > 0
    queue.close(10)


class Rested(Stubborn):
    """Counts how often what is held was given back."""

    rested = 0

    def rest(self) -> None:
        """As `Door.rest`."""
        self.rested += 1


def test_what_is_held_is_given_back_when_a_take_ends_in_a_pause(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    door, heard = Rested(LibraryDoor(library)), MadeUp()
    door.failures = [NotAllowedError("not yet")]
    sending = ChunkSending(door, queue, lambda *_: None)
    spool, plan = Spool(tmp_path / "spool"), Plan(chunk_s=0.01)
    recording = Recording(spool, heard, plan, lambda *_: None, sending)
    recording.start()
    heard.take(counter(0, 480).tobytes(), False)
    recording.pause()
    assert recording.wait_quiet(30) and recording.folder is not None
    assert sending.wait(recording.folder, 30)
    wait_until(lambda: not queue.busy, "it does not end")
    assert (recording.close(), door.rested) == (True, 0)
    sending.rest(recording.folder)
    wait_until(lambda: bool(door.rested), "it is held still")


def test_while_nothing_answers_nothing_is_given_back(library: Library, tmp_path: Path) -> None:
    queue = TransferQueue(1)
    door = Rested(LibraryDoor(library))
    door.failures = [UnreachableError("no network")] * 1000
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    wait_until(lambda: sending.trouble is not None, "nobody says that it is gone")
    queue.close(10)
    assert sending.wait(folder, 10) and not sending.finish(folder)
    assert not door.rested
