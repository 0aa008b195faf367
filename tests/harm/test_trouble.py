"""What goes wrong in the midst of a transfer, on this side and on the other: named, none lost."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    CancelledError,
    ConflictError,
    CredentialsError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
)
from s3audio_tui.library.opening import Library
from s3audio_tui.store.download import download
from s3audio_tui.store.transfer import MIB
from s3audio_tui.store.upload import PutOptions, upload
from tests.harm.conftest import Reach
from tests.harm.harms import Plan
from tests.harm.judging import (
    Sent,
    files,
    parts_left,
    sha256,
    stored_sha256,
    wait_until,
)
from tests.harm.line import HarmfulLine
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

OPTIONS = PutOptions(content_type="audio/wav", only_if_free=False)
SIZE_BYTES = 12 * MIB


@pytest.fixture
def library(reach: Reach) -> Library:
    """A library over the line."""
    return reach(versioned=False)


@pytest.fixture
def take(tmp_path: Path) -> Sent:
    """A file that goes up in parts."""
    return files(tmp_path / "sent", [SIZE_BYTES])[0]


def midway(act: Callable[[], None]) -> Callable[[int], None]:
    """Return a progress that acts once, as soon as some of the bytes are over."""
    todo = [act]

    def progress(bytes_done: int) -> None:
        if todo and bytes_done >= 2 * MIB:
            todo.pop()()

    return progress


def truncate(path: Path) -> None:
    os.truncate(path, SIZE_BYTES // 2)


def change(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(SIZE_BYTES - 10)
        file.write(b"x")


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


@pytest.mark.parametrize("spoil", [truncate, change, append])
def test_a_file_that_changes_on_its_way_up_replaces_nothing(
    spoil: Callable[[Path], None], library: Library, plain_s3: "S3Client", take: Sent
) -> None:
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"old")
    with pytest.raises(ConflictError):
        upload(
            library.store,
            take.path,
            "a.wav",
            OPTIONS,
            progress=midway(lambda: spoil(take.path)),
        )
    assert plain_s3.get_object(Bucket=library.bucket, Key="a.wav")["Body"].read() == b"old"
    wait_until(lambda: parts_left(plain_s3, library.bucket) == [], "parts stay behind")


def test_a_file_that_is_replaced_on_its_way_up_is_never_mixed(
    library: Library, plain_s3: "S3Client", take: Sent, tmp_path: Path
) -> None:
    other = tmp_path / "other.wav"
    other.write_bytes(Random(2).randbytes(SIZE_BYTES))
    right = {take.sha256, sha256(other)}
    try:
        upload(
            library.store,
            take.path,
            "a.wav",
            OPTIONS,
            progress=midway(lambda: _replace(other, take.path)),
        )
    except ConflictError:
        assert stored_sha256(plain_s3, library.bucket) == {}
    else:
        assert stored_sha256(plain_s3, library.bucket)["a.wav"] in right


def _replace(other: Path, path: Path) -> None:
    other.replace(path)


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Take the right to read a file away, also where the tests run as root."""
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        path.chmod(0o600)


def test_a_file_that_may_not_be_read_is_named(library: Library, take: Sent) -> None:
    store = library.store
    with unreadable(take.path), pytest.raises(NotAllowedError, match="cannot be read"):
        upload(store, take.path, "a.wav", OPTIONS)


@pytest.mark.parametrize(
    ("kind", "error"), [("denied", NotAllowedError), ("expired", CredentialsError)]
)
def test_rights_that_end_in_the_midst_of_an_upload(
    kind: str,
    error: type[S3AudioError],
    library: Library,
    line: HarmfulLine,
    plain_s3: "S3Client",
    take: Sent,
) -> None:
    ending = Plan(kind=kind, rate=1.0)  # type: ignore[arg-type]
    with pytest.raises(error):
        upload(library.store, take.path, "a.wav", OPTIONS, progress=midway(lambda: line.do(ending)))
    assert line.harmed()[kind] > 0
    line.rest()
    assert stored_sha256(plain_s3, library.bucket) == {}
    wait_until(lambda: parts_left(plain_s3, library.bucket) == [], "parts stay behind")


