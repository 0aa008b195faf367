"""The demo's files, made once, and its server, started once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import boto3
import pytest
from botocore.config import Config

from s3audio_tui.demo import making, songbook
from s3audio_tui.demo.file import File
from s3audio_tui.demo.run import DemoServer, running

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

NOW = 1795167000.0
"""2026-11-20T09:30:00Z."""


@pytest.fixture(scope="session")
def made() -> dict[str, making.Made]:
    """Every file of the demo by its key; of two versions the newer."""
    files = songbook.files()
    workers = making.start(files)
    try:
        contents = making.results(workers, len(files))
    finally:
        making.end(workers)
    return {file.key: content for file, content in zip(files, contents, strict=True)}


@pytest.fixture(scope="session")
def files() -> list[File]:
    """What the demo is to hold."""
    return songbook.files()


@pytest.fixture(scope="session")
def server() -> Iterator[DemoServer]:
    """The running demo, dated from `NOW`."""
    with running(now=NOW) as server:
        yield server


@pytest.fixture
def s3(server: DemoServer) -> "S3Client":
    """boto3's client on the demo."""
    return client(server)


def client(server: DemoServer) -> "S3Client":
    """Return boto3's client on a demo server."""
    made = boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=server.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}),
    )
    return cast("S3Client", made)
