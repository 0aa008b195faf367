"""Files and streams brought to S3."""

import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    CancelledError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UnreachableError,
    UnsupportedError,
    UsageError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.checksums import Guard
from s3audio_tui.store.client import Connection, Store, connect
from s3audio_tui.store.listing import unfinished_uploads
from s3audio_tui.store.transfer import RateLimit
from s3audio_tui.store.upload import PutOptions, upload
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

MIB = 1024 * 1024
WAV = PutOptions(content_type="audio/wav", conditional=True)


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[[int], Path]:
    def make(size_bytes: int) -> Path:
        path = tmp_path / f"{size_bytes}.wav"
        path.write_bytes(random.Random(size_bytes).randbytes(size_bytes))
        return path

    return make


def content(store: Store, key: str) -> bytes:
    return store.client.get_object(Bucket=store.bucket, Key=key)["Body"].read()


def assert_no_parts(store: Store) -> None:
    """Parts that were still under way when somebody cancelled go a moment later."""
    for _ in range(200):
        if not list(unfinished_uploads(store, "")):
            return
        time.sleep(0.05)
    raise AssertionError(list(unfinished_uploads(store, "")))


@pytest.mark.parametrize("size_bytes", [0, 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 11 * MIB])
def test_every_size_arrives(
    store: Store, make_file: Callable[[int], Path], size_bytes: int
) -> None:
    path = make_file(size_bytes)
    done: list[int] = []
    sent = upload(store, path, "k", WAV, progress=done.append)
    head = objects.head(store, "k")
    assert content(store, "k") == path.read_bytes()
    assert (sent.size_bytes, sent.etag) == (size_bytes, head.etag)
    assert (head.parts is None) == (size_bytes < 5 * MIB)
    if size_bytes:
        assert done == sorted(done) and done[-1] == size_bytes
    if size_bytes > MIB:
        assert len(done) > 5


def test_what_the_object_is_told(store: Store, make_file: Callable[[int], Path]) -> None:
    options = replace(
        WAV,
        metadata={"original-name": "a%20b"},
        tags={"song": "a & b=c", "take": "7"},
        encryption="AES256",
        storage_class="STANDARD_IA",
    )
    options = replace(options, tags={"song": "a + b=c", "take": "7"})
    for size_bytes in (10, 6 * MIB):
        key = f"k{size_bytes}"
        upload(store, make_file(size_bytes), key, options)
        head = objects.head(store, key)
        assert head.content_type == "audio/wav"
        assert head.metadata == {"original-name": "a%20b"}
        assert (head.encryption, head.storage_class) == ("AES256", "STANDARD_IA")
        assert objects.tags(store, key) == options.tags


@pytest.mark.parametrize("guard", ["crc64nvme", "md5"])
def test_a_small_file_costs_one_request(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path], guard: Guard
) -> None:
    upload(store, make_file(1), "first", WAV)
    s3_server.forget(store.bucket)
    sent = upload(store, make_file(1000), "k", replace(WAV, guard=guard, metadata={"a": "b"}))
    assert [call.method for call in s3_server.asked(store.bucket)] == ["PUT"]
    found = objects.head(store, "k")
    assert sent.head is not None
    assert replace(sent.head, modified=found.modified) == found
    assert abs(sent.head.modified - found.modified) <= 1


def test_checksums_as_on_aws(connection: Connection, make_file: Callable[[int], Path]) -> None:
    store = connect(replace(connection, checksums="when_supported"))
    options = replace(WAV, guard="crc64nvme")
    for size_bytes in (0, 1000, 11 * MIB):
        sent = upload(store, make_file(size_bytes), "k", replace(options, only_if_free=False))
        head = objects.head(store, "k")
        assert content(store, "k") == make_file(size_bytes).read_bytes()
        assert sent.checksum == head.checksums["CRC64NVME"]
        assert head.checksum_type == "FULL_OBJECT"
        assert sent.head == replace(head, modified=sent.head.modified) if sent.head else False


@pytest.mark.parametrize("size_bytes", [10, 6 * MIB])
def test_a_taken_name(store: Store, make_file: Callable[[int], Path], size_bytes: int) -> None:
    old = objects.write_small(store, "k", b"old")
    path = make_file(size_bytes)
    with pytest.raises(ConflictError):
        upload(store, path, "k", WAV)
    with pytest.raises(ConflictError):
        upload(store, path, "k", replace(WAV, replace_etag="0" * 32))
    assert content(store, "k") == b"old"
    assert_no_parts(store)
    upload(store, path, "k", replace(WAV, replace_etag=old))
    assert content(store, "k") == path.read_bytes()
    upload(store, make_file(11), "k", replace(WAV, only_if_free=False))
    assert content(store, "k") == make_file(11).read_bytes()


