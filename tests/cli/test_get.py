"""`get`: what comes down, where to, and what is refused."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests import hostile
from tests.cli.conftest import Run

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Fill = Callable[..., None]


def test_get_takes_keys_globs_and_prefixes(
    s3audio: Run, fill: Fill, home: Path, bucket: str
) -> None:
    fill("demos/a.wav", "demos/b.wav", "demos/deep/c.wav", "d.flac", "[x].wav")
    got = s3audio("get", "demos/*.wav", f"s3://{bucket}/d.flac", "--to", "one", "--json")
    assert got.code == 0
    assert sorted(line["key"] for line in got.lines if line["event"] == "done") == [
        *("d.flac", "demos/a.wav", "demos/b.wav")
    ]
    assert _files(home / "one") == ["a.wav", "b.wav", "d.flac"]
    assert s3audio("get", "demos/", "[x].wav", "--to", "two").code == 0
    assert _files(home / "two") == ["[x].wav", "demos/a.wav", "demos/b.wav", "demos/deep/c.wav"]
    assert s3audio("get", "**.wav", "--to", "three").code == 0
    assert "demos/deep/c.wav" in _files(home / "three")
    missing = s3audio("get", "no*.wav", "--json")
    assert missing.code == 3 and missing.error["key"] == "no*.wav"


def test_a_file_that_is_there_is_kept(s3audio: Run, fill: Fill, home: Path) -> None:
    fill("a.wav", body=b"new")
    (home / "a.wav").write_bytes(b"old")
    kept = s3audio("get", "a.wav", "--json")
    assert kept.code == 6 and kept.lines[-2]["error"]["code"] == "conflict"
    assert s3audio("get", "a.wav", "--if-exists", "overwrite").code == 2
    assert s3audio("get", "a.wav", "--if-exists", "rename").code == 0
    assert (home / "a.wav").read_bytes() == b"old"
    assert (home / "a (2).wav").read_bytes() == b"new"
    assert s3audio("get", "a.wav", "--if-exists", "overwrite", "-y").code == 0
    assert (home / "a.wav").read_bytes() == b"new"


def test_one_to_stdout_and_many_to_a_zip(s3audio: Run, fill: Fill, home: Path) -> None:
    data = hashlib.sha512(b"x").digest() * 4096
    fill("raw\x1b.wav", body=data)
    fill("demos/b.wav", body=b"b")
    assert s3audio("get", "raw\x1b.wav", "--to", "-").out == data
    assert s3audio("get", "**.wav", "--to", "-").code == 2
    zipped = s3audio("get", "demos/", "raw\x1b.wav", "--zip", "all.zip", "--json")
    assert zipped.code == 0 and zipped.lines[-1]["done"] == 2
    with zipfile.ZipFile(io.BytesIO((home / "all.zip").read_bytes())) as archive:
        assert sorted(archive.namelist()) == ["demos/b.wav", "raw%1B.wav"]
        assert archive.read("raw%1B.wav") == data
    assert s3audio("get", "demos/", "--zip", "all.zip").code == 6
    skipped = s3audio("get", "demos/", "--zip", "all.zip", "--if-exists", "skip", "--json")
    assert skipped.code == 0 and skipped.lines[0]["reason"] == "it is there already"
    assert s3audio("get", "demos/", "--zip", "all.zip", "--if-exists", "rename").code == 0
    assert s3audio("get", "demos/*", "--zip", "all.zip", "--if-exists", "overwrite", "-y").code == 0
    assert zipfile.ZipFile(home / "all.zip").namelist() == ["b.wav"]
    assert zipfile.ZipFile(home / "all (2).zip").namelist() == ["demos/b.wav"]


def test_downloads_never_leave_their_folder(
    s3audio: Run, plain_s3: "S3Client", bucket: str, home: Path
) -> None:
    for key in hostile.DISK.values():
        if len(key.encode()) <= 1024 and "\x00" not in key:
            plain_s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    (home / "in").mkdir()
    got = s3audio("get", "**", "--to", "in", "--json")
    assert got.code == 1
    refused = {line["key"] for line in got.lines if line["event"] == "failed"}
    assert refused == {"../../etc/passwd", "a/../../b", "..\\x"}
    outside = {"settings.toml", "state", "config", "cache", "in"}
    assert {path.name for path in home.iterdir()} <= outside
    assert len(_files(home / "in")) == sum(line["event"] == "done" for line in got.lines)


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_below_a_prefix_only_what_is_wanted_comes(s3audio: Run, fill: Fill, home: Path) -> None:
    fill("set/a.wav", "set/b.mp3", "set/old/c.wav", "d.wav")
    planned = s3audio("get", "set/", "d.wav", "--exclude", "old", "--dry-run", "--json").lines
    assert [line["key"] for line in planned[:-1]] == ["set/a.wav", "set/b.mp3", "d.wav"]
    assert planned[-1]["bytes"] == 15
    got = s3audio("get", "set/", "d.wav", "--include", "*.mp3", "--limit-rate", "1GB/s")
    assert (got.code, sorted(row[0] for row in got.rows)) == (0, ["d.wav", "set/b.mp3"])
    assert (home / "set" / "b.mp3").read_bytes() == b"12345"


def test_what_sleeps_in_an_archive_is_asked_for(
    s3audio: Run, plain_s3: "S3Client", home: Path, bucket: str
) -> None:
    plain_s3.put_object(Bucket=bucket, Key="a.wav", Body=b"old", StorageClass="GLACIER")
    refused = s3audio("get", "a.wav")
    assert refused.code == 4 and "--restore" in refused.err
    assert s3audio("get", "a.wav", "--wait").code == 2
    would = s3audio("get", "a.wav", "--dry-run")
    assert would.code == 4 and "in the archive" in would.err
    would = s3audio("get", "a.wav", "--restore", "--dry-run")
    assert would.code == 0 and "would be asked for from the archive" in would.err
    asked = s3audio("get", "--restore", "a.wav", "--json")
    assert asked.code == 0 and "3 to 5 hours" in asked.lines[0]["reason"]
    assert not (home / "a.wav").exists()
    assert s3audio("get", "a.wav", "--restore=bulk", "--wait").code == 0
    assert (home / "a.wav").read_bytes() == b"old"
