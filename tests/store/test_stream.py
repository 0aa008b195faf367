"""Objects read in their order, and small ones as a whole."""

import random
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, CancelledError, ConflictError, UnreachableError
from s3audio_tui.store import objects
from s3audio_tui.store.ahead import ahead
from s3audio_tui.store.client import Store
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.stream import SMALL_BYTES, small, stream
from s3audio_tui.store.transfer import MIB
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

DATA = random.Random(7).randbytes(3 * SMALL_BYTES + 12_345)


@pytest.fixture(params=["", "unsummed-"])
def store(
    request: pytest.FixtureRequest,
    make_store: Callable[[str], Store],
    make_bucket: Callable[..., str],
) -> Store:
    """A store that keeps checksums, and one that has only ETags."""
    return make_store(make_bucket(kind=request.param))


def put(store: Store, data: bytes = DATA) -> ObjectHead:
    objects.write_small(store, "k", data)
    return objects.head(store, "k")


@pytest.mark.parametrize("size_bytes", [0, 1, SMALL_BYTES, SMALL_BYTES + 1, len(DATA)])
def test_every_size_comes_in_order(store: Store, size_bytes: int) -> None:
    head = put(store, DATA[:size_bytes])
    assert b"".join(stream(store, head)) == DATA[:size_bytes]


def test_a_line_that_breaks_is_taken_up_again(store: Store, s3_server: StrictS3) -> None:
    head = put(store)
    s3_server.set_faults(store.bucket, Fault(method="GET", body="cut", times=3))
    assert b"".join(stream(store, head)) == DATA


def test_a_flipped_bit_is_said_at_the_end(store: Store, s3_server: StrictS3) -> None:
    head = put(store)
    s3_server.set_faults(store.bucket, Fault(method="GET", body="flip", times=1))
    blocks, came = stream(store, head), 0
    while came < len(DATA):
        came += len(next(blocks))
    with pytest.raises(BadBytesError):
        next(blocks)


def test_an_object_in_parts(store: Store, s3_server: StrictS3) -> None:
    named: Any = {"Bucket": store.bucket, "Key": "k"}
    client: Any = store.client
    upload = client.create_multipart_upload(**named, ChecksumAlgorithm="CRC32")["UploadId"]
    made = []
    for number, start in enumerate(range(0, len(DATA), 5 * MIB), 1):
        body, asked = DATA[start : start + 5 * MIB], {"PartNumber": number, "UploadId": upload}
        answer = client.upload_part(**named, **asked, Body=body, ChecksumAlgorithm="CRC32")
        kept = {name: answer[name] for name in ("ETag", "ChecksumCRC32") if name in answer}
        made.append({"PartNumber": number, **kept})
    client.complete_multipart_upload(**named, UploadId=upload, MultipartUpload={"Parts": made})
    head = objects.head(store, "k")
    assert b"".join(stream(store, head)) == DATA
    s3_server.set_faults(store.bucket, Fault(method="GET", query="-attributes", body="flip"))
    with pytest.raises(BadBytesError):
        list(stream(store, head))


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


def test_small_ones_are_right_or_not_there(store: Store, s3_server: StrictS3) -> None:
    put(store, b"abc" * 1000)
    s3_server.forget(store.bucket)
    head, data = small(store, "k", 3000)
    assert data is not None
    assert (head.size_bytes, bytes(data)) == (3000, b"abc" * 1000)
    assert [call.method for call in s3_server.asked(store.bucket)] == ["GET"]
    s3_server.set_faults(store.bucket, Fault(method="GET", body="flip", times=2))
    assert bytes(small(store, "k", 0)[1] or b"") == b"abc" * 1000
    s3_server.set_faults(store.bucket, Fault(method="GET", body="flip"))
    with pytest.raises(BadBytesError):
        small(store, "k", 3000)


def test_what_is_not_small_is_only_looked_at(store: Store) -> None:
    put(store)
    for expected_bytes in (0, 1, len(DATA)):
        head, data = small(store, "k", expected_bytes)
        assert (head.size_bytes, data) == (len(DATA), None)


def test_results_come_in_order_and_not_too_early() -> None:
    taken: list[int] = []
    made: list[int] = []

    def act(number: int, check: Callable[[], None]) -> int:
        made.append(number)
        return number

    for number in ahead(act, range(20), workers=3, check=lambda: None):
        assert max(made) <= len(taken) + 3
        taken.append(number)
    assert taken == list(range(20))


def test_nobody_works_for_one_who_has_gone() -> None:
    started, stopped = threading.Event(), threading.Event()

    def act(number: int, check: Callable[[], None]) -> int:
        while number:
            started.set()
            try:
                check()
            except CancelledError:
                stopped.set()
                raise
        return number

    results: Iterator[int] = ahead(act, range(5), workers=2, check=lambda: None)
    assert next(results) == 0
    assert started.wait(10)
    results.close()  # type: ignore[attr-defined]  # a generator
    assert stopped.wait(10)


def test_the_first_error_comes_in_its_turn() -> None:
    def act(number: int, check: Callable[[], None]) -> int:
        if number == 2:
            raise UnreachableError("broke")
        return number

    results = ahead(act, range(5), workers=3, check=lambda: None)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(UnreachableError):
        next(results)
