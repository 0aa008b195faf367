"""The strict S3 server as the tests use it: started, asked, told to fail, and ended."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tests.strict.faults import Asked, Fault
from tests.strict.identities import OWNER, Identity

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

REGION = "eu-central-1"

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class StrictS3:
    """A running server. `Fault` says what can go wrong, `identities` who may ask."""

    endpoint_url: str
    access_key_id: str = OWNER.access_key_id
    secret_access_key: str = OWNER.secret_access_key
    region: str = REGION

    def client(self, identity: Identity = OWNER, *, region: str = REGION) -> "S3Client":
        """Return a plain boto3 client: an independent witness of what the store holds."""
        import boto3
        from botocore.config import Config

        session = boto3.session.Session(
            aws_access_key_id=identity.access_key_id,
            aws_secret_access_key=identity.secret_access_key,
            aws_session_token=identity.token,
            region_name=region,
        )
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"total_max_attempts": 1},
        )
        client: S3Client = session.client("s3", endpoint_url=self.endpoint_url, config=config)
        return client

    def set_faults(self, bucket: str, *faults: Fault) -> None:
        """Switch on these faults for the bucket, and all others off."""
        self._control("PUT", bucket, msgspec.json.encode(list(faults)))

    def asked(self, bucket: str) -> list[Asked]:
        """Return the calls that came for the bucket, in their order."""
        return msgspec.json.decode(self._control("GET", bucket), type=list[Asked])

    def forget(self, bucket: str) -> None:
        """Switch all faults off, and forget the calls so far."""
        self._control("DELETE", bucket)

    def _control(self, method: str, bucket: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(
            f"{self.endpoint_url}/-/{bucket}", data=body, method=method
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            data: bytes = answer.read()
        return data


@contextmanager
def running() -> Iterator[StrictS3]:
    """Run the server as a process of its own; it ends here, or with this process."""
    environ = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.strict.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
        cwd=_ROOT,
    )
    assert process.stdin is not None and process.stdout is not None
    with process:
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("the S3 server did not start; see above")
            yield StrictS3(json.loads(line)["endpoint_url"])
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
