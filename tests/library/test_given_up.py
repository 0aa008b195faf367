"""Uploads given up for good while the store lets go of nothing: remembered until it does."""

import io
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from s3audio_tui.audio.header import SoundInfo
from s3audio_tui.library import incoming, leftovers, upload
from s3audio_tui.library.keeping import StreamKeeping, remove_owed
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import UploadItem
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store.transfer import MIB
from tests.library.conftest import MakeLibrary
from tests.library.helpers import failures
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.tui.driving import driven

NO_END = Fault(method="DELETE", query="uploadId", code="AccessDenied")
SOUND = SoundInfo("wav", "pcm")


def item(folder: Path, name: str, size_bytes: int) -> UploadItem:
    path = folder / name
    path.write_bytes(Random(size_bytes).randbytes(size_bytes))
    return UploadItem(path, name, size_bytes, 0.0, SOUND, None)


def begun(client: Any, bucket: str) -> list[str]:
    found = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return [one["Key"] for one in found]


@pytest.fixture
def given_up(library: Library, s3_server: StrictS3, plain_s3: Any, tmp_path: Path) -> Library:
    """A library with the parts of an upload that was cancelled, and could not be ended."""
    library.capabilities()
    hang = Fault(method="PUT", key="long.wav", code="SlowDown", delay_s=20, skip=1)
    s3_server.set_faults(library.bucket, NO_END, hang)
    queue = TransferQueue(1)
    upload.submit(library, queue, [item(tmp_path, "long.wav", 11 * MIB)])
    deadline = time.monotonic() + 30
    while queue.snapshot()[0].bytes_done < 5 * MIB:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    queue.cancel_all()
    assert failures(queue.events()) == {"long.wav": "cancelled"}
    assert begun(plain_s3, library.bucket) == ["long.wav"]
    assert library.unfinished.interrupted() == []
    assert list(library.unfinished.owed())
    return library


def test_the_next_upload_removes_its_parts(
    given_up: Library, s3_server: StrictS3, plain_s3: Any, tmp_path: Path
) -> None:
    s3_server.set_faults(given_up.bucket)
    queue = TransferQueue(1)
    upload.submit(given_up, queue, [item(tmp_path, "short.wav", 1000)])
    assert failures(queue.events()) == {}
    assert begun(plain_s3, given_up.bucket) == []
    assert given_up.unfinished.owed() == {}


def test_the_next_run_removes_its_parts(
    given_up: Library, s3_server: StrictS3, plain_s3: Any, make_library: MakeLibrary
) -> None:
    given_up.unfinished.close()
    later = make_library(given_up.bucket)
    (left,) = leftovers.everything(later)
    assert (left.key, left.resumable) == ("long.wav", False), "it cannot be removed yet"
    s3_server.set_faults(given_up.bucket)
    assert leftovers.everything(later) == []
    assert begun(plain_s3, given_up.bucket) == []
    assert later.unfinished.owed() == {}


async def test_the_app_removes_its_parts(
    given_up: Library, s3_server: StrictS3, plain_s3: Any, make_library: MakeLibrary
) -> None:
    given_up.unfinished.close()
    s3_server.set_faults(given_up.bucket)
    later = make_library(given_up.bucket)
    async with driven(later) as driver:
        await driver.settle()
    assert begun(plain_s3, given_up.bucket) == []
    assert later.unfinished.owed() == {}


def stream_of(library: Library, sounds: dict[str, Path]) -> list[str]:
    """Put a stream of two parts; return the codes of its failures."""
    data = sounds["wav16"].read_bytes() + bytes(10 * MIB)
    queue = TransferQueue(1)
    stream = incoming.opened(library, io.BytesIO(data), "take.wav", "")
    refused = list(incoming.submit(library, queue, stream))
    return [*failures([*refused, *queue.events()]).values()]


def test_the_next_stream_removes_the_parts_of_one_that_failed(
    library: Library, s3_server: StrictS3, plain_s3: Any, sounds: dict[str, Path]
) -> None:
    library.capabilities()
    refused = Fault(method="PUT", query="partNumber", code="AccessDenied", skip=1)
    s3_server.set_faults(library.bucket, NO_END, refused)
    assert stream_of(library, sounds) == ["not_allowed"]
    assert begun(plain_s3, library.bucket) == ["take.wav"]
    assert [parts.key for parts in library.unfinished.owed().values()] == ["take.wav"]
    s3_server.set_faults(library.bucket)
    assert stream_of(library, sounds) == []
    assert begun(plain_s3, library.bucket) == []
    assert library.unfinished.table.all() == []


def test_the_parts_of_a_stream_are_removed_once_its_program_is_gone(
    library: Library, make_library: MakeLibrary, plain_s3: Any
) -> None:
    """As after a kill: nothing but the note tells of it."""
    made = plain_s3.create_multipart_upload(Bucket=library.bucket, Key="take.wav")
    StreamKeeping(library.unfinished, "take.wav").keep(made["UploadId"])
    later = make_library(library.bucket)
    for each in (library, later):
        remove_owed(each)
    assert begun(plain_s3, library.bucket) == ["take.wav"], "it is under way"
    library.unfinished.close()
    remove_owed(later)
    assert begun(plain_s3, library.bucket) == []
    assert later.unfinished.table.all() == []