@pytest.mark.parametrize("size_bytes", [10, 6 * MIB])
def test_a_taken_name_where_conditions_are_ignored(
    unconditional_store: Store, make_file: Callable[[int], Path], size_bytes: int
) -> None:
    store, options = unconditional_store, replace(WAV, conditional=False)
    old = objects.write_small(store, "k", b"old")
    with pytest.raises(ConflictError):
        upload(store, make_file(size_bytes), "k", options)
    with pytest.raises(ConflictError):
        upload(store, make_file(size_bytes), "k", replace(options, replace_etag="0" * 32))
    assert content(store, "k") == b"old"
    upload(store, make_file(size_bytes), "k", replace(options, replace_etag=old))


def test_a_name_taken_while_the_parts_are_sent(
    store: Store, make_file: Callable[[int], Path]
) -> None:
    def take(done_bytes: int) -> None:
        if done_bytes == 6 * MIB:
            objects.write_small(store, "k", b"faster")

    with pytest.raises(ConflictError):
        upload(store, make_file(6 * MIB), "k", WAV, progress=take)
    assert content(store, "k") == b"faster"
    assert_no_parts(store)


def test_a_file_that_changes_meanwhile(store: Store, make_file: Callable[[int], Path]) -> None:
    path = make_file(6 * MIB)

    def touch(_: int) -> None:
        os.utime(path, (1, 1))

    with pytest.raises(ConflictError):
        upload(store, path, "k", WAV, progress=touch)
    assert objects.find(store, "k") is None
    assert_no_parts(store)


def test_a_file_that_shrinks_meanwhile(store: Store, make_file: Callable[[int], Path]) -> None:
    path = make_file(20 * MIB)

    def shrink(_: int) -> None:
        os.truncate(path, MIB)

    with pytest.raises(ConflictError):
        upload(store, path, "k", WAV, progress=shrink, workers=1)
    assert objects.find(store, "k") is None
    assert_no_parts(store)


@pytest.mark.parametrize("size_bytes", [4 * MIB, 12 * MIB])
def test_a_cancel_leaves_nothing(
    store: Store, make_file: Callable[[int], Path], size_bytes: int
) -> None:
    cancel = CancelToken()

    def stop(done_bytes: int) -> None:
        if done_bytes > MIB:
            cancel.cancel()

    with pytest.raises(CancelledError):
        upload(store, make_file(size_bytes), "k", WAV, progress=stop, cancel=cancel)
    assert objects.find(store, "k") is None
    assert_no_parts(store)


def test_a_cancel_does_not_wait_for_a_store_that_hangs(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path]
) -> None:
    s3_server.set_faults(store.bucket, Fault(method="PUT", query="partNumber", delay_s=3))
    cancel, began = CancelToken(), threading.Event()

    def stop() -> None:
        began.wait(10)
        cancel.cancel()

    threading.Thread(target=stop).start()
    with pytest.raises(CancelledError):
        upload(store, make_file(6 * MIB), "k", WAV, progress=lambda _: began.set(), cancel=cancel)
    answered = [call for call in s3_server.asked(store.bucket) if "partNumber" in call.query]
    assert answered == []
    s3_server.forget(store.bucket)
    assert_no_parts(store)


def test_a_failure_leaves_nothing(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path]
) -> None:
    s3_server.set_faults(
        store.bucket, Fault(method="PUT", query="partNumber", code="AccessDenied", skip=1)
    )
    with pytest.raises(NotAllowedError):
        upload(store, make_file(12 * MIB), "k", WAV)
    assert list(unfinished_uploads(store, "")) == []


def test_a_part_is_sent_again(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path]
) -> None:
    s3_server.set_faults(
        store.bucket, Fault(method="PUT", query="partNumber", code="SlowDown", times=1)
    )
    done: list[int] = []
    upload(store, make_file(6 * MIB), "k", WAV, progress=done.append)
    assert content(store, "k") == make_file(6 * MIB).read_bytes()
    assert done[-1] == 6 * MIB and max(done) == 6 * MIB


