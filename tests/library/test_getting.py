"""What is left on the disk of a download that ends early, and what the next one makes of it."""

import io
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.library import details, download, getting, leftovers, zipping
from s3audio_tui.library.events import Done, Noted
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store.assembly import RANGE_BYTES
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, failures
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

DATA = random.Random(6).randbytes(3 * RANGE_BYTES)


@pytest.fixture
def filled(library: Library, plain_s3: Any) -> Library:
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=DATA)
    return library


@pytest.fixture
def begun(filled: Library, tmp_path: Path, s3_server: StrictS3) -> Iterator[TransferQueue]:
    """A download of which two ranges are here, and the last hangs."""
    s3_server.set_faults(
        filled.bucket, Fault(method="GET", key="a.wav", code="SlowDown", delay_s=20, skip=2)
    )
    queue = TransferQueue(1)
    download.submit(filled, queue, download.plan(filled, ["a.wav"], tmp_path).items)
    deadline = time.monotonic() + 30
    while queue.snapshot()[0].bytes_done < 2 * RANGE_BYTES:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield queue
    queue.close(10)
    s3_server.forget(filled.bucket)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fetched_again(library: Library, folder: Path, s3_server: StrictS3) -> int:
    """Download it once more; return how many ranges came."""
    s3_server.forget(library.bucket)
    queue = TransferQueue(1)
    download.submit(library, queue, download.plan(library, ["a.wav"], folder).items)
    assert done(queue.events()) == ["a.wav"]
    assert (folder / "a.wav").read_bytes() == DATA
    assert files(folder) == ["a.wav"]
    return sum(call.status == 206 for call in s3_server.asked(library.bucket))


def test_what_is_interrupted_is_gone_on_with(
    begun: TransferQueue, filled: Library, tmp_path: Path, s3_server: StrictS3
) -> None:
    begun.stop_all()
    assert failures(begun.events()) == {"a.wav": "cancelled"}
    assert files(tmp_path) == ["a.wav.part"]
    assert fetched_again(filled, tmp_path, s3_server) == 1


def test_what_is_cancelled_leaves_nothing(
    begun: TransferQueue, filled: Library, tmp_path: Path, s3_server: StrictS3
) -> None:
    begun.cancel_all()
    assert failures(begun.events()) == {"a.wav": "cancelled"}
    assert files(tmp_path) == []
    assert fetched_again(filled, tmp_path, s3_server) == 3


def test_what_a_store_that_goes_away_left_is_gone_on_with(
    begun: TransferQueue,
    filled: Library,
    tmp_path: Path,
    s3_server: StrictS3,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("s3audio_tui.store.attempts._MOST_S", 0.0)
    s3_server.set_faults(filled.bucket, Fault(method="GET", key="a.wav", code="SlowDown"))
    assert failures(begun.events()) == {"a.wav": "unreachable"}
    assert files(tmp_path) == ["a.wav.part"]
    assert fetched_again(filled, tmp_path, s3_server) == 1


def test_what_changed_meanwhile_leaves_nothing(
    begun: TransferQueue, filled: Library, tmp_path: Path, s3_server: StrictS3, plain_s3: Any
) -> None:
    plain_s3.put_object(Bucket=filled.bucket, Key="a.wav", Body=DATA[::-1])
    s3_server.forget(filled.bucket)
    assert failures(begun.events()) == {"a.wav": "conflict"}
    assert files(tmp_path) == []


def test_what_was_interrupted_is_listed_and_given_up(
    begun: TransferQueue, filled: Library, tmp_path: Path, make_library: MakeLibrary
) -> None:
    begun.stop_all()
    assert failures(begun.events()) == {"a.wav": "cancelled"}
    filled.unfinished.close()
    later = make_library(filled.bucket)
    (left,) = leftovers.everything(later)
    assert (left.kind, left.bytes_done, left.resumable) == ("down", 2 * RANGE_BYTES, True)
    assert done(leftovers.give_up(later, [left])) == ["a.wav"]
    assert files(tmp_path) == []
    assert leftovers.everything(later) == []


def test_one_of_which_only_the_size_can_be_compared_is_named(
    make_library: MakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_library(versioned=False, kind="unsummed-")
    library.store.client.put_object(Bucket=library.bucket, Key="a.wav", Body=b"1")
    monkeypatch.setattr("s3audio_tui.store.proof.plain_etag", lambda head: False)
    queue = TransferQueue(1)
    download.submit(library, queue, download.plan(library, ["a.wav"], tmp_path).items)
    events = list(queue.events())
    assert done(events) == ["a.wav"]
    assert any("only its size" in event.text for event in events if isinstance(event, Noted))
    plan = download.plan(library, ["a.wav"], tmp_path)
    events += zipping.to_zip(library, plan.items, tmp_path / "all.zip")
    assert [event.verified_by for event in events if isinstance(event, Done)] == ["size", "size"]
    assert [type(event) for event in events].count(Noted) == 2
    assert details.info(library, "a.wav").verified_by == "size"
    assert getting.stream_to(library, "a.wav", io.BytesIO()) == "size"