def test_a_bucket_that_goes_in_the_midst_of_an_upload(
    library: Library, plain_s3: "S3Client", take: Sent
) -> None:
    with pytest.raises(NotFoundError, match="no bucket"):
        upload(
            library.store,
            take.path,
            "a.wav",
            OPTIONS,
            progress=midway(lambda: _remove(plain_s3, library.bucket)),
        )


def _remove(client: "S3Client", bucket: str) -> None:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            client.delete_object(Bucket=bucket, Key=item["Key"])
    client.delete_bucket(Bucket=bucket)


@pytest.mark.parametrize(
    ("kind", "error"), [("denied", NotAllowedError), ("expired", CredentialsError)]
)
def test_rights_that_end_in_the_midst_of_a_download(
    kind: str,
    error: type[S3AudioError],
    library: Library,
    line: HarmfulLine,
    plain_s3: "S3Client",
    take: Sent,
    tmp_path: Path,
) -> None:
    plain_s3.upload_file(str(take.path), library.bucket, "a.wav")
    ending = Plan(kind=kind, rate=1.0)  # type: ignore[arg-type]
    path = tmp_path / "a.wav"
    with path.open("w+b") as file:
        with pytest.raises(error):
            download(
                library.store,
                "a.wav",
                file.fileno(),
                progress=midway(lambda: line.do(ending)),
                workers=1,
            )
        line.rest()
        download(library.store, "a.wav", file.fileno())
    assert sha256(path) == take.sha256


def test_a_cancelled_upload_leaves_no_part(
    library: Library, plain_s3: "S3Client", take: Sent
) -> None:
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        upload(
            library.store,
            take.path,
            "a.wav",
            OPTIONS,
            progress=midway(cancel.cancel),
            cancel=cancel,
        )
    wait_until(lambda: parts_left(plain_s3, library.bucket) == [], "parts stay behind")
    assert stored_sha256(plain_s3, library.bucket) == {}


@pytest.fixture
def get(bucket: str, credentials: StrictS3, home: Path) -> Callable[..., tuple[int, str]]:
    """Run `get` as a process that can write files of 4 MiB at most; return code and words."""

    def run(*arguments: str, stdout: int = subprocess.PIPE) -> tuple[int, str]:
        environ = {
            **os.environ,
            "S3AUDIO_LIBRARY": f"s3://{bucket}",
            "S3AUDIO_ENDPOINT_URL": credentials.endpoint_url,
            "AWS_REGION": credentials.region,
        }
        ended = subprocess.run(
            [sys.executable, "-m", "s3audio_tui", "get", *arguments],
            env=environ,
            cwd=home,
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
            preexec_fn=_with_small_files,
        )
        return ended.returncode, ended.stderr.decode()

    return run


def _with_small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * MIB, 4 * MIB))


def test_a_disk_that_is_full_is_named_and_nothing_stays(
    get: Callable[..., tuple[int, str]],
    bucket: str,
    plain_s3: "S3Client",
    take: Sent,
    tmp_path: Path,
) -> None:
    plain_s3.upload_file(str(take.path), bucket, "take.wav")
    plain_s3.put_object(Bucket=bucket, Key="small.wav", Body=b"small")
    code, said = get("take.wav", "small.wav", "--to", str(tmp_path / "got"))
    assert code == 1
    assert "take.wav" in said and "Traceback" not in said
    assert {path.name for path in (tmp_path / "got").iterdir()} == {"small.wav"}
    assert (tmp_path / "got" / "small.wav").read_bytes() == b"small"


def test_a_pipe_that_takes_no_more_is_named(
    get: Callable[..., tuple[int, str]], bucket: str, plain_s3: "S3Client", take: Sent
) -> None:
    plain_s3.upload_file(str(take.path), bucket, "take.wav")
    with open("/dev/full", "wb") as full:
        code, said = get("take.wav", "--to", "-", stdout=full.fileno())
    assert code not in (0, 130), said
    assert "Traceback" not in said and said.startswith("s3audio: ")
