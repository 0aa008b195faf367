"""Streams of unknown length brought to S3."""

import hashlib
import random
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, CancelledError, ConflictError, S3AudioError
from s3audio_tui.store import objects, upload_stream
from s3audio_tui.store.checksums import Guard
from s3audio_tui.store.client import Store
from s3audio_tui.store.listing import unfinished_uploads
from s3audio_tui.store.transfer import MAX_PARTS, MIB
from s3audio_tui.store.upload import PutOptions
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

WAV = PutOptions(content_type="audio/wav", conditional=True, guard="crc64nvme")
DATA = random.Random(7).randbytes(13 * MIB)


def reader(data: bytes, piece_bytes: int = 300_000) -> Callable[[int], bytes]:
    """Return what reads as a pipe does: what is there, not what was asked for."""
    at = 0

    def read(size: int) -> bytes:
        nonlocal at
        piece = data[at : at + min(size, piece_bytes)]
        at += len(piece)
        return piece

    return read


def content(store: Store, key: str) -> bytes:
    return store.client.get_object(Bucket=store.bucket, Key=key)["Body"].read()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of 5 MiB, the second one on the disk."""
    monkeypatch.setattr(upload_stream, "part_bytes_for", lambda n: (5 + (n > 1)) * MIB)
    monkeypatch.setattr(upload_stream, "_IN_MEMORY_BYTES", 5 * MIB)


@pytest.mark.parametrize("size_bytes", [0, 1, 5 * MIB - 1, 5 * MIB, 11 * MIB, 13 * MIB])
@pytest.mark.parametrize("guard", ["crc64nvme", "md5"])
@pytest.mark.usefixtures("small_parts")
def test_every_length_arrives(store: Store, size_bytes: int, guard: Guard) -> None:
    data, done = DATA[:size_bytes], list[int]()
    options = replace(WAV, guard=guard)
    sent = upload_stream.upload_stream(store, reader(data), "k", options, progress=done.append)
    head = objects.head(store, "k")
    assert hashlib.sha256(content(store, "k")).digest() == hashlib.sha256(data).digest()
    assert (sent.size_bytes, sent.etag) == (size_bytes, head.etag)
    parts = 1 + -(-(size_bytes - 5 * MIB) // (6 * MIB))
    assert head.parts == (None if size_bytes < 5 * MIB else parts)
    assert not done or done[-1] == size_bytes


def test_parts_grow_to_what_s3_takes() -> None:
    sizes = [upload_stream.part_bytes_for(number) for number in range(1, MAX_PARTS + 1)]
    assert sizes == sorted(sizes)
    assert sizes[0] * upload_stream._WORKERS <= 24 * MIB, "all in memory"
    assert sizes[-1] == 5 * 1024 * MIB
    assert sum(sizes) > 47.4 * 1024**4
    so_far = 0
    for size in sizes:
        assert size <= max(8 * MIB, so_far / 16)
        so_far += size


@pytest.mark.usefixtures("small_parts")
def test_a_taken_name_and_a_store_that_fails(store: Store, s3_server: StrictS3) -> None:
    objects.write_small(store, "k", b"old")
    for data in (b"1", DATA):
        with pytest.raises(ConflictError):
            upload_stream.upload_stream(store, reader(data), "k", WAV)
    assert content(store, "k") == b"old"
    s3_server.set_faults(
        store.bucket, Fault(method="PUT", query="partNumber", code="AccessDenied", skip=1)
    )
    with pytest.raises(S3AudioError):
        upload_stream.upload_stream(store, reader(DATA), "k2", WAV)
    assert list(unfinished_uploads(store, "")) == []


@pytest.mark.usefixtures("small_parts")
def test_a_stream_that_fails_leaves_nothing(store: Store) -> None:
    read = reader(DATA)
    left = iter(range(30))

    def broken(size: int) -> bytes:
        if next(left, None) is None:
            raise BadBytesError("the stream broke")
        return read(size)

    with pytest.raises(BadBytesError):
        upload_stream.upload_stream(store, broken, "k", WAV)
    assert objects.find(store, "k") is None
    assert list(unfinished_uploads(store, "")) == []


def test_a_cancel_does_not_wait_for_the_stream(store: Store) -> None:
    cancel, ends = CancelToken(), threading.Event()

    def read(_: int) -> bytes:
        cancel.cancel()
        ends.wait(30)
        return b""

    with pytest.raises(CancelledError):
        upload_stream.upload_stream(store, read, "k", WAV, cancel=cancel)
    ends.set()
    assert objects.find(store, "k") is None
