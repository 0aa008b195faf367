"""Room that a recorder holds ahead: few requests, and never more than there is."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.errors import QuotaError, UnreachableError
from s3audio_tui.library import processes, quota
from s3audio_tui.library.allowance import Allowance
from s3audio_tui.library.chunk_doors import LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.opening import Library
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.takes import Begun, Take
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.library.usage import measure
from s3audio_tui.store import objects
from tests.audio.microphone import MadeUp, counter
from tests.harm.judging import wait_until
from tests.library.conftest import MakeLibrary
from tests.library.stubborn import Stubborn, taken

CHUNK = 480 * 2 + 44


@pytest.fixture
def queue() -> Iterator[TransferQueue]:
    """A queue of transfers, one at a time."""
    made = TransferQueue(1)
    yield made
    made.close(10)


def pending(library: Library) -> int:
    """Return how much is held in the library."""
    return quota.status(library, measure_now=False).pending_bytes


def in_s3(folder: TakeFolder) -> int:
    """Return how many chunks are there."""
    return sum(chunk.state == "in_s3" for chunk in folder.take.chunks)


def test_most_chunks_need_no_request_for_their_room(
    library: Library, queue: TransferQueue, tmp_path: Path, plain_s3: Any
) -> None:
    before = quota.status(library).used_bytes
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480 * 20)
    assert sending.wait(folder, 60)
    assert sending.finish(folder)
    assert pending(library) == 0
    assert quota.status(library, measure_now=False).used_bytes - before == 20 * CHUNK
    key = ".s3audio/quota/anna.json"
    written = plain_s3.list_object_versions(Bucket=library.bucket, Prefix=key)["Versions"]
    assert len(written) <= 5  # measured, held, perhaps held again after the end, settled


def test_what_is_prepared_is_not_asked_for_again(library: Library) -> None:
    room = Allowance(library)
    room.prepare(1000)
    held = pending(library)
    room.prepare(5000)
    room.take(400, 1000)
    room.end(400, landed=True)
    room.take(600, 1000)
    assert (held, pending(library)) == (1000, 1000)
    room.rest()
    assert pending(library) == 1000, "some is on its way"
    room.end(600, landed=False)
    room.rest()
    assert pending(library) == 0


def test_more_is_held_as_it_is_needed_and_what_landed_counts_once(library: Library) -> None:
    before, room = quota.status(library).used_bytes, Allowance(library)
    room.take(600, 1000)
    room.end(600, landed=True)
    room.take(600, 1000)
    now = quota.status(library, measure_now=False)
    assert (now.used_bytes - before, now.pending_bytes) == (600, 1000)
    room.end(600, landed=True)
    room.rest()
    now = quota.status(library, measure_now=False)
    assert (now.used_bytes - before, now.pending_bytes) == (1200, 0)


def test_an_answer_that_is_lost_makes_nothing_count_twice(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, room = quota.status(library).used_bytes, Allowance(library)
    write = objects.write_small

    def lost(*given: Any, **named: Any) -> None:
        write(*given, **named)
        raise UnreachableError("the answer is lost")

    monkeypatch.setattr(objects, "write_small", lost)
    with pytest.raises(UnreachableError):
        room.take(600, 5000)
    monkeypatch.setattr(objects, "write_small", write)
    room.take(600, 1000)
    assert pending(library) == 1000
    room.end(600, landed=True)
    monkeypatch.setattr(objects, "write_small", lost)
    with pytest.raises(UnreachableError):
        room.take(700, 2000)
    monkeypatch.setattr(objects, "write_small", write)
    room.take(300, 1000)
    room.end(300, landed=True)
    room.take(800, 3000)
    now = quota.status(library, measure_now=False)
    assert (now.used_bytes - before, now.pending_bytes) == (900, 3000)
    room.end(800, landed=False)
    room.rest()
    now = quota.status(library, measure_now=False)
    assert (now.used_bytes - before, now.pending_bytes) == (900, 0)


def test_where_there_is_no_room_for_a_minute_one_chunk_is_asked_for(plain_library: Library) -> None:
    library = plain_library
    quota.set_limit(library, quota.status(library).used_bytes + 50_000)
    room = Allowance(library)
    room.take(20_000, 10**9)
    assert pending(library) == 20_000
    with pytest.raises(QuotaError, match="has room for"):
        room.take(45_000, 10**9)
    room.end(20_000, landed=False)
    room.take(45_000, 10**9)


def test_a_wish_for_a_minute_lets_nobody_add_up_all_bytes(
    plain_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, measured = plain_library, list[int]()
    quota.set_limit(library, quota.status(library).used_bytes + 50_000)

    def counted(*given: Any) -> Any:
        measured.append(1)
        return measure(*given)

    monkeypatch.setattr(quota, "measure", counted)
    room = Allowance(library)
    for _ in range(3):
        room.take(10_000, 10**9)
    assert not measured
    with pytest.raises(QuotaError):
        room.take(45_000, 10**9)
    assert len(measured) == 1


def test_what_has_ended_waits_for_no_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, room = quota.status(library).used_bytes, Allowance(library)
    for _ in range(2):
        room.take(500, 500)
    asked, answers = threading.Event(), threading.Event()
    read = objects.read_small

    def slow(*given: Any) -> Any:
        asked.set()
        assert answers.wait(30)
        return read(*given)

    monkeypatch.setattr(objects, "read_small", slow)
    asking = threading.Thread(target=room.take, args=[700, 1000])
    asking.start()
    assert asked.wait(30)
    ending = [threading.Thread(target=room.end, args=[500], kwargs={"landed": at}) for at in (0, 1)]
    for each in ending:
        each.start()
        each.join(10)
    assert not any(each.is_alive() for each in ending)
    assert asking.is_alive()
    answers.set()
    asking.join(30)
    room.take(800, 800)
    room.end(800, landed=False)
    room.end(700, landed=True)
    room.rest()
    now = quota.status(library, measure_now=False)
    assert (now.used_bytes - before, now.pending_bytes) == (1200, 0)


def test_what_a_program_held_that_was_killed_counts_no_more(
    make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = make_library(versioned=False)
    quota.set_limit(killed, quota.status(killed).used_bytes + 50_000)
    Allowance(killed).take(100, 40_000)
    other = Allowance(make_library(killed.bucket, state="another"))
    with pytest.raises(QuotaError):
        other.take(20_000, 20_000)
    monkeypatch.setattr(processes, "is_gone", lambda _: True)
    other.take(20_000, 20_000)


def test_two_recorders_in_one_library_never_take_more_than_there_is(
    make_library: MakeLibrary, queue: TransferQueue, tmp_path: Path
) -> None:
    one = make_library(versioned=False)
    quota.set_limit(one, quota.status(one).used_bytes + 5 * CHUNK + CHUNK // 2)
    both = [one, make_library(one.bucket, state="two")]
    ways = [ChunkSending(LibraryDoor(each), queue, lambda *_: None) for each in both]
    folders = [taken(tmp_path / str(at), way, 480 * 4) for at, way in enumerate(ways)]
    for way, folder in zip(ways, folders, strict=True):
        assert way.wait(folder, 30)
        way.finish(folder)
    assert sum(map(in_s3, folders)) <= 5
    for way, folder in zip(ways, folders, strict=True):
        way.send_all(folder)
        assert way.wait(folder, 30)
        way.finish(folder)
    assert sum(map(in_s3, folders)) in (4, 5)
    refused = [each for folder in folders for each in folder.take.chunks if each.state == "failed"]
    assert all("the quota of anna has room for" in each.error for each in refused)
    assert len(list(tmp_path.glob("*/spool/*/*.wav"))) == len(refused) >= 3
    assert pending(one) == 0


def test_no_room_is_held_for_a_take_that_is_over(library: Library, tmp_path: Path) -> None:
    form, now = SampleFormat(48_000, 2, 16), datetime(2026, 11, 22, tzinfo=UTC)
    begun = Begun("t", "t", now, form, 5.0, "take")
    spool = Spool(tmp_path / "spool")
    folder = spool.begin(begun)
    door = LibraryDoor(library)
    door.prepare(folder.take)
    assert pending(library) == 60 * form.second_bytes
    door.rest()
    assert pending(library) == 0
    folder.close()


def test_a_take_that_begins_has_room_before_its_first_chunk_comes(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    heard = MadeUp()
    recording = Recording(Spool(tmp_path), heard, Plan(chunk_s=0.01), lambda *_: None, sending)
    recording.start()
    assert recording.folder is not None
    sending.prepare(recording.folder)
    wait_until(lambda: pending(library) > 0, "nothing is held")
    heard.take(counter(0, 1000).tobytes(), False)
    assert recording.close()
    assert sending.wait(recording.folder, 30) and sending.finish(recording.folder)
    assert in_s3(recording.folder) == 3
    assert pending(library) == 0


def test_where_the_network_is_gone_that_is_known_before_the_first_chunk_comes(
    library: Library, queue: TransferQueue, tmp_path: Path
) -> None:
    class Gone(Stubborn):
        def prepare(self, take: Take) -> None:
            raise UnreachableError("no network")

    sending = ChunkSending(Gone(LibraryDoor(library)), queue, lambda *_: None)
    recording = Recording(Spool(tmp_path), MadeUp(), Plan(), lambda *_: None, sending)
    recording.start()
    assert recording.folder is not None
    sending.prepare(recording.folder)
    wait_until(lambda: sending.trouble is not None, "nobody says that it is gone")
    assert recording.close()
    assert sending.wait(recording.folder, 30)
