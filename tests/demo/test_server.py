"""The demo's server over the wire: what another S3 client sees, and how it ends."""

import hashlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3audio_tui.audio.formats import by_name
from s3audio_tui.demo.file import File
from s3audio_tui.demo.making import Made
from s3audio_tui.demo.run import DemoServer, running
from s3audio_tui.errors import UsageError
from s3audio_tui.library.put import metadata
from tests.demo.conftest import NOW, client

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

BIN = Path(sys.executable).parent


def test_the_bucket_holds_what_the_book_says(
    server: DemoServer, s3: "S3Client", files: list[File], made: dict[str, Made]
) -> None:
    listed = s3.list_objects_v2(Bucket=server.bucket)["Contents"]
    found = {entry["Key"]: (entry["Size"], entry["ETag"].strip('"')) for entry in listed}
    assert found == {
        file.key: (len(made[file.key].data), made[file.key].etag)
        for file in files
        if file.deleted_days_ago is None
    }


def test_bytes_and_headers_are_those_of_an_upload(
    server: DemoServer, s3: "S3Client", made: dict[str, Made]
) -> None:
    key = "voice/cafe\u0301, de\u0301but d’apre\u0300s-midi.ogg"
    got = s3.get_object(Bucket=server.bucket, Key=key)
    name = key.rpartition("/")[2]
    assert hashlib.md5(got["Body"].read()).hexdigest() == made[key].etag
    assert got["ContentType"] == by_name("ogg").content_type
    assert got["Metadata"] == metadata("demo", name, made[key].sound)
    assert got["ServerSideEncryption"] == "AES256"


def test_dates_are_spread_back_from_now(
    server: DemoServer, s3: "S3Client", files: list[File]
) -> None:
    ages = {file.key: file.age_days for file in files}
    for entry in s3.list_objects_v2(Bucket=server.bucket)["Contents"]:
        expected = NOW - ages[entry["Key"]] * 24 * 3600
        assert entry["LastModified"].timestamp() == pytest.approx(expected, abs=1)


def test_versions_and_trash_are_there(
    server: DemoServer, s3: "S3Client", files: list[File]
) -> None:
    assert s3.get_bucket_versioning(Bucket=server.bucket)["Status"] == "Enabled"
    told = s3.list_object_versions(Bucket=server.bucket)
    kept: dict[str, list[tuple[bool, datetime]]] = defaultdict(list)
    for version in told["Versions"]:
        kept[version["Key"]].append((version["IsLatest"], version["LastModified"]))
    assert {key: len(versions) for key, versions in kept.items()} == {
        key: sum(file.key == key for file in files) for key in kept
    }
    newer, older = kept["takes/2026-11/07-bridge.wav"]
    assert newer[0] and not older[0] and newer[1] > older[1]
    deleted = {file.key for file in files if file.deleted_days_ago is not None}
    markers = told["DeleteMarkers"]
    assert {marker["Key"] for marker in markers} == deleted
    assert all(marker["IsLatest"] for marker in markers)


def test_what_is_in_the_trash_can_be_restored(server: DemoServer, s3: "S3Client") -> None:
    key = "samples/drums/kick-dusty-02 (clipped).wav"
    listed = s3.list_object_versions(Bucket=server.bucket, Prefix=key)
    (marker,), (version,) = listed["DeleteMarkers"], listed["Versions"]
    s3.delete_object(Bucket=server.bucket, Key=key, VersionId=marker["VersionId"])
    try:
        assert s3.head_object(Bucket=server.bucket, Key=key)["VersionId"] == version["VersionId"]
    finally:
        s3.delete_object(Bucket=server.bucket, Key=key)


def test_a_file_goes_up_in_parts_and_its_versions_are_listed(
    server: DemoServer, s3: "S3Client"
) -> None:
    key, part = "voice/neu.wav", b"\1" * 5 * 1024**2
    upload = s3.create_multipart_upload(Bucket=server.bucket, Key=key)["UploadId"]
    etags = [
        s3.upload_part(
            Bucket=server.bucket, Key=key, UploadId=upload, PartNumber=number, Body=part
        )["ETag"]
        for number in (1, 2)
    ]
    s3.complete_multipart_upload(
        Bucket=server.bucket,
        Key=key,
        UploadId=upload,
        MultipartUpload={
            "Parts": [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, start=1)]
        },
    )
    (version,) = s3.list_object_versions(Bucket=server.bucket, Prefix=key)["Versions"]
    assert version["Size"] == 2 * len(part)
    ranged = s3.get_object(Bucket=server.bucket, Key=key, Range="bytes=5242879-5242880")
    assert ranged["Body"].read() == b"\1\1"
    s3.delete_object(Bucket=server.bucket, Key=key, VersionId=version["VersionId"])
    assert "Versions" not in s3.list_object_versions(Bucket=server.bucket, Prefix=key)


