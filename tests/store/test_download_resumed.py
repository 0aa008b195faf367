"""Downloads that were cut short, and gone on with."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, ConflictError
from s3audio_tui.store import objects
from s3audio_tui.store.client import Store
from s3audio_tui.store.download import Downloaded, download
from s3audio_tui.store.transfer import MIB
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

DATA = random.Random(4).randbytes(17 * MIB + 5)


@pytest.fixture
def fd(tmp_path: Path) -> Iterator[int]:
    fd = os.open(tmp_path / "file.part", os.O_RDWR | os.O_CREAT)
    yield fd
    os.close(fd)


def get(store: Store, fd: int) -> Downloaded:
    return download(store, "k", fd, expected_bytes=len(DATA))


def content(fd: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size + 1, 0)


def interrupted(store: Store, fd: int, at_bytes: int) -> None:
    """Begin to download, and stop it when so much has come."""
    objects.write_small(store, "k", DATA)
    cancel = CancelToken()

    def stop(done: int) -> None:
        if done >= at_bytes:
            cancel.cancel(keep=True)

    with pytest.raises(CancelledError):
        download(store, "k", fd, expected_bytes=len(DATA), progress=stop, cancel=cancel, workers=1)


def fetched_bytes(s3_server: StrictS3, store: Store) -> int:
    """Return how many bytes were asked for since."""
    total = 0
    for call in s3_server.asked(store.bucket):
        if call.method == "GET":
            first, _, last = call.range.removeprefix("bytes=").partition("-")
            total += int(last) - int(first) + 1
    return total


def test_only_what_is_missing_comes(store: Store, fd: int, s3_server: StrictS3) -> None:
    interrupted(store, fd, 11 * MIB)
    s3_server.forget(store.bucket)
    done: list[int] = []
    made = download(store, "k", fd, expected_bytes=len(DATA), progress=done.append)
    assert content(fd) == DATA
    assert made.verified == "checksum"
    assert fetched_bytes(s3_server, store) == len(DATA) - 10 * MIB
    assert done == sorted(done)
    assert done[-1] == len(DATA)


def test_one_who_stops_while_it_is_looked_through_loses_nothing(
    store: Store, fd: int, s3_server: StrictS3
) -> None:
    interrupted(store, fd, 11 * MIB)
    before, cancel = content(fd), CancelToken()
    with pytest.raises(CancelledError):
        download(
            store,
            "k",
            fd,
            expected_bytes=len(DATA),
            found=lambda head: cancel.cancel(keep=True),
            cancel=cancel,
        )
    assert content(fd)[: len(before)] == before


def test_what_was_damaged_on_the_disk_comes_again(
    store: Store, fd: int, s3_server: StrictS3
) -> None:
    interrupted(store, fd, 11 * MIB)
    os.pwrite(fd, b"damage", 3 * MIB)
    s3_server.forget(store.bucket)
    get(store, fd)
    assert content(fd) == DATA
    assert fetched_bytes(s3_server, store) == len(DATA) - 8 * MIB


def test_notes_cut_at_any_place_mislead_nobody(store: Store, fd: int) -> None:
    interrupted(store, fd, 11 * MIB)
    notes = content(fd)[len(DATA) :]
    for cut in (0, 1, 32, 40, 61, 90, 32 + 28 * 3):
        os.ftruncate(fd, len(DATA) + cut)
        get(store, fd)
        assert content(fd) == DATA
        os.pwrite(fd, notes, len(DATA))
        os.pwrite(fd, bytes(9 * MIB), 0)


def test_another_object_of_that_name_is_begun_anew(
    store: Store, fd: int, s3_server: StrictS3
) -> None:
    interrupted(store, fd, 11 * MIB)
    objects.write_small(store, "k", DATA[::-1])
    s3_server.forget(store.bucket)
    get(store, fd)
    assert content(fd) == DATA[::-1]
    assert fetched_bytes(s3_server, store) == len(DATA)


def test_a_short_one_leaves_nothing(store: Store, fd: int, s3_server: StrictS3) -> None:
    objects.write_small(store, "k", DATA[: 3 * MIB])
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        download(store, "k", fd, progress=lambda _: cancel.cancel(keep=True), cancel=cancel)
    assert content(fd) == b""


def test_an_object_that_goes_away_leaves_what_came(
    store: Store, fd: int, s3_server: StrictS3
) -> None:
    interrupted(store, fd, 5 * MIB)
    before = content(fd)
    s3_server.set_faults(store.bucket, Fault(method="GET", code="PreconditionFailed"))
    with pytest.raises(ConflictError):
        get(store, fd)
    assert content(fd)[: len(before)] == before, "whoever has the file decides"
