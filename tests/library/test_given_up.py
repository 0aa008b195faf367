"""Uploads given up for good while the store lets go of nothing: remembered until it does."""

import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from s3audio_tui.audio.header import SoundInfo
from s3audio_tui.library import leftovers, upload
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
