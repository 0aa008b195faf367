"""The real program as scripts run it: a process of its own, on the strict S3 server."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.ready import Ready, ready
from tests.strict_s3 import StrictS3
from tests.terminal import program as program

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Ran:
    """How a run of the program ended, and what it said."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """What it wrote to stdout."""
        return self.out.decode()

    @property
    def rows(self) -> list[list[str]]:
        """The cells of each line of stdout."""
        return [line.split("\t") for line in self.text.splitlines()]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line of stdout, read as JSON."""
        return [json.loads(line) for line in self.text.split("\n") if line]

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        (line,) = self.lines
        return line

    @property
    def error(self) -> dict[str, Any]:
        """The error that ended it, as the last line of stdout has it."""
        fields: dict[str, Any] = self.lines[-1]["error"]
        return fields


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """Where runs of the program start fast."""
    with ready(tmp_path_factory.mktemp("ready")) as made:
        yield made


@pytest.fixture
def outside(home: Path, forked: Ready) -> Run:
    """Run the program without a library, and without credentials.

    With variables of its own it is started from nothing, as a shell does.
    """

    def run(*arguments: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Ran:
        if environ is None:
            code, out, err = forked.run(arguments, stdin, home)
            return Ran(code, out, err.decode())
        ended = subprocess.run(
            [sys.executable, "-m", "s3audio_tui", *arguments],
            input=stdin,
            capture_output=True,
            env={**os.environ, **environ},
            cwd=home,
            check=False,
            timeout=60,
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr.decode())

    return run


@pytest.fixture
def use(credentials: StrictS3, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a bucket the library of all runs that follow."""

    def choose(bucket: str) -> None:
        monkeypatch.setenv("S3AUDIO_LIBRARY", f"s3://{bucket}")
        monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", credentials.endpoint_url)
        monkeypatch.setenv("AWS_REGION", credentials.region)

    return choose


@pytest.fixture
def s3audio(outside: Run, use: Callable[[str], None], bucket: str) -> Run:
    """Run the program on the fresh bucket."""
    use(bucket)
    return outside


@pytest.fixture
def versioned(outside: Run, use: Callable[[str], None], make_bucket: Callable[..., str]) -> str:
    """A bucket that keeps versions, as the library of all runs."""
    name = make_bucket(versioned=True)
    use(name)
    return name


@pytest.fixture
def fill(plain_s3: "S3Client", bucket: str) -> Callable[..., None]:
    """Put objects into the bucket, without the program."""

    def put(*keys: str, body: bytes = b"12345", into: str = "") -> None:
        for key in keys:
            plain_s3.put_object(Bucket=into or bucket, Key=key, Body=body)

    return put


@pytest.fixture
def stored(plain_s3: "S3Client", bucket: str) -> Callable[..., list[str]]:
    """List the bucket's keys, without the program and without its own folder."""

    def keys(of: str = "", *, hidden: bool = False) -> list[str]:
        pages = plain_s3.get_paginator("list_objects_v2").paginate(Bucket=of or bucket)
        found = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return [key for key in found if hidden or not key.startswith(".s3audio/")]

    return keys
