"""`tag`, `meta`, `versions`, `share` and `info` of many: what they print and change."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.conftest import Run

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Fill = Callable[..., None]


def test_tag(s3audio: Run, fill: Fill) -> None:
    fill("a.wav", "demos/b.wav")
    changed = s3audio("tag", "a.wav", "demos/*", "song=bridge", "take=7", "--json")
    assert changed.code == 0 and changed.lines[-1]["done"] == 2
    again = s3audio("tag", "a.wav", "take=8", "--remove", "song")
    assert again.code == 0
    assert s3audio("tag", "a.wav").rows == [["a.wav", "take", "8"]]
    assert s3audio("tag", "demos/b.wav", "--json").document == {
        "key": "demos/b.wav",
        "tags": {"song": "bridge", "take": "7"},
    }
    assert s3audio("undo").text == "tags and metadata of a.wav are as before\n"
    assert s3audio("tag", "a.wav").rows == [["a.wav", "song", "bridge"], ["a.wav", "take", "7"]]


def test_what_tag_and_meta_refuse(s3audio: Run, fill: Fill) -> None:
    fill("a.wav")
    wrong = s3audio("tag", "a.wav", "x=a|b")
    assert wrong.code == 2 and "takes no | in a tag" in wrong.err
    assert s3audio("tag", "x=1").code == 2
    assert s3audio("tag", "none.wav", "x=1").code == 3
    assert s3audio("meta", "a.wav", "ort=Köln").code == 2
    dry = s3audio("meta", "a.wav", "place=Koeln", "--dry-run")
    assert dry.code == 0 and "nothing was done" in dry.err
    assert s3audio("meta", "a.wav", "--json").document["metadata"] == {}


def test_meta(s3audio: Run, fill: Fill, bucket: str) -> None:
    fill("a=b.wav")
    key = f"s3://{bucket}/a=b.wav"
    assert s3audio("meta", key, "place=Koeln", "--content-type", "audio/wav").code == 0
    assert s3audio("meta", key).rows == [
        ["a=b.wav", "content-type", "audio/wav"],
        ["a=b.wav", "place", "Koeln"],
    ]
    assert s3audio("meta", key, "--remove", "place").code == 0
    assert s3audio("meta", key, "--json").document == {
        "key": "a=b.wav",
        "content_type": "audio/wav",
        "metadata": {},
    }


def test_versions(
    outside: Run, versioned: str, fill: Fill, plain_s3: "S3Client", home: Path
) -> None:
    fill("a.wav", body=b"1", into=versioned)
    fill("a.wav", body=b"22", into=versioned)
    listed = outside("versions", "ls", "a.wav", "--json").lines
    assert [(line["size_bytes"], line["state"]) for line in listed] == [
        (2, "current"),
        (1, "older"),
    ]
    older = listed[1]["id"]
    got = outside("versions", "get", "a.wav", older, "--to", str(home))
    assert got.code == 0 and (home / "a.wav").read_bytes() == b"1"
    assert outside("versions", "get", "a.wav", older, "--to", str(home)).code == 6
    assert outside("versions", "restore", "a.wav", older, "--dry-run").code == 0
    assert outside("versions", "restore", "a.wav", older).code == 0
    assert plain_s3.get_object(Bucket=versioned, Key="a.wav")["Body"].read() == b"1"
    assert outside("undo").code == 0
    assert plain_s3.get_object(Bucket=versioned, Key="a.wav")["Body"].read() == b"22"
    assert outside("versions", "restore", "a.wav", "none").code == 3
    assert outside("versions", "rm", "a.wav", older).code == 2
    assert outside("versions", "rm", "a.wav", older, "--yes").code == 0
    assert len(outside("versions", "ls", "a.wav").rows) == 3


def test_versions_of_a_bucket_that_keeps_none(s3audio: Run, fill: Fill) -> None:
    fill("a.wav")
    none = s3audio("versions", "ls", "a.wav")
    assert none.code == 7 and "keeps no versions" in none.err


def test_share_of_many(s3audio: Run, fill: Fill) -> None:
    fill("a.wav", "demos/b.wav", "demos/c [x].wav")
    links = s3audio("share", "demos/", "a.wav", "--json").lines
    assert [link["key"] for link in links] == ["demos/b.wav", "demos/c [x].wav", "a.wav"]
    assert all("X-Amz-Signature" in link["url"] for link in links)
    one = s3audio("share", "demos/c [x].wav")
    assert one.code == 0 and len(one.rows) == 1
    assert s3audio("share", "none.wav").code == 3


def test_info_of_many(s3audio: Run, fill: Fill) -> None:
    fill("a.wav", "demos/b.wav", "demos/c [x].mp3")
    assert s3audio("info", "demos/c [x].mp3", "--json").document["key"] == "demos/c [x].mp3"
    found = s3audio("info", "demos/", "a.wav", "--json").document
    assert (found["files"], found["size_bytes"]) == (3, 15)
    assert found["formats"] == {"wav": 2, "mp3": 1}
    assert found["duration_s"] is None
