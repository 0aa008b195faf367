"""Large files that are copied in parts, and the program killed meanwhile."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.library.test_kill import ended, names, wait_for
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

MIB = 1024 * 1024
DATA = os.urandom(MIB) * 16
PROGRAM = """
import sys
from s3audio_tui.cli.program import run
from s3audio_tui.store import copy
from s3audio_tui.store.copy_job import Sizes
copy.SIZES = Sizes(1024 * 1024, 5 * 1024 * 1024, 1)
sys.exit(run(sys.argv[1:]))
"""
"""The program, for which 1 MiB is more than one request copies."""

Run = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def bucket(request: pytest.FixtureRequest, make_bucket: Callable[..., str], plain_s3: Any) -> str:
    """A bucket with one large file."""
    name = make_bucket(versioned=getattr(request, "param", False))
    plain_s3.put_object(
        Bucket=name, Key="a.wav", Body=DATA, Metadata={"song": "bridge"}, Tagging="take=7"
    )
    return name


@pytest.fixture
def run(credentials: StrictS3, home: Path, bucket: str) -> Run:
    """Start the program on the bucket."""

    def start(*arguments: str) -> "subprocess.Popen[bytes]":
        environ = {
            **os.environ,
            "S3AUDIO_LIBRARY": f"s3://{bucket}",
            "S3AUDIO_ENDPOINT_URL": credentials.endpoint_url,
            "S3AUDIO_USER": "anna",
            "AWS_REGION": credentials.region,
        }
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            env=environ,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    return start


def parts(client: Any, bucket: str) -> list[int]:
    """Return the parts of `b.wav` that are there, as long as it is none."""
    uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return [
        part["PartNumber"]
        for upload in uploads
        if upload["Key"] == "b.wav"
        for part in client.list_parts(
            Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"]
        ).get("Parts", [])
    ]


@pytest.fixture
def killed_move(run: Run, bucket: str, plain_s3: Any, s3_server: StrictS3) -> None:
    """Two of four parts are there, and the program is gone."""
    s3_server.set_faults(bucket, Fault(key="b.wav", query="partNumber", skip=2, delay_s=60))
    with run("mv", "a.wav", "b.wav") as moving:
        try:
            wait_for(lambda: len(parts(plain_s3, bucket)) == 2 or moving.poll() is not None)
            assert moving.poll() is None, moving.communicate()
        finally:
            moving.kill()
    s3_server.forget(bucket)


def uploads(client: Any, bucket: str) -> list[Any]:
    found: list[Any] = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return found


@pytest.mark.parametrize("bucket", [True], ids=["versions"], indirect=True)
@pytest.mark.usefixtures("killed_move")
def test_the_same_act_goes_on(run: Run, bucket: str, plain_s3: Any, s3_server: StrictS3) -> None:
    code, said = ended(run("mv", "a.wav", "b.wav"))
    assert code == 0, said
    asked = [call.query for call in s3_server.asked(bucket) if call.key == "b.wav"]
    copied = {int(query["partNumber"]) for query in asked if "partNumber" in query}
    assert 1 not in copied
    assert 4 in copied
    made = plain_s3.get_object(Bucket=bucket, Key="b.wav")
    assert made["Body"].read() == DATA
    assert made["Metadata"] == {"song": "bridge"}
    tags = plain_s3.get_object_tagging(Bucket=bucket, Key="b.wav")["TagSet"]
    assert tags == [{"Key": "take", "Value": "7"}]
    assert names(plain_s3, bucket, "") == ["b.wav"]
    assert uploads(plain_s3, bucket) == []


@pytest.mark.usefixtures("killed_move")
def test_an_undo_removes_the_parts(run: Run, bucket: str, plain_s3: Any) -> None:
    ended(run("undo"))
    assert uploads(plain_s3, bucket) == []
    assert plain_s3.get_object(Bucket=bucket, Key="a.wav")["Body"].read() == DATA
    assert names(plain_s3, bucket, "") == ["a.wav"]


@pytest.mark.usefixtures("killed_move")
def test_a_source_that_changed_is_copied_from_its_beginning(
    run: Run, bucket: str, plain_s3: Any
) -> None:
    newer = DATA[::-1]
    plain_s3.put_object(Bucket=bucket, Key="a.wav", Body=newer)
    code, said = ended(run("mv", "a.wav", "b.wav"))
    assert code == 0, said
    assert plain_s3.get_object(Bucket=bucket, Key="b.wav")["Body"].read() == newer
    assert uploads(plain_s3, bucket) == []


@pytest.mark.usefixtures("killed_move")
def test_another_act_on_the_file_removes_the_parts(run: Run, bucket: str, plain_s3: Any) -> None:
    code, said = ended(run("cp", "a.wav", "c.wav"))
    assert code == 0, said
    assert plain_s3.get_object(Bucket=bucket, Key="c.wav")["Body"].read() == DATA
    assert {"a.wav", "c.wav"} <= set(names(plain_s3, bucket, ""))
    assert uploads(plain_s3, bucket) == []
