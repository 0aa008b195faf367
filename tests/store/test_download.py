"""Objects brought here."""

import os
import random
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    BadBytesError,
    CancelledError,
    ConflictError,
    LimitError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnreachableError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.assembly import RANGE_BYTES
from s3audio_tui.store.client import Store
from s3audio_tui.store.download import Downloaded, download
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.transfer import RateLimit
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

LARGE = random.Random(3).randbytes(2 * RANGE_BYTES + 12_345)


@pytest.fixture
def fd(tmp_path: Path) -> Iterator[int]:
    fd = os.open(tmp_path / "file.part", os.O_RDWR | os.O_CREAT)
    yield fd
    os.close(fd)


def put(store: Store, data: bytes = LARGE) -> ObjectHead:
    objects.write_small(store, "k", data)
    return objects.head(store, "k")


def get(store: Store, fd: int, expected_bytes: int = len(LARGE), **options: Any) -> Downloaded:
    return download(store, "k", fd, expected_bytes=expected_bytes, **options)


def content(fd: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size + 1, 0)


@pytest.mark.parametrize(
    ("size_bytes", "expected_bytes"),
    [
        *((size, size) for size in (0, 1, RANGE_BYTES, RANGE_BYTES + 1)),
        *((size, 0) for size in (1, len(LARGE))),
        *((size, len(LARGE)) for size in (0, 1, len(LARGE))),
        (len(LARGE), 1),
    ],
)
def test_every_size_arrives(store: Store, fd: int, size_bytes: int, expected_bytes: int) -> None:
    os.write(fd, b"what was there before" * 100)
    done: list[int] = []
    put(store, LARGE[:size_bytes])
    made = get(store, fd, expected_bytes, progress=done.append)
    assert content(fd) == LARGE[:size_bytes]
    assert done == sorted(done)
    assert not size_bytes or done[-1] == size_bytes
    assert made.head.size_bytes == size_bytes
    assert made.verified != "size"


def test_small_ones_cost_one_request(store: Store, fd: int, s3_server: StrictS3) -> None:
    put(store, b"abc")
    s3_server.forget(store.bucket)
    get(store, fd, 3)
    assert [call.method for call in s3_server.asked(store.bucket)] == ["GET"]


def test_large_ones_come_by_ranges(store: Store, fd: int, s3_server: StrictS3) -> None:
    put(store)
    s3_server.forget(store.bucket)
    get(store, fd)
    ranges = {call.range for call in s3_server.asked(store.bucket) if call.method == "GET"}
    assert ranges == {
        f"bytes=0-{RANGE_BYTES - 1}",
        f"bytes={RANGE_BYTES}-{2 * RANGE_BYTES - 1}",
        f"bytes={2 * RANGE_BYTES}-{len(LARGE) - 1}",
    }


def test_an_object_that_changes_in_the_middle(store: Store, fd: int) -> None:
    put(store)
    changed = threading.Event()

    def change(_: int) -> None:
        if not changed.is_set():
            changed.set()
            objects.write_small(store, "k", LARGE[::-1])

    with pytest.raises(ConflictError):
        get(store, fd, progress=change, workers=1)


def test_an_object_that_vanishes_in_the_middle(store: Store, fd: int) -> None:
    put(store)

    def delete(_: int) -> None:
        objects.delete(store, "k")

    with pytest.raises(ConflictError):
        get(store, fd, progress=delete, workers=1)


def test_an_object_that_is_not_there(store: Store, fd: int) -> None:
    for expected_bytes in (0, len(LARGE)):
        with pytest.raises(NotFoundError):
            get(store, fd, expected_bytes)


@pytest.mark.parametrize("size_bytes", [100_000, len(LARGE)])
@pytest.mark.parametrize("body", ["cut", "drop"])
def test_a_line_that_breaks_is_taken_up_again(
    store: Store, fd: int, s3_server: StrictS3, size_bytes: int, body: str
) -> None:
    put(store, LARGE[:size_bytes])
    s3_server.set_faults(store.bucket, Fault(method="GET", body=body, times=3))
    done: list[int] = []
    get(store, fd, size_bytes, progress=done.append)
    assert content(fd) == LARGE[:size_bytes]
    assert done[-1] == size_bytes