def outside(server: DemoServer, *command: str) -> bytes:
    """Run another S3 client on the server; return what it wrote."""
    ended = subprocess.run(
        [BIN / command[0], *command[1:]],
        env={
            **os.environ,
            "AWS_ACCESS_KEY_ID": server.access_key_id,
            "AWS_SECRET_ACCESS_KEY": server.secret_access_key,
            "AWS_REGION": server.region,
            "AWS_ENDPOINT_URL": server.endpoint_url,
            "S3_ENDPOINT_URL": server.endpoint_url,
        },
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return ended.stdout


def test_s5cmd_looks_in(server: DemoServer, made: dict[str, Made], tmp_path: Path) -> None:
    folder = f"s3://{server.bucket}/samples/"
    listed = outside(server, "s5cmd", "--json", "ls", f"{folder}*")
    sizes = {entry["key"]: entry["size"] for entry in map(json.loads, listed.splitlines())}
    assert sizes[f"{folder}環境音/雨の音、屋根の上.opus"] == len(
        made["samples/環境音/雨の音、屋根の上.opus"].data
    )
    outside(server, "s5cmd", "cp", f"{folder}drums/*", f"{tmp_path}/")
    assert len(list(tmp_path.iterdir())) == 7
    assert (tmp_path / "rim.wav").read_bytes() == made["samples/drums/rim.wav"].data


def test_aws_looks_in(server: DemoServer, made: dict[str, Made], tmp_path: Path) -> None:
    key = "samples/loops/break 92 bpm [4 bars].wav"
    outside(server, "aws", "s3", "cp", f"s3://{server.bucket}/{key}", str(tmp_path / "a.wav"))
    assert (tmp_path / "a.wav").read_bytes() == made[key].data


def gone(server: DemoServer) -> bool:
    port = int(server.endpoint_url.rpartition(":")[2])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def soon(happened: Callable[[], bool]) -> bool:
    """Whether it happens within half a minute."""
    end = time.monotonic() + 30
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def listing(server: DemoServer) -> dict[str, Any]:
    told: dict[str, Any] = dict(client(server).list_object_versions(Bucket=server.bucket))
    del told["ResponseMetadata"]
    return told


def test_a_second_server_is_the_same_and_goes_with_its_context(
    server: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    with running(now=NOW) as other:
        assert other.endpoint_url != server.endpoint_url
        assert other.folder.parent == tmp_path
        assert other.folder.stat().st_mode & 0o777 == 0o700
        (other.folder / "catalog.sqlite").write_bytes(b"anything")
        ours, theirs = listing(server), listing(other)
        kept = {version["VersionId"] for version in theirs["Versions"]}
        ours["Versions"] = [v for v in ours["Versions"] if v["VersionId"] in kept]
        assert ours["Versions"] == theirs["Versions"]
    assert gone(other)
    assert list(tmp_path.iterdir()) == []


PARENT = """
import sys, time
from s3audio_tui.demo.run import running
with running() as server:
    print(server.endpoint_url, server.folder, flush=True)
    time.sleep(600)
"""


def test_the_server_goes_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        endpoint_url, folder = parent.stdout.readline().split()
        assert Path(folder).is_dir()
        parent.kill()
    server = DemoServer(endpoint_url, "", "", "", "", Path(folder))
    assert soon(lambda: gone(server))
    assert soon(lambda: not list(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("number", "when"), [(signal.SIGTERM, "filling"), (signal.SIGINT, "ready")]
)
def test_a_signal_ends_the_server_at_any_time(
    number: signal.Signals, when: str, tmp_path: Path
) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "s3audio_tui.demo.server", "--folder"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    with server:
        assert server.stdout is not None and server.stderr is not None
        if when == "ready":
            assert Path(json.loads(server.stdout.readline())["folder"]).parent == tmp_path
        else:
            assert soon(lambda: bool(list(tmp_path.iterdir())))
        server.send_signal(number)
        assert server.wait(60) == 0
        assert server.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []


def test_it_listens_on_this_machine_alone(server: DemoServer) -> None:
    assert server.endpoint_url.startswith("http://127.0.0.1:")
    port = int(server.endpoint_url.rpartition(":")[2])
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))


def test_now_needs_its_zone() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "s3audio_tui.demo.server", "--now", "2026-11-20T09:30:00"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "with its zone" in ended.stderr


def test_without_moto_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "moto" else 1)
    with pytest.raises(UsageError) as raised, running():
        pass
    assert raised.value.message == "the demo needs moto, which is not installed"
    assert raised.value.remedy == "pip install 's3audio-tui[demo]'"


def test_the_sample_instant_is_what_it_says() -> None:
    assert datetime.fromtimestamp(NOW, UTC).isoformat() == "2026-11-20T09:30:00+00:00"
