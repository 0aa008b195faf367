"""`uploads`: what a killed run left is listed, finished, given up."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import Run
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Kill = Callable[..., None]


@pytest.fixture
def killed(s3audio: Run, s3_server: StrictS3, bucket: str, home: Path) -> Kill:
    """Kill a run of the program while its first transfer is under way."""

    def kill(*arguments: str) -> None:
        write = Fault(method="PUT", prefix="tone", delay_s=2, code="SlowDown")
        s3_server.set_faults(bucket, write, Fault(prefix="tone", delay_s=2))
        command = [sys.executable, "-m", "s3audio_tui", "--json", *arguments]
        with subprocess.Popen(command, cwd=home, env=dict(os.environ), stdout=-1) as process:
            assert process.stdout is not None
            assert b"started" in process.stdout.readline()
            process.kill()
        s3_server.set_faults(bucket)

    return kill


def test_what_was_killed_is_listed_and_finished(
    s3audio: Run, killed: Kill, stored: Callable[..., list[str]], sounds: dict[str, Path]
) -> None:
    assert s3audio("uploads", "ls").err == "nothing was left unfinished\n"
    before = time.time()
    killed("put", str(sounds["mp3"]), str(sounds["wav16"]), "--jobs", "1")
    one, two = s3audio("uploads", "ls", "--json").lines
    assert one["started_at"] >= time.strftime("%Y-%m-%dT%H:%M", time.gmtime(before))
    del one["started_at"], two["started_at"]
    assert one == {
        "id": 1,
        "kind": "up",
        "key": "tone.mp3",
        "path": str(sounds["mp3"]),
        "bytes_done": 0,
        "bytes_total": sounds["mp3"].stat().st_size,
        "resumable": True,
    }
    assert two["key"] == "tone-16.wav"
    would = s3audio("uploads", "resume", "--dry-run")
    assert (would.code, len(would.rows)) == (0, 2)
    done = s3audio("uploads", "resume", "2")
    assert (done.code, done.rows[0][:2]) == (0, ["tone-16.wav", str(sounds["wav16"])])
    assert s3audio("uploads", "resume", "2").code == 3
    assert s3audio("uploads", "resume", "--json").lines[-1]["done"] == 1
    assert stored() == ["tone-16.wav", "tone.mp3"]
    assert s3audio("uploads", "ls").out == b""


def test_what_was_killed_is_given_up(
    s3audio: Run,
    killed: Kill,
    fill: Callable[..., None],
    stored: Callable[..., list[str]],
    tmp_path: Path,
) -> None:
    fill("tone.mp3")
    killed("get", "tone.mp3", "--to", str(tmp_path))
    assert s3audio("uploads", "abort").code == 2
    assert s3audio("uploads", "abort", "--all", "--dry-run").code == 0
    assert s3audio("uploads", "abort", "--all").rows == [
        ["tone.mp3", str(tmp_path / "tone.mp3"), "0"]
    ]
    assert s3audio("uploads", "resume", "--json").lines[-1]["done"] == 0
    assert stored() == ["tone.mp3"]


def test_what_others_left_in_the_bucket_is_listed_and_removed(
    s3audio: Run, plain_s3: "S3Client", bucket: str
) -> None:
    sent = plain_s3.create_multipart_upload(Bucket=bucket, Key="set/other.wav")["UploadId"]
    plain_s3.upload_part(
        Bucket=bucket, Key="set/other.wav", UploadId=sent, PartNumber=1, Body=bytes(5_300_000)
    )
    (left,) = s3audio("uploads", "ls", "--json").lines
    assert left.pop("started_at").endswith("Z")
    name = left.pop("id")
    assert left == {
        "kind": "up",
        "key": "set/other.wav",
        "path": None,
        "bytes_done": 5_300_000,
        "bytes_total": None,
        "resumable": False,
    }
    assert s3audio("uploads", "resume", name).code == 2
    assert s3audio("uploads", "abort", "--older-than", "20000d").code == 0, "none is so old"
    assert s3audio("uploads", "abort", name).code == 2, "nobody can be asked"
    assert s3audio("uploads", "abort", "u123").code == 3
    assert s3audio("uploads", "abort", name, "--dry-run").code == 0
    listed = s3audio("uploads", "ls")
    assert len(listed.rows) == 1
    assert listed.err == "1 unfinished; 5.3 MB lie in the bucket, and are paid for\n"
    given_up = s3audio("uploads", "abort", name, "--yes")
    assert (given_up.code, given_up.rows) == (0, [["set/other.wav", "", "0"]])
    assert plain_s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []
    plain_s3.create_multipart_upload(Bucket=bucket, Key="again.wav")
    assert s3audio("uploads", "abort", "--older-than", "0s", "--yes").code == 0
    assert s3audio("uploads", "ls").out == b""


def test_what_failed_and_can_be_gone_on_with_is_said(
    s3audio: Run, s3_server: StrictS3, bucket: str, sounds: dict[str, Path], home: Path
) -> None:
    take = home / "take.wav"
    take.write_bytes(sounds["wav16"].read_bytes() + bytes(6 << 20))
    s3_server.set_faults(bucket, Fault(method="PUT", key="take.wav", code="ExpiredToken", skip=1))
    put = s3audio("put", "take.wav")
    assert put.code == 4 and "have expired" in put.err
    assert "what has arrived of 1 file is kept: s3audio uploads resume goes on" in put.err
    s3_server.set_faults(bucket)
    take.rename(home / "away.wav")
    gone = s3audio("uploads", "resume")
    assert gone.code == 3 and "is kept" not in gone.err
    (home / "away.wav").rename(take)
    resumed = s3audio("uploads", "resume", "--limit-rate", "1GB/s")
    assert (resumed.code, resumed.rows[0][0]) == (0, "take.wav")
    again = s3audio("uploads", "resume")
    assert (again.code, again.err) == (0, "nothing was left unfinished\n")
