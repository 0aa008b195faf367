"""Objects that came in parts, proved by what the store keeps of the parts."""

import base64
import hashlib
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.errors import BadBytesError
from s3audio_tui.store import objects, parts
from s3audio_tui.store.client import Store
from s3audio_tui.store.download import download
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.transfer import MIB
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

DATA = random.Random(5).randbytes(12 * MIB + 5)
EVEN = (5 * MIB, 5 * MIB, 2 * MIB + 5)
UNEVEN = (5 * MIB, 6 * MIB, MIB + 5)
SEEMS_EVEN = (6 * MIB, 5 * MIB, MIB + 5)
KINDS = {"even": EVEN, "uneven": UNEVEN, "seems-even": SEEMS_EVEN, "one": (len(DATA),)}


@pytest.fixture
def fd(tmp_path: Path) -> Iterator[int]:
    fd = os.open(tmp_path / "file.part", os.O_RDWR | os.O_CREAT)
    yield fd
    os.close(fd)


@pytest.fixture
def unsummed(make_store: Callable[[str], Store], make_bucket: Callable[..., str]) -> Store:
    """A store that keeps no checksums, only ETags."""
    return make_store(make_bucket(kind="unsummed-"))


def in_parts(store: Store, sizes: tuple[int, ...], **how: Any) -> ObjectHead:
    """Upload the data in these parts, as any other program does."""
    named: Any = {"Bucket": store.bucket, "Key": "k"}
    client: Any = store.client
    upload = client.create_multipart_upload(**named, **how)["UploadId"]
    made, at = [], 0
    algorithm = how.get("ChecksumAlgorithm")
    for number, size in enumerate(sizes, 1):
        part: dict[str, Any] = {"PartNumber": number}
        body = DATA[at : at + size]
        asked = {"ChecksumAlgorithm": algorithm} if algorithm else {}
        answer = client.upload_part(**named, **part, **asked, UploadId=upload, Body=body)
        name = f"Checksum{algorithm}"
        sums = {name: answer[name]} if name in answer else {}
        made.append({**part, "ETag": answer["ETag"], **sums})
        at += size
    client.complete_multipart_upload(**named, UploadId=upload, MultipartUpload={"Parts": made})
    return objects.head(store, "k")


def got(store: Store, fd: int) -> str:
    verified = download(store, "k", fd, expected_bytes=len(DATA)).verified
    assert os.pread(fd, len(DATA) + 1, 0) == DATA
    return verified


@pytest.mark.parametrize("sizes", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("algorithm", ["CRC32", "SHA256"])
def test_checksums_of_parts_prove_the_whole(
    store: Store, fd: int, sizes: tuple[int, ...], algorithm: str
) -> None:
    head = in_parts(store, sizes, ChecksumAlgorithm=algorithm)
    assert head.checksum_type == "COMPOSITE"
    assert got(store, fd) == "checksum"


def test_a_checksum_of_the_whole_needs_no_parts(store: Store, fd: int, s3_server: StrictS3) -> None:
    assert in_parts(store, UNEVEN).checksum_type == "FULL_OBJECT"
    s3_server.forget(store.bucket)
    assert got(store, fd) == "checksum"
    heads = [call for call in s3_server.asked(store.bucket) if call.method == "HEAD"]
    assert len(heads) == 1


@pytest.mark.parametrize("sizes", KINDS.values(), ids=KINDS.keys())
def test_etags_of_parts_prove_too(unsummed: Store, fd: int, sizes: tuple[int, ...]) -> None:
    head = in_parts(unsummed, sizes)
    assert not head.checksums
    assert got(unsummed, fd) == "etag"


def no_part(*_: Any) -> None:
    """Tell nothing of a part, as some stores do."""


def test_sizes_that_nobody_tells_are_guessed(
    unsummed: Store, fd: int, monkeypatch: pytest.MonkeyPatch, s3_server: StrictS3
) -> None:
    monkeypatch.setattr(parts, "_part_bytes", no_part)
    in_parts(unsummed, EVEN)
    assert got(unsummed, fd) == "etag"
    in_parts(unsummed, UNEVEN)
    s3_server.forget(unsummed.bucket)
    assert got(unsummed, fd) == "size", "a wrong guess blames nobody"
    asked = [call.range for call in s3_server.asked(unsummed.bucket) if call.method == "GET"]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("kind", ["", "unsummed-"])
def test_a_flipped_bit_is_found(
    make_store: Callable[[str], Store],
    make_bucket: Callable[..., str],
    fd: int,
    s3_server: StrictS3,
    kind: str,
) -> None:
    store = make_store(make_bucket(kind=kind))
    in_parts(store, EVEN)
    s3_server.set_faults(store.bucket, Fault(method="GET", body="flip", times=2))
    assert got(store, fd) == ("etag" if kind else "checksum")
    s3_server.set_faults(store.bucket, Fault(method="GET", body="flip"))
    with pytest.raises(BadBytesError):
        got(store, fd)


def test_only_the_part_that_is_wrong_comes_again(
    store: Store, fd: int, s3_server: StrictS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*_: Any) -> Iterator[tuple[int, str]]:
        at = 0
        for size in EVEN:
            digest = hashlib.sha256(DATA[at : at + size]).digest()
            yield size, base64.b64encode(digest).decode()
            at += size

    monkeypatch.setattr(parts, "_told", told)
    in_parts(store, EVEN, ChecksumAlgorithm="SHA256")
    s3_server.forget(store.bucket)
    s3_server.set_faults(store.bucket, Fault(method="GET", body="flip", times=1))
    assert got(store, fd) == "checksum"
    asked = (call.range for call in s3_server.asked(store.bucket) if call.method == "GET")
    ends = [ends.partition("-") for ends in (one.removeprefix("bytes=") for one in asked)]
    again = sum(int(last) - int(first) + 1 for first, _, last in ends) - len(DATA)
    assert again in EVEN
