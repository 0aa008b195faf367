"""An object read by pieces."""

import io

import pytest

from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.store.client import Store
from s3audio_tui.store.objects import delete, write_small
from s3audio_tui.store.ranges import BLOCK_BYTES, RangeFile, read_range
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

DATA = bytes(range(256)) * 2000


def test_a_range(store: Store) -> None:
    etag = write_small(store, "k", DATA)
    assert read_range(store, "k", 1000, 300) == DATA[1000:1300]
    assert read_range(store, "k", len(DATA) - 5, 100, etag=etag) == DATA[-5:]
    assert read_range(store, "k", 0, 0) == b""


def test_a_range_of_what_changed(store: Store) -> None:
    etag = write_small(store, "k", DATA)
    write_small(store, "k", b"other")
    with pytest.raises(ConflictError):
        read_range(store, "k", 0, 3, etag=etag)
    delete(store, "k")
    with pytest.raises(ConflictError):
        read_range(store, "k", 0, 3, etag=etag)
    with pytest.raises(NotFoundError):
        read_range(store, "k", 0, 3)


def test_a_range_over_a_line_that_breaks(store: Store, s3_server: StrictS3) -> None:
    write_small(store, "k", DATA)
    s3_server.set_faults(store.bucket, Fault(method="GET", key="k", body="cut", times=2))
    assert read_range(store, "k", 10, 100_000) == DATA[10:100_010]


def test_a_file_reads_as_any_file(store: Store) -> None:
    etag = write_small(store, "k", DATA)
    with RangeFile(store, "k", len(DATA), etag=etag) as file:
        plain = io.BytesIO(DATA)
        for start, size in [(0, 12), (3, 70_000), (500_000, 50_000), (len(DATA), 1), (65_535, 2)]:
            assert file.seek(start) == plain.seek(start)
            assert file.read(size) == plain.read(size)
            assert file.tell() == plain.tell()
        assert file.seek(-4, io.SEEK_END) == len(DATA) - 4
        assert file.read() == DATA[-4:]
        assert file.readable() and file.seekable() and not file.writable()


def test_a_header_costs_one_request(store: Store) -> None:
    write_small(store, "k", DATA)
    with RangeFile(store, "k", len(DATA)) as file:
        for _ in range(100):
            file.read(44)
        assert (file.requests, file.bytes_read) == (1, BLOCK_BYTES)
        file.seek(0)
        assert file.read(4 * BLOCK_BYTES) == DATA[: 4 * BLOCK_BYTES]
        assert (file.requests, file.bytes_read) == (2, 4 * BLOCK_BYTES)


def test_a_file_of_what_changed(store: Store) -> None:
    etag = write_small(store, "k", DATA)
    with RangeFile(store, "k", len(DATA), etag=etag) as file:
        file.read(10)
        write_small(store, "k", DATA[::-1])
        file.seek(2 * BLOCK_BYTES)
        with pytest.raises(ConflictError):
            file.read(10)


def test_an_empty_file_asks_nothing(store: Store) -> None:
    with RangeFile(store, "none", 0) as file:
        assert file.read() == b""
        assert file.requests == 0
