"""What a run of the program left undone: written down, found by the next run, and finished."""

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.errors import ConflictError
from s3audio_tui.library import download, resuming, upload, zipping
from s3audio_tui.library.events import Done, Failed, ItemEvent, Noted, Progress, Skipped
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.library.unfinished import KeptUpload
from s3audio_tui.store.lanes import Lanes
from tests.library.conftest import MakeLibrary
from tests.library.helpers import ends, refreshed, stored_keys
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


@pytest.fixture
def later(library: Library, make_library: MakeLibrary) -> Library:
    """The same library, as the next run of the program opens it."""
    return make_library(library.bucket)


def leave(library: Library) -> None:
    """End as a killed program does: its locks go, its notes stay."""
    library.unfinished.close()


def taken_up(library: Library) -> list[ItemEvent]:
    """Take up all that was left; return how each ended."""
    queue = TransferQueue(2)
    resuming.offer(library, queue, library.unfinished.interrupted())
    queue.retry_all()
    return ends(queue.events())


def begin_upload(library: Library, paths: list[Path], **how: Any) -> TransferQueue:
    """Queue uploads of which none begins."""
    queue = TransferQueue(0)
    assert upload.submit(library, queue, upload.plan(library, paths).items, **how) == []
    return queue


def test_an_upload_that_never_began_is_finished_later(
    library: Library, later: Library, sounds: dict[str, Path], plain_s3: Any
) -> None:
    begin_upload(library, [sounds["wav16"], sounds["mp3"]], tags={"song": "bridge"})
    assert later.unfinished.interrupted() == [], "the program is alive"
    leave(library)
    (one, two) = later.unfinished.interrupted()
    assert (one.kept.key, one.kept.path) == ("tone-16.wav", str(sounds["wav16"]))
    assert resuming.can_resume(two.kept)
    assert [type(event) for event in taken_up(later)] == [Done, Done]
    assert {"tone-16.wav", "tone.mp3"} <= set(stored_keys(plain_s3, library.bucket))
    tags = plain_s3.get_object_tagging(Bucket=library.bucket, Key="tone.mp3")["TagSet"]
    assert tags == [{"Key": "song", "Value": "bridge"}]
    assert later.unfinished.table.all() == []


def test_what_ends_is_struck_out_and_what_is_closed_is_not(
    library: Library, later: Library, sounds: dict[str, Path]
) -> None:
    queue = TransferQueue(2)
    upload.submit(library, queue, upload.plan(library, [sounds["wav16"]]).items)
    list(queue.events())
    assert library.unfinished.table.all() == []
    queue = begin_upload(library, [sounds["mp3"]])
    assert queue.close(10)
    leave(library)
    assert [left.kept.key for left in later.unfinished.interrupted()] == ["tone.mp3"]


def test_what_was_cancelled_is_not_offered(
    library: Library, later: Library, sounds: dict[str, Path]
) -> None:
    queue = begin_upload(library, [sounds["mp3"]])
    queue.cancel_all()
    assert queue.close(10)
    leave(library)
    assert later.unfinished.interrupted() == []


@pytest.mark.parametrize("if_exists", ["fail", "rename", "overwrite"])
def test_an_upload_that_had_arrived_is_not_sent_twice(
    library: Library, later: Library, sounds: dict[str, Path], plain_s3: Any, if_exists: Any
) -> None:
    begin_upload(library, [sounds["mp3"]], if_exists=if_exists)
    plain_s3.upload_file(str(sounds["mp3"]), library.bucket, "tone.mp3")
    leave(library)
    (event,) = taken_up(later)
    assert isinstance(event, Skipped)
    assert event.reason == "it has arrived already"
    assert later.catalog.get("tone.mp3") is not None
    versions = plain_s3.list_object_versions(Bucket=library.bucket, Prefix="tone")["Versions"]
    assert len(versions) == 1


def test_another_file_of_the_same_size_is_not_taken_for_it(
    library: Library, later: Library, sounds: dict[str, Path], plain_s3: Any
) -> None:
    begin_upload(library, [sounds["mp3"]], if_exists="rename")
    other = bytes(sounds["mp3"].stat().st_size)
    plain_s3.put_object(Bucket=library.bucket, Key="tone.mp3", Body=other)
    leave(library)
    (event,) = taken_up(later)
    assert isinstance(event, Done)
    assert event.key == "tone (2).mp3"


def test_a_file_in_parts_is_known_again(
    library: Library, later: Library, tmp_path: Path, sounds: dict[str, Path]
) -> None:
    big = tmp_path / "big.wav"
    head = sounds["wav16"].read_bytes()
    big.write_bytes(head + os.urandom(6_000_000 - len(head)))
    queue = TransferQueue(1)
    upload.submit(library, queue, upload.plan(library, [big]).items)
    list(queue.events())
    library.unfinished.keep([KeptUpload(str(big), "big.wav", 6_000_000, "fail")])
    leave(library)
    (event,) = taken_up(later)
    assert isinstance(event, Skipped)


