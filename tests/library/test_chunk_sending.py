"""Chunks on their way to a real server: all of them, once, compared; whatever comes between."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from s3audio_tui.errors import ConflictError, NotAllowedError, UnreachableError
from s3audio_tui.library.chunk_doors import Confirmed, LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.opening import Library
from s3audio_tui.library.owed import owed
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Begun, Chunk, Take
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.store import objects
from s3audio_tui.store.target import Uploaded
from s3audio_tui.store.upload_parts import Parts
from tests.audio.microphone import MadeUp, counter
from tests.library.conftest import MakeLibrary
from tests.library.stubborn import Stubborn, taken


class Same(Plan, frozen=True):
    """A plan of which each take has the same id."""

    def begun(self, now: datetime, device: str) -> Begun:
        """As `Plan.begun`."""
        return msgspec.structs.replace(super().begun(now, device), id="same")


@pytest.fixture
def queue() -> Iterator[TransferQueue]:
    """A queue of transfers."""
    made = TransferQueue(4)
    yield made
    made.close(10)


def in_the_library(library: Library, take: Take) -> np.ndarray:
    """Return the frames of all chunks as they lie there."""
    parts = []
    for chunk in take.chunks:
        data, _ = objects.read_small(library.store, library.full(chunk.key))
        told = objects.head(library.store, library.full(chunk.key)).metadata
        assert (told["take"], told["index"], told["frames"]) == (
            take.id,
            str(chunk.index),
            str(chunk.frames),
        )
        parts.append(np.frombuffer(data[44 : 44 + chunk.frames * 2], "<i2"))
    return np.concatenate(parts)


def test_all_of_a_take_goes_up_and_leaves_the_disk(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 2000)
    assert sending.wait(folder, 30)
    np.testing.assert_array_equal(in_the_library(library, folder.take), counter(0, 2000)[:, 0])
    assert folder.take.chunks[1].key == f"recordings/{folder.take.id}/00001.wav"
    assert [path.name for path in folder.path.iterdir()] == ["take.jsonl"]
    assert sending.finish(folder)
    data, _ = objects.read_small(library.store, f"recordings/{folder.take.id}/take.json")
    kept = msgspec.json.decode(data, type=Take)
    assert (kept.name, kept.frames, len(kept.chunks)) == ("Größe", 2000, 5)
    folder.close(remove=True)
    assert not folder.path.exists()


def test_the_layout_of_recorders_is_named_by_the_time_of_the_first_frame(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 1000, "recorder")
    assert sending.wait(folder, 30)
    chunk = folder.take.chunks[1]
    stamp = f"{chunk.started_at:%Y-%m-%dT%H-%M-%S.%fZ}"
    assert chunk.key == f"users/user/local/anna/{stamp}.wav"


def test_while_the_network_is_gone_the_oldest_is_tried_and_then_all_go(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    door = Stubborn(LibraryDoor(library))
    door.failures = [UnreachableError("no network") for _ in range(3)]
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480 * 8)
    assert sending.wait(folder, 60)
    assert all(chunk.state == "in_s3" for chunk in folder.take.chunks)
    np.testing.assert_array_equal(in_the_library(library, folder.take), counter(0, 3840)[:, 0])
    assert sending.trouble is None


def test_what_is_refused_stays_and_is_tried_again(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    door = Stubborn(LibraryDoor(library))
    door.failures = [NotAllowedError("the store refuses this", "ask its owner") for _ in range(3)]
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480 * 3)
    assert sending.wait(folder, 30)
    refused = [chunk for chunk in folder.take.chunks if chunk.state == "failed"]
    assert all((folder.path / chunk.file).exists() for chunk in refused)
    sending.send_all(folder)
    assert sending.wait(folder, 30)
    np.testing.assert_array_equal(in_the_library(library, folder.take), counter(0, 1440)[:, 0])


def test_what_had_arrived_is_not_sent_twice(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    """As after a kill between the arrival and the line that says it."""
    kept = ChunkSending(Stubborn(LibraryDoor(library)), queue, lambda *_: None)
    folder = taken(tmp_path, kept, 400)
    assert kept.wait(folder, 30)
    before = folder.take.chunks[0]
    data, _ = objects.read_small(library.store, library.full(before.key))
    (folder.path / before.file).write_bytes(data)
    before.state = "on_disk"
    kept.send(folder, 0)
    assert kept.wait(folder, 30)
    assert (before.state, before.key) == ("in_s3", f"recordings/{folder.take.id}/00000.wav")


def test_two_recorders_in_one_library_write_over_nothing_of_each_other(
    make_library: MakeLibrary, queue: TransferQueue, tmp_path: Path
) -> None:
    """Not even where their clocks, and all that is drawn by chance, are the same."""
    one = make_library(state="one")
    both = [one, make_library(one.bucket, state="two")]
    folders = []
    for which, library in enumerate(both):
        sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
        heard = MadeUp()
        plan = Same(chunk_s=0.01, keys="recorder")
        recording = Recording(
            Spool(tmp_path / f"spool {which}"),
            heard,
            plan,
            lambda *_: None,
            sending,
            clock=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        )
        recording.start()
        heard.take(counter(9000 * which, 1000).tobytes(), False)
        assert recording.close() and recording.folder is not None
        assert sending.wait(recording.folder, 30) and sending.finish(recording.folder)
        folders.append(recording.folder)
    takes = [folder.take for folder in folders]
    assert takes[0].id == takes[1].id
    assert not {chunk.key for chunk in takes[0].chunks} & {chunk.key for chunk in takes[1].chunks}
    for which, library in enumerate(both):
        said = counter(9000 * which, 1000)[:, 0]
        np.testing.assert_array_equal(in_the_library(library, takes[which]), said)
    for name, take in (("take.json", takes[0]), ("take (2).json", takes[1])):
        data, _ = objects.read_small(one.store, f"recordings/{take.id}/{name}")
        kept = msgspec.json.decode(data, type=Take)
        assert [each.key for each in kept.chunks] == [each.key for each in take.chunks]


def test_two_recorders_on_one_machine_have_a_take_each(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    """And none takes up what the other one records."""
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    heard = [MadeUp(), MadeUp()]
    plan = Plan(chunk_s=0.01, name="same", keys="recorder")
    both = [Recording(Spool(tmp_path), each, plan, lambda *_: None, sending) for each in heard]
    for recording in both:
        recording.start()
    for at in range(4):
        for which, each in enumerate(heard):
            each.take(counter(9000 * which + 300 * at, 300).tobytes(), False)
    other = Spool(tmp_path)
    for take in other.takes():
        with pytest.raises(ConflictError, match="another program has the take"):
            other.hold(take.id)
    for which, recording in enumerate(both):
        assert recording.close() and recording.folder is not None
        assert sending.wait(recording.folder, 30) and sending.finish(recording.folder)
        said = counter(9000 * which, 1200)[:, 0]
        np.testing.assert_array_equal(in_the_library(library, recording.folder.take), said)
        recording.folder.close(remove=True)
    assert not other.takes()


def test_a_file_that_vanished_or_changed_is_named_and_nothing_goes_up(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    door = Stubborn(LibraryDoor(library))
    door.failures = [NotAllowedError("not yet") for _ in range(3)]
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480 * 3)
    assert sending.wait(folder, 30)
    (folder.path / "00000.wav").unlink()
    data = bytearray((folder.path / "00001.wav").read_bytes())
    data[-1] ^= 1
    (folder.path / "00001.wav").write_bytes(data)
    sending.send_all(folder)
    assert sending.wait(folder, 30)
    gone, changed, right = folder.take.chunks
    assert (gone.state, changed.state, right.state) == ("failed", "failed", "in_s3")
    assert "00000.wav cannot be read: No such file" in gone.error
    assert "00001.wav is not as it was recorded" in changed.error
    assert (folder.path / "00001.wav").exists()
    assert not sending.finish(folder)


def test_what_is_refused_again_and_again_is_tried_ever_more_seldom(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    class Never(Stubborn):
        def put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
            if chunk.index == 0:
                self.tried.append(0)
                raise NotAllowedError("not this one")
            return super().put(take, chunk, path, transfer)

    door = Never(LibraryDoor(library))
    sending = ChunkSending(door, queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480 * 40)
    assert sending.wait(folder, 60)
    assert sum(chunk.state == "in_s3" for chunk in folder.take.chunks) == 39
    assert 2 <= door.tried.count(0) <= 6


def test_parts_of_a_large_chunk_are_written_down_gone_on_with_and_removed_after_a_kill(
    library: Library,
    queue: TransferQueue,
    tmp_path: Path,
    plain_s3: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    complete, began = Parts.complete, list[set[str]]()

    def under_way() -> set[str]:
        found = plain_s3.list_multipart_uploads(Bucket=library.bucket)
        return {each["UploadId"] for each in found.get("Uploads", [])}

    def noted() -> set[str]:
        notes = owed(library.unfinished.table.all(), is_gone=lambda _: True)
        return {each.upload_id for each in notes.values()}

    def lost(parts: Parts) -> Uploaded:
        began.append(under_way())
        began.append(noted())
        if len(began) > 2:
            return complete(parts)
        raise UnreachableError("no network")

    library.capabilities()  # which also makes something of parts
    monkeypatch.setattr(Parts, "complete", lost)
    sending, heard = ChunkSending(LibraryDoor(library), queue, lambda *_: None), MadeUp()
    spool, plan = Spool(tmp_path / "spool"), Plan(chunk_s=100)
    recording = Recording(spool, heard, plan, lambda *_: None, sending)
    recording.start()
    heard.take(bytes(6 << 20), False)
    assert recording.close() and recording.folder is not None
    assert sending.wait(recording.folder, 30)
    assert recording.folder.take.chunk(0).state == "in_s3"
    assert len(began[0]) == 1
    assert began == began[:1] * 4, "the same parts, and they are written down"
    assert not under_way() and not noted()
