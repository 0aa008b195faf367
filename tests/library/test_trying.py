"""An address that is tried: what works, what is wrong, and what may help."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError, SSLError

from s3audio_tui.config import Settings
from s3audio_tui.errors import CredentialsError, NotAllowedError, UnreachableError
from s3audio_tui.library.explaining import explained
from s3audio_tui.library.remembered import Address
from s3audio_tui.library.trying import Tried, bucket_names, tried
from s3audio_tui.store.client import Connection
from tests.strict import identities
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Try = Callable[..., Tried]


@pytest.fixture
def attempt(credentials: StrictS3) -> Try:
    """Try a place of the strict server."""

    def run(url: str, **more: str | None) -> Tried:
        values: dict[str, str | None] = {
            "region": credentials.region,
            "endpoint_url": credentials.endpoint_url,
            **more,
        }
        return tried(Settings(), Address(url=url, **values), os.environ)  # type: ignore[arg-type]

    return run


def use(monkeypatch: pytest.MonkeyPatch, identity: identities.Identity) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", identity.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", identity.secret_access_key)
    if identity.token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", identity.token)


def said(result: Tried) -> str:
    assert result.error is not None and result.good == ()
    return str(result.error)


def test_what_works_is_said(
    attempt: Try, make_bucket: Callable[..., str], plain_s3: "S3Client", s3_server: StrictS3
) -> None:
    name = make_bucket(versioned=True)
    for key in ("takes/a.wav", "takes/b.wav", "voice/c.wav", "d.wav", ".s3audio/x"):
        plain_s3.put_object(Bucket=name, Key=key, Body=b"x")
    s3_server.forget(name)
    result = attempt(f"s3://{name}/")
    assert result.error is None and result.offers == ()
    assert result.good == (
        "you may list it: 2 folders and 1 file",
        "it keeps versions, so what is deleted can come back",
    )
    assert {asked.method for asked in s3_server.asked(name)} == {"GET"}
    assert attempt(f"s3://{name}/takes/").good[0] == "you may list it: 2 files"


def test_an_empty_folder_offers_those_with_a_near_name(
    attempt: Try, bucket: str, plain_s3: "S3Client"
) -> None:
    plain_s3.put_object(Bucket=bucket, Key="a/takes/b.wav", Body=b"x")
    result = attempt(f"s3://{bucket}/a/take/")
    assert result.good[0] == "you may list it: there is nothing in it yet"
    assert "keeps no versions" in result.good[1]
    assert [(offer.words, offer.address.url) for offer in result.offers] == [
        ("use a/takes/", f"s3://{bucket}/a/takes/")
    ]


def test_a_wrong_region_offers_the_right_one(attempt: Try, bucket: str) -> None:
    result = attempt(f"s3://{bucket}/", region="us-west-2")
    assert "is in eu-central-1" in said(result)
    (offer,) = result.offers
    assert offer.words == "use eu-central-1"
    assert attempt(offer.address.url, region=offer.address.region).error is None


def test_a_missing_bucket_offers_near_names(attempt: Try, bucket: str) -> None:
    result = attempt(f"s3://{bucket[:-1]}/x/")
    assert said(result).startswith(f"there is no bucket {bucket[:-1]}: check its name")
    assert result.offers[0].address.url == f"s3://{bucket}/x/"


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (identities.DENIED, "you may not list the bucket"),
        (identities.BLIND, "name a folder that you may list"),
        (identities.EXPIRED, "the credentials have expired"),
        (identities.Identity("AKIAUNKNOWN000000000", "x" * 40), "does not know this access key"),
        (
            identities.Identity(identities.OWNER.access_key_id, "x" * 40),
            "the secret key does not fit",
        ),
    ],
    ids=["denied", "blind", "expired", "unknown", "wrong-secret"],
)
def test_wrong_keys(
    attempt: Try,
    bucket: str,
    identity: identities.Identity,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, identity)
    assert words in said(attempt(f"s3://{bucket}/"))


def test_no_credentials_and_no_profile(
    attempt: Try, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert "no keys were found for it: give keys or a profile" in said(attempt(f"s3://{bucket}/"))
    assert "there is no AWS profile gone" in said(attempt(f"s3://{bucket}/", profile="gone"))


def test_an_expired_log_in_says_what_to_run(attempt: Try, bucket: str) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(
        "[profile studio]\nsso_session = x\nsso_account_id = 1\nsso_role_name = r\n"
        "[sso-session x]\nsso_region = eu-west-1\nsso_start_url = https://example.org/start\n"
    )
    result = attempt(f"s3://{bucket}/", profile="studio")
    assert "run: aws sso login --profile studio" in said(result)


def test_a_wrong_clock(attempt: Try, bucket: str, s3_server: StrictS3) -> None:
    s3_server.set_faults(bucket, Fault(code="RequestTimeTooSkewed"))
    assert "this machine's clock is 0 min " in said(attempt(f"s3://{bucket}/"))


def test_nothing_answers(attempt: Try) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        result = attempt("s3://takes/", endpoint_url=f"http://127.0.0.1:{port}")
    assert f"nothing answers at 127.0.0.1:{port}: check the address, its port" in said(result)


@contextmanager
def web_server(status: int, body: bytes, **headers: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


PAGE = b"<!doctype html><html><body><p>hello<br></body></html>"


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, PAGE, {}),
        (200, b"<html/>", {}),
        (404, PAGE, {}),
        (405, b"", {}),
        (301, b"", {"Location": "https://example.org"}),
        (400, b"Client sent an HTTP request to an HTTPS server.", {}),
    ],
    ids=["page", "xml", "missing", "method", "elsewhere", "tls"],
)
def test_a_web_server_is_no_store(
    attempt: Try, status: int, body: bytes, headers: dict[str, str]
) -> None:
    with web_server(status, body, **headers) as host:
        result = attempt("s3://takes/", endpoint_url=f"http://{host}")
    assert said(result).startswith(f"what answers at {host} is not an S3 store")


def test_a_store_without_encryption_asked_with_it(attempt: Try) -> None:
    with web_server(200, PAGE) as host:
        result = attempt("s3://takes/", endpoint_url=f"https://{host}")
    assert f"what answers at {host} is not encrypted: write http://" in said(result)


def test_a_host_that_is_not_there(attempt: Try) -> None:
    result = attempt("s3://takes/", endpoint_url="https://store.invalid")
    assert said(result).startswith("there is no host store.invalid")


def test_the_buckets_of_an_account(
    credentials: StrictS3, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Address(url="", endpoint_url=credentials.endpoint_url, region=credentials.region)
    assert bucket in bucket_names(Settings(), account, os.environ)
    use(monkeypatch, identities.BLIND)
    with pytest.raises(NotAllowedError, match="list the buckets of this account"):
        bucket_names(Settings(), account, os.environ)


@pytest.mark.parametrize(
    ("behind_s", "words"),
    [
        (1200, "20 min behind the store's"),
        (-7300, "2 h ahead of the store's"),
        (400_000, "5 days behind"),
    ],
)
def test_how_wrong_the_clock_is(behind_s: float, words: str) -> None:
    now = datetime.now(UTC) + timedelta(seconds=behind_s + 1)
    answer = {"HTTPStatusCode": 403, "HTTPHeaders": {"date": format_datetime(now)}}
    said = {"Error": {"Code": "RequestTimeTooSkewed"}, "ResponseMetadata": answer}
    error = CredentialsError("this machine's clock is wrong", "set the clock")
    error.__cause__ = ClientError(said, "ListObjectsV2")  # type: ignore[arg-type]
    assert words in str(explained(error, Connection(bucket="takes")))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("certificate verify failed: self-signed certificate", "set AWS_CA_BUNDLE"),
        ("certificate verify failed: certificate has expired", "has expired: tell who runs"),
        ("Hostname mismatch, certificate is not valid for 'nas'", "is for another name"),
    ],
)
def test_what_is_wrong_with_a_certificate(said: str, words: str) -> None:
    error = UnreachableError("the store has no certificate that this machine trusts")
    error.__cause__ = SSLError(endpoint_url="https://nas:9000", error=OSError(said))
    connection = Connection(bucket="takes", endpoint_url="https://nas:9000")
    assert words in str(explained(error, connection)) and "nas:9000" in str(
        explained(error, connection)
    )
