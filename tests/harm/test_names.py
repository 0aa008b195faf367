"""Hostile names, odd sizes: the bytes come back as they went."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.errors import LimitError
from s3audio_tui.library import download
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store.transfer import MAX_PART_BYTES, MAX_PARTS, MIB, part_size_for
from s3audio_tui.store.upload import PutOptions, upload
from tests.harm.judging import fetch, files, judge_downloads, send
from tests.library.helpers import done, failures

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def test_every_hostile_name_comes_back_as_it_went(
    hostile_keys: dict[str, str],
    plain_library: Library,
    plain_s3: "S3Client",
    tmp_path: Path,
) -> None:
    bucket, file = plain_library.bucket, tmp_path / "file"
    for key in hostile_keys.values():
        file.write_bytes(key.encode())
        upload(plain_library.store, file, key, PutOptions(content_type="audio/wav"))
        found = plain_s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        assert found == key.encode(), "an independent client finds it under its very name"
    target = tmp_path / "got"
    plan = download.plan(plain_library, list(hostile_keys.values()), target, known=True)
    queue = TransferQueue(4)
    download.submit(plain_library, queue, plan.items)
    told = list(queue.events())
    assert failures(told) == {}
    refused = {each.key for each in plan.refused}
    assert sorted([*done(told), *refused]) == sorted(hostile_keys.values())
    for item in plan.items:
        assert item.path.resolve().is_relative_to(target)
        assert item.path.read_bytes() == item.key.encode()


@pytest.mark.parametrize("size", [0, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1])
def test_sizes_around_the_first_part(
    size: int, plain_library: Library, plain_s3: "S3Client", tmp_path: Path
) -> None:
    sent = files(tmp_path / "sent", [size])
    assert send(plain_library, sent).failed == {}
    found = plain_s3.head_object(Bucket=plain_library.bucket, Key=sent[0].key)
    assert ("-" in found["ETag"]) == (size >= 5 * MIB), "in parts from 5 MiB on"
    run = fetch(plain_library, sent, tmp_path / "got")
    assert run.failed == {}
    judge_downloads(tmp_path / "got", sent, run)


def test_ten_thousand_parts_are_enough_for_each_size() -> None:
    """Only the plan: nobody sends 48 TiB."""
    edge = MAX_PARTS * 5 * MIB
    for size in (5 * MIB, edge - 1, edge, edge + 1, 16 * edge + 1, MAX_PARTS * MAX_PART_BYTES):
        assert -(-size // part_size_for(size)) <= MAX_PARTS
    with pytest.raises(LimitError):
        part_size_for(MAX_PARTS * MAX_PART_BYTES + 1)
