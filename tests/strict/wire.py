"""Requests sent exactly as a test wants them, signed rightly or wrongly."""

import hashlib
import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.strict_s3 import StrictS3


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code


def sent(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
    """Send exactly this, and return the status and the body."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        line.request(method, target, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def signed(
    server: StrictS3,
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    sha256: str | None = None,
) -> tuple[int, bytes]:
    """Sign with the owner's keys, and send. What S3 checks may be wrong in it."""
    url = f"{server.endpoint_url}{path}"
    request = AWSRequest(method, url, headers=headers or {}, data=body)
    keys = Credentials(server.access_key_id, server.secret_access_key)
    Signer(keys, server.region, sha256 or hashlib.sha256(body).hexdigest()).add_auth(request)
    return sent(method, url, dict(request.headers.items()), body)


class Signer(S3SigV4Auth):
    """Signs whatever payload hash, and whatever time, it is told."""

    def __init__(self, keys: Credentials, region: str, payload: str) -> None:
        super().__init__(keys, "s3", region)
        self._payload = payload

    def payload(self, _request: AWSRequest) -> str:
        return self._payload