def test_a_file_that_is_gone_is_said_to_be(
    library: Library, later: Library, sounds: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "take.mp3"
    file.write_bytes(sounds["mp3"].read_bytes())
    begin_upload(library, [file])
    leave(library)
    file.unlink()
    (left,) = later.unfinished.interrupted()
    assert not resuming.can_resume(left.kept)
    (event,) = taken_up(later)
    assert isinstance(event, Failed)
    assert event.error.code == "not_found"


def test_two_programs_do_not_take_up_the_same(
    library: Library, later: Library, make_library: MakeLibrary, sounds: dict[str, Path]
) -> None:
    begin_upload(library, [sounds["mp3"]])
    leave(library)
    third = make_library(library.bucket)
    (left,) = later.unfinished.interrupted()
    (same,) = third.unfinished.interrupted()
    left.record.begin()
    assert third.unfinished.interrupted() == []
    with pytest.raises(ConflictError, match="another s3audio has taken it up"):
        same.record.begin()


def test_what_is_asked_for_anew_is_offered_once(
    library: Library, later: Library, sounds: dict[str, Path]
) -> None:
    begin_upload(library, [sounds["mp3"]])
    leave(library)
    queue = begin_upload(later, [sounds["mp3"]])
    assert len(later.unfinished.table.all()) == 1
    queue.close(10)


def test_downloads_and_a_zip_are_finished_later(
    library: Library, later: Library, plain_s3: Any, tmp_path: Path
) -> None:
    for key in ("set/a.wav", "set/b.wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=key.encode())
    refreshed(library)
    queue = TransferQueue(0)
    plan = download.plan(library, ["set/"], tmp_path)
    download.submit(library, queue, plan.items, if_exists="rename")
    zipping.submit_zip(library, queue, plan.items, tmp_path / "all.zip")
    leave(library)
    (one, _, zip_) = later.unfinished.interrupted()
    assert (one.kept.key, one.kept.path) == ("set/a.wav", str(tmp_path / "set" / "a.wav"))
    assert (zip_.kept.key, zip_.kept.size_bytes) == ("all.zip", 18)
    assert [type(event) for event in taken_up(later)] == [Done] * 3
    assert (tmp_path / "set" / "b.wav").read_text() == "set/b.wav"
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["set/a.wav", "set/b.wav"]
    library.unfinished.keep([one.kept])
    leave(library)
    (event,) = taken_up(later)
    assert isinstance(event, Skipped), "it had arrived"
    assert sorted(path.name for path in (tmp_path / "set").iterdir()) == ["a.wav", "b.wav"]


def test_the_notes_survive_a_rebuild(
    library: Library, later: Library, sounds: dict[str, Path]
) -> None:
    begin_upload(library, [sounds["mp3"]])
    with library.catalog.database.write() as connection:
        connection.execute("DROP TABLE objects")
    leave(library)
    library.close()
    assert [left.kept.key for left in later.unfinished.interrupted()] == ["tone.mp3"]


def test_a_paused_upload_stops_at_its_next_part_and_goes_on(
    library: Library, s3_server: StrictS3, tmp_path: Path, sounds: dict[str, Path]
) -> None:
    big = tmp_path / "big.wav"
    head = sounds["wav16"].read_bytes()
    big.write_bytes(head + bytes(26_000_000 - len(head)))
    s3_server.set_faults(library.bucket, Fault(method="PUT", query="partNumber", delay_s=0.2))
    wire = library.store.wire
    wire.lanes = Lanes(lambda: wire.address.connection(), most=2)
    queue = TransferQueue(1)
    upload.submit(library, queue, upload.plan(library, [big]).items)
    (one,) = (state.id for state in queue.snapshot())
    paused = False
    for event in queue.events():
        if getattr(event, "bytes_done", 0) > 0 and not paused:
            paused = True
            queue.pause(one)
            upload.submit(library, queue, upload.plan(library, [sounds["mp3"]]).items)
        if isinstance(event, Done) and event.key == "tone.mp3":
            assert queue.snapshot()[0].state == "paused"
            assert queue.snapshot()[0].bytes_done < 26_000_000
            queue.resume(one)
    assert [state.state for state in queue.snapshot()] == ["done", "done"]


def test_an_upload_of_a_file_that_changed_begins_again_and_says_so(
    library: Library,
    later: Library,
    s3_server: StrictS3,
    plain_s3: Any,
    tmp_path: Path,
    sounds: dict[str, Path],
) -> None:
    big = tmp_path / "big.wav"
    head = sounds["wav16"].read_bytes()
    big.write_bytes(head + bytes(11_000_000 - len(head)))
    lost = Fault(key="big.wav", method="PUT", query="partNumber", delay_s=30, code="SlowDown")
    s3_server.set_faults(library.bucket, lost)
    queue = TransferQueue(1)
    upload.submit(library, queue, upload.plan(library, [big]).items)
    for event in queue.events():
        if isinstance(event, Progress):
            queue.stop_all()
    leave(library)
    s3_server.set_faults(library.bucket)
    (left,) = later.unfinished.interrupted()
    assert left.record.resumable
    big.write_bytes(head + os.urandom(11_000_000 - len(head)))
    queue = TransferQueue(1)
    resuming.offer(later, queue, [left])
    queue.retry_all()
    events = list(queue.events())
    assert [event.text for event in events if isinstance(event, Noted)] == [
        "the file has changed since: it is sent from its beginning"
    ]
    assert isinstance(events[-1], Done)
    body = plain_s3.get_object(Bucket=library.bucket, Key="big.wav")["Body"].read()
    assert body == big.read_bytes()
    assert not plain_s3.list_multipart_uploads(Bucket=library.bucket).get("Uploads")
