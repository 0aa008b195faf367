"""Objects brought here."""

import os
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    BadBytesError,
    CancelledError,
    ConflictError,
    NotAllowedError,
    UnreachableError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.client import Connection, Store, connect
from s3audio_tui.store.download import RANGE_BYTES, download, stream
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


def content(fd: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size + 1, 0)


@pytest.mark.parametrize("size_bytes", [0, 1, RANGE_BYTES, RANGE_BYTES + 1, len(LARGE)])
def test_every_size_arrives(store: Store, fd: int, size_bytes: int) -> None:
    os.write(fd, b"what was there before" * 100)
    done: list[int] = []
    download(store, put(store, LARGE[:size_bytes]), fd, progress=done.append)
    assert content(fd) == LARGE[:size_bytes]
    assert done == sorted(done)
    assert not size_bytes or done[-1] == size_bytes


def test_large_ones_come_by_ranges(store: Store, fd: int, s3_server: StrictS3) -> None:
    head = put(store)
    s3_server.forget(store.bucket)
    download(store, head, fd)
    ranges = {call.range for call in s3_server.asked(store.bucket)}
    assert ranges == {
        f"bytes=0-{RANGE_BYTES - 1}",
        f"bytes={RANGE_BYTES}-{2 * RANGE_BYTES - 1}",
        f"bytes={2 * RANGE_BYTES}-{len(LARGE) - 1}",
    }


def test_an_object_that_changed_before(store: Store, fd: int) -> None:
    head = put(store)
    put(store, LARGE[::-1])
    with pytest.raises(ConflictError):
        download(store, head, fd)
    objects.delete(store, "k")
    with pytest.raises(ConflictError):
        download(store, head, fd)


def test_an_object_that_changes_in_the_middle(store: Store, fd: int) -> None:
    head = put(store)
    changed = threading.Event()

    def change(_: int) -> None:
        if not changed.is_set():
            changed.set()
            objects.write_small(store, "k", LARGE[::-1])

    with pytest.raises(ConflictError):
        download(store, head, fd, progress=change, workers=1)


def test_an_object_that_vanishes_in_the_middle(store: Store, fd: int) -> None:
    head = put(store)

    def delete(_: int) -> None:
        objects.delete(store, "k")

    with pytest.raises(ConflictError):
        download(store, head, fd, progress=delete, workers=1)


def test_a_line_that_breaks_is_taken_up_again(store: Store, fd: int, s3_server: StrictS3) -> None:
    head = put(store)
    s3_server.set_faults(store.bucket, Fault(method="GET", body="cut", times=3))
    done: list[int] = []
    download(store, head, fd, progress=done.append)
    assert content(fd) == LARGE
    assert done[-1] == len(LARGE)


def test_a_line_that_always_breaks(store: Store, fd: int, s3_server: StrictS3) -> None:
    head = put(store, b"1")
    s3_server.set_faults(store.bucket, Fault(method="GET", body="cut"))
    with pytest.raises(UnreachableError):
        download(store, head, fd)


def test_a_flipped_bit_is_seen_where_the_store_keeps_checksums(
    connection: Connection, fd: int, s3_server: StrictS3
) -> None:
    store = connect(replace(connection, checksums="when_supported"))
    head = put(store, LARGE[:100_000])
    assert head.checksums
    s3_server.set_faults(store.bucket, Fault(method="GET", body="flip"))
    with pytest.raises(BadBytesError):
        download(store, head, fd)
    s3_server.forget(store.bucket)
    download(store, head, fd)
    assert content(fd) == LARGE[:100_000]


def test_a_cancel(store: Store, fd: int) -> None:
    head, cancel = put(store), CancelToken()
    with pytest.raises(CancelledError):
        download(store, head, fd, progress=lambda _: cancel.cancel(), cancel=cancel)


def test_a_cancel_does_not_wait_for_a_store_that_hangs(
    store: Store, fd: int, s3_server: StrictS3
) -> None:
    head, cancel = put(store), CancelToken()
    s3_server.set_faults(store.bucket, Fault(method="GET", delay_s=3))
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    with pytest.raises(CancelledError):
        download(store, head, fd, cancel=cancel)
    assert [call for call in s3_server.asked(store.bucket) if call.method == "GET"] == []
    assert content(fd) == b""


def test_a_rate_is_kept_to(store: Store, fd: int) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    head = put(store, LARGE[:1_000_000])
    download(store, head, fd, limit=RateLimit(500_000, clock=lambda: now[0], sleep=sleep))
    assert now[0] == pytest.approx(2, abs=0.6)


def test_a_file_that_cannot_be_written(store: Store, tmp_path: Path) -> None:
    head = put(store, b"1")
    (tmp_path / "file").write_bytes(b"")
    fd = os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(Exception, match="cannot be written"):
            download(store, head, fd)
    finally:
        os.close(fd)


def test_what_one_may_not_read(store: Store, fd: int, s3_server: StrictS3) -> None:
    head = put(store, b"1")
    s3_server.set_faults(store.bucket, Fault(method="GET", code="AccessDenied"))
    with pytest.raises(NotAllowedError):
        download(store, head, fd)


def test_an_old_version(versioned_store: Store, fd: int) -> None:
    old = put(versioned_store, b"old")
    put(versioned_store, b"new")
    download(versioned_store, old, fd, version_id=old.version_id)
    assert content(fd) == b"old"


def test_a_stream(store: Store, s3_server: StrictS3) -> None:
    head = put(store)
    s3_server.set_faults(store.bucket, Fault(method="GET", body="cut", times=1))
    found = list(stream(store, head, block=100_000))
    assert b"".join(found) == LARGE
    assert max(map(len, found)) <= 100_000
    assert list(stream(store, put(store, b""))) == []


def test_a_stream_of_what_changed_or_was_cancelled(store: Store) -> None:
    head, cancel = put(store), CancelToken()
    blocks = stream(store, head, cancel=cancel)
    next(blocks)
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(blocks)
    put(store, b"new")
    with pytest.raises(ConflictError):
        next(stream(store, head))