def test_a_line_that_always_breaks(
    store: Store, fd: int, s3_server: StrictS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3audio_tui.store.attempts._MOST_S", 0.0)
    put(store, b"1")
    s3_server.set_faults(store.bucket, Fault(method="GET", body="cut"))
    with pytest.raises(UnreachableError):
        get(store, fd)


@pytest.mark.parametrize("size_bytes", [100_000, len(LARGE)])
@pytest.mark.parametrize("kind", ["", "unsummed-"])
def test_a_flipped_bit_is_mended(
    make_store: Callable[[str], Store],
    make_bucket: Callable[..., str],
    fd: int,
    s3_server: StrictS3,
    size_bytes: int,
    kind: str,
) -> None:
    store = make_store(make_bucket(kind=kind))
    put(store, LARGE[:size_bytes])
    s3_server.set_faults(store.bucket, Fault(method="GET", body="flip", times=1))
    done: list[int] = []
    made = get(store, fd, size_bytes, progress=done.append)
    assert content(fd) == LARGE[:size_bytes]
    assert made.verified == ("etag" if kind else "checksum")
    assert done[-1] == size_bytes


def test_what_always_comes_wrong_is_said(store: Store, fd: int, s3_server: StrictS3) -> None:
    for size_bytes in (100_000, len(LARGE)):
        put(store, LARGE[:size_bytes])
        s3_server.set_faults(store.bucket, Fault(method="GET", body="flip"))
        with pytest.raises(BadBytesError):
            get(store, fd, size_bytes)


def test_a_cancel(store: Store, fd: int) -> None:
    cancel = CancelToken()
    put(store)
    with pytest.raises(CancelledError):
        get(store, fd, progress=lambda _: cancel.cancel(), cancel=cancel)


@pytest.mark.parametrize("expected_bytes", [0, len(LARGE)])
def test_a_cancel_does_not_wait_for_a_store_that_hangs(
    store: Store, fd: int, s3_server: StrictS3, expected_bytes: int
) -> None:
    cancel = CancelToken()
    put(store)
    s3_server.set_faults(store.bucket, Fault(method="GET", delay_s=3))
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    with pytest.raises(CancelledError):
        get(store, fd, expected_bytes, cancel=cancel)
    assert [call for call in s3_server.asked(store.bucket) if call.method == "GET"] == []


def test_a_rate_is_kept_to(store: Store, fd: int) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    put(store, LARGE[:1_000_000])
    get(store, fd, limit=RateLimit(500_000, clock=lambda: now[0], sleep=sleep))
    assert now[0] == pytest.approx(2, abs=0.6)


def test_a_file_that_cannot_be_written(store: Store) -> None:
    put(store, b"1")
    fd = os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(S3AudioError, match="cannot be written"):
            get(store, fd)
    finally:
        os.close(fd)


def test_a_disk_without_room_is_said_before_anything_comes(
    store: Store, fd: int, s3_server: StrictS3
) -> None:
    put(store)
    s3_server.forget(store.bucket)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(LARGE) - 1, before[1]))
        with pytest.raises(LimitError, match="no room"):
            get(store, fd)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert [call.method for call in s3_server.asked(store.bucket)] == ["HEAD"]


def test_what_one_may_not_read(store: Store, fd: int, s3_server: StrictS3) -> None:
    put(store, b"1")
    s3_server.set_faults(store.bucket, Fault(method="GET", code="AccessDenied"))
    with pytest.raises(NotAllowedError):
        get(store, fd)
    with pytest.raises(NotAllowedError):
        get(store, fd, 0)


def test_an_old_version(versioned_store: Store, fd: int) -> None:
    old = put(versioned_store, b"old")
    put(versioned_store, b"new")
    for expected_bytes in (0, len(LARGE)):
        get(versioned_store, fd, expected_bytes, version_id=old.version_id)
        assert content(fd) == b"old"