@pytest.mark.parametrize("guard", ["crc64nvme", "md5", "none"])
@pytest.mark.parametrize(
    ("size_bytes", "method", "then"),
    [(10, "PUT", None), (6 * MIB, "POST", None), (6 * MIB, "POST", "NoSuchUpload")],
)
def test_a_lost_answer_is_no_conflict(
    store: Store,
    s3_server: StrictS3,
    make_file: Callable[[int], Path],
    size_bytes: int,
    method: str,
    then: str | None,
    guard: Guard,
) -> None:
    query = "uploadId" if method == "POST" else None
    faults = [Fault(method=method, key="k", query=query, code="InternalError", after=True, times=1)]
    if then:
        faults.append(Fault(method=method, key="k", query=query, code=then, times=1))
    s3_server.set_faults(store.bucket, *faults)
    sent = upload(store, make_file(size_bytes), "k", replace(WAV, guard=guard))
    assert objects.head(store, "k").etag == sent.etag
    assert content(store, "k") == make_file(size_bytes).read_bytes()


@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_a_request_that_the_line_repeats_is_no_conflict(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path], code: str
) -> None:
    for size_bytes, method in ((1000, "PUT"), (6 * MIB, "POST")):
        path, key = make_file(size_bytes), f"{size_bytes} {code}"
        query = "-uploadId" if method == "PUT" else "uploadId"
        told = Fault(method=method, key=key, query=query, code=code, after=True, times=1)
        s3_server.set_faults(store.bucket, told)
        made = upload(store, path, key, WAV)
        assert made.etag == objects.head(store, key).etag
        assert content(store, key) == path.read_bytes()


def test_an_older_object_with_the_same_bytes_is_a_conflict(
    store: Store, make_file: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file(1000)
    upload(store, path, "k", WAV)
    monkeypatch.setattr("s3audio_tui.store.arrival._ROUNDED_S", -60)
    with pytest.raises(ConflictError):
        upload(store, path, "k", WAV)


def test_who_may_write_and_not_look_uploads_too(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path]
) -> None:
    unseen = [Fault(method=method, key="k", code="AccessDenied") for method in ("HEAD", "GET")]
    s3_server.set_faults(store.bucket, *unseen)
    for size_bytes in (1000, 6 * MIB):
        sent = upload(store, make_file(size_bytes), "k", WAV)
        s3_server.set_faults(store.bucket)
        assert objects.head(store, "k").etag == sent.etag
        s3_server.set_faults(store.bucket, *unseen)
        with pytest.raises(ConflictError):
            upload(store, make_file(size_bytes), "k", WAV)
        objects.delete(store, "k")


def test_what_was_done_counts_not_what_was_said(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path]
) -> None:
    """200 with an error in the body: S3 does so when it fails late. Here it only says so."""
    s3_server.set_faults(store.bucket, Fault(method="POST", query="uploadId", body="late"))
    upload(store, make_file(6 * MIB), "k", WAV)
    assert content(store, "k") == make_file(6 * MIB).read_bytes()


def test_a_completion_that_fails_leaves_nothing(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path]
) -> None:
    s3_server.set_faults(store.bucket, Fault(method="POST", query="uploadId", code="AccessDenied"))
    with pytest.raises(NotAllowedError):
        upload(store, make_file(6 * MIB), "k", WAV)
    assert objects.find(store, "k") is None
    assert list(unfinished_uploads(store, "")) == []


@pytest.mark.parametrize("code", ["NotImplemented", "InvalidRequest"])  # Ceph says the latter
def test_a_store_that_does_not_encrypt(
    store: Store, s3_server: StrictS3, make_file: Callable[[int], Path], code: str
) -> None:
    s3_server.set_faults(store.bucket, Fault(method="PUT", code=code))
    with pytest.raises(UnsupportedError, match='encryption = "none"'):
        upload(store, make_file(1), "k", replace(WAV, encryption="AES256"))


def test_what_is_no_file(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        upload(store, tmp_path / "none.wav", "k", WAV)
    with pytest.raises(UsageError):
        upload(store, tmp_path, "k", WAV)
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(UsageError):
        upload(store, tmp_path / "pipe.wav", "k", WAV)


def test_a_rate_is_kept_to(store: Store, make_file: Callable[[int], Path]) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    limit = RateLimit(MIB, clock=lambda: now[0], sleep=sleep)
    upload(store, make_file(4 * MIB), "k", WAV, limit=limit)
    assert now[0] == pytest.approx(4, abs=0.3)


def test_a_store_that_is_gone(
    connection: Connection, make_file: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3audio_tui.store.attempts._MOST_S", 0.0)
    gone = connect(replace(connection, endpoint_url="http://127.0.0.1:9"))
    with pytest.raises(UnreachableError):
        upload(gone, make_file(1), "k", WAV)
