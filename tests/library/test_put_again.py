"""The same upload asked for again after it was stopped: it goes on with the parts that S3 has."""

from pathlib import Path
from time import sleep
from typing import Any

import pytest

from s3audio_tui.library import leftovers, resuming, upload
from s3audio_tui.library.events import Done, Skipped
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from tests.library.conftest import MakeLibrary
from tests.library.helpers import ends
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


@pytest.fixture
def big(tmp_path: Path, sounds: dict[str, Path]) -> Path:
    """A sound of four parts."""
    path, head = tmp_path / "big.wav", sounds["wav16"].read_bytes()
    path.write_bytes(head + bytes(range(256)) * ((20_000_000 - len(head)) // 256))
    return path


@pytest.fixture
def later(library: Library, make_library: MakeLibrary) -> Library:
    """The same library, as the next run of the program opens it."""
    return make_library(library.bucket)


def queued(library: Library, path: Path, **how: Any) -> TransferQueue:
    queue = TransferQueue(1)
    items = upload.plan(library, [path]).items
    assert upload.submit(library, queue, items, **how) == []
    return queue


def stopped(library: Library, server: StrictS3, path: Path) -> None:
    """Upload two of four parts, and be interrupted."""
    server.set_faults(library.bucket, Fault(method="PUT", query="partNumber", skip=2, delay_s=60))
    queue, client = queued(library, path), server.client()
    while not any(arrived(client, library.bucket, each) for each in begun(client, library.bucket)):
        assert queue.busy
        sleep(0.05)
    queue.stop_all()
    assert queue.close(60)
    server.set_faults(library.bucket)
    assert [state.state for state in queue.snapshot()] == ["interrupted"]
    library.unfinished.close()


def arrived(client: Any, bucket: str, upload_id: str) -> list[Any]:
    parts: list[Any] = client.list_parts(Bucket=bucket, Key="big.wav", UploadId=upload_id).get(
        "Parts", []
    )
    return parts


def begun(client: Any, bucket: str) -> list[str]:
    uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return [each["UploadId"] for each in uploads]


def test_it_goes_on_with_what_is_there(
    library: Library, later: Library, s3_server: StrictS3, plain_s3: Any, big: Path
) -> None:
    stopped(library, s3_server, big)
    (left,) = leftovers.everything(later)
    assert (left.resumable, left.key, left.bytes_total) == (True, "big.wav", big.stat().st_size)
    (upload_id,) = begun(plain_s3, library.bucket)
    s3_server.forget(library.bucket)
    queue = queued(later, big)
    assert [type(event) for event in ends(queue.events())] == [Done]
    asked = s3_server.asked(library.bucket)
    sent = [call for call in asked if call.method == "PUT" and "partNumber" in call.query]
    assert {call.query["uploadId"] for call in sent} <= {upload_id}
    # what the first run had asked may be taken down only now, so that numbers count, not requests
    numbers = {call.query["partNumber"] for call in sent}
    assert len(numbers) < 4, "not all of it again"
    body = plain_s3.get_object(Bucket=library.bucket, Key="big.wav")["Body"].read()
    assert body == big.read_bytes()
    assert later.unfinished.table.all() == []
    assert begun(plain_s3, library.bucket) == []


def test_with_other_tags_it_begins_anew_and_nothing_stays(
    library: Library, later: Library, s3_server: StrictS3, plain_s3: Any, big: Path
) -> None:
    stopped(library, s3_server, big)
    assert [type(event) for event in ends(queued(later, big, tags={"a": "b"}).events())] == [Done]
    tags = plain_s3.get_object_tagging(Bucket=library.bucket, Key="big.wav")["TagSet"]
    assert tags == [{"Key": "a", "Value": "b"}]
    assert begun(plain_s3, library.bucket) == []


@pytest.mark.parametrize("how", ["skipped", "cancelled", "given up"])
def test_what_nobody_goes_on_with_leaves_no_parts(
    library: Library,
    later: Library,
    s3_server: StrictS3,
    plain_s3: Any,
    big: Path,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("s3audio_tui.store.multipart._CANCEL_PATIENCE_S", 30)
    stopped(library, s3_server, big)
    assert len(begun(plain_s3, library.bucket)) == 1
    queue = TransferQueue(0 if how == "cancelled" else 1)
    if how == "given up":
        (only,) = resuming.offer(later, queue, later.unfinished.interrupted())
        queue.cancel(only)
    elif how == "cancelled":
        upload.submit(later, queue, upload.plan(later, [big]).items)
        queue.cancel_all()
    else:
        plain_s3.put_object(Bucket=library.bucket, Key="big.wav", Body=b"other")
        upload.submit(later, queue, upload.plan(later, [big]).items, if_exists="skip")
    events = ends(queue.events())
    assert isinstance(events[0], Skipped) == (how == "skipped")
    assert queue.close(10)
    assert begun(plain_s3, library.bucket) == []
    assert later.unfinished.table.all() == []
