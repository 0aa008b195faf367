"""The real program killed in the midst of its work: nothing is lost, and undo takes it back."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.library import quota
from tests.library.conftest import MakeLibrary
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

Start = Callable[..., "subprocess.Popen[bytes]"]

KEYS = [f"take {n:02}.wav" for n in range(16)]


@pytest.fixture
def start(credentials: StrictS3, home: Path) -> Start:
    """Start the program on a bucket; what it says is dropped."""

    def run(bucket: str, *arguments: str) -> "subprocess.Popen[bytes]":
        environ = {
            **os.environ,
            "S3AUDIO_LIBRARY": f"s3://{bucket}",
            "S3AUDIO_ENDPOINT_URL": credentials.endpoint_url,
            "S3AUDIO_USER": "anna",
            "S3AUDIO_QUOTA": "14MB",
            "AWS_REGION": credentials.region,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "s3audio_tui", *arguments],
            env=environ,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    return run


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "it did not begin"
        time.sleep(0.03)


def killed(process: "subprocess.Popen[bytes]", begun: Callable[[], bool], seed: int) -> None:
    """Kill the program a little after it has begun."""
    with process:
        wait_for(lambda: begun() or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        time.sleep(random.Random(seed).uniform(0, 0.5))
        process.kill()


def ended(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    out, _ = process.communicate(timeout=60)
    return process.returncode, out.decode()


def names(client: Any, bucket: str, prefix: str) -> list[str]:
    """Return the keys below a prefix."""
    found = client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return [item["Key"] for item in found]


def contents(client: Any, bucket: str, prefix: str) -> dict[str, bytes]:
    """Return the bodies below a prefix, by the rest of their keys."""
    return {
        key.removeprefix(prefix): client.get_object(Bucket=bucket, Key=key)["Body"].read()
        for key in names(client, bucket, prefix)
    }


@pytest.mark.parametrize(("seed", "versioned"), [(1, True), (2, False)], ids=str)
def test_a_killed_move_loses_nothing_and_is_undone(
    seed: int,
    versioned: bool,
    start: Start,
    make_bucket: Callable[..., str],
    plain_s3: Any,
    s3_server: StrictS3,
) -> None:
    bucket = make_bucket(versioned=versioned)
    for key in KEYS:
        plain_s3.put_object(Bucket=bucket, Key=f"a/{key}", Body=key.encode())
    s3_server.set_faults(bucket, Fault(method=("PUT", "DELETE")[seed % 2], delay_s=0.15))
    moving = start(bucket, "mv", "a/", "b/")
    killed(moving, lambda: bool(names(plain_s3, bucket, "b/")), seed)
    s3_server.set_faults(bucket)
    time.sleep(0.4)  # what the server was still asked for is done
    old, new = (contents(plain_s3, bucket, prefix) for prefix in ("a/", "b/"))
    assert new
    assert {**old, **new} == {key: key.encode() for key in KEYS}
    code, said = ended(start(bucket, "undo"))
    assert code == 0, said
    assert contents(plain_s3, bucket, "a/") == {key: key.encode() for key in KEYS}
    assert contents(plain_s3, bucket, "b/") == {}


def test_a_killed_delete_is_undone(
    start: Start,
    make_bucket: Callable[..., str],
    plain_s3: Any,
    s3_server: StrictS3,
) -> None:
    bucket = make_bucket()
    for key in KEYS:
        plain_s3.put_object(Bucket=bucket, Key=f"a/{key}", Body=key.encode())
    s3_server.set_faults(bucket, Fault(method="DELETE", prefix="a/", delay_s=0.2))
    deleting = start(bucket, "rm", "a/", "--yes")
    killed(deleting, lambda: len(names(plain_s3, bucket, "a/")) < len(KEYS), 6)
    s3_server.set_faults(bucket)
    time.sleep(0.4)
    code, said = ended(start(bucket, "undo"))
    assert code == 0, said
    assert contents(plain_s3, bucket, "a/") == {key: key.encode() for key in KEYS}


def test_a_killed_upload_is_counted_and_finished_with_its_parts(
    start: Start,
    make_library: MakeLibrary,
    plain_s3: Any,
    s3_server: StrictS3,
    tmp_path: Path,
    sounds: dict[str, Path],
) -> None:
    library = make_library(quota="14MB")
    big = tmp_path / "big.wav"
    head = sounds["wav16"].read_bytes()
    big.write_bytes(head + random.Random(3).randbytes(12_000_000 - len(head)))
    lost = Fault(key="big.wav", query="partNumber", delay_s=30, code="SlowDown", skip=1)
    s3_server.set_faults(library.bucket, lost)
    uploading = start(library.bucket, "put", str(big))

    def parts() -> list[Any]:
        found = plain_s3.list_multipart_uploads(Bucket=library.bucket).get("Uploads", [])
        return [
            part
            for upload in found
            if upload["Key"] == "big.wav"
            for part in plain_s3.list_parts(
                Bucket=library.bucket, Key="big.wav", UploadId=upload["UploadId"]
            ).get("Parts", [])
        ]

    killed(uploading, lambda: len(parts()) == 1, 7)
    s3_server.forget(library.bucket)
    assert contents(plain_s3, library.bucket, "big") == {}
    assert quota.status(library).used_bytes >= sum(part["Size"] for part in parts())
    code, said = ended(start(library.bucket, "uploads", "resume"))
    assert code == 0, said
    asked = [call for call in s3_server.asked(library.bucket) if call.key == "big.wav"]
    sent = sum("partNumber" in call.query and call.status == 200 for call in asked)
    assert sent <= 2, "what had arrived was sent again"
    assert contents(plain_s3, library.bucket, "big") == {".wav": big.read_bytes()}
    assert parts() == []


def test_a_killed_download_leaves_no_half_file(
    start: Start,
    bucket: str,
    plain_s3: Any,
    s3_server: StrictS3,
    tmp_path: Path,
) -> None:
    body = random.Random(8).randbytes(11_000_000)
    plain_s3.put_object(Bucket=bucket, Key="a.wav", Body=body)
    s3_server.set_faults(bucket, Fault(method="GET", key="a.wav", delay_s=0.5, skip=1))
    getting = start(bucket, "get", "a.wav", "--to", str(tmp_path))
    killed(getting, lambda: (tmp_path / "a.wav.part").exists(), 8)
    assert not (tmp_path / "a.wav").exists()
    s3_server.set_faults(bucket)
    code, said = ended(start(bucket, "get", "a.wav", "--to", str(tmp_path)))
    assert code == 0, said
    assert (tmp_path / "a.wav").read_bytes() == body
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
