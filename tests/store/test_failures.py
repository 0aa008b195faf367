"""Every failure is one plain sentence with its remedy."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    CredentialsError,
    LimitError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    SettingsError,
    UnreachableError,
    UnsupportedError,
    UsageError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.client import Connection, Store, connect
from s3audio_tui.store.failures import refused
from s3audio_tui.store.listing import pages
from tests.strict import identities
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


def said(error: S3AudioError) -> str:
    """Return the sentence, which must be fit to be shown."""
    text = str(error)
    assert error.message and error.remedy
    assert "\n" not in text and len(text) < 200
    assert not re.search(r"[Ee]xception|[Ee]rror|botocore|HTTP|None|'{", text), text
    return text


def use(monkeypatch: pytest.MonkeyPatch, identity: identities.Identity) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", identity.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", identity.secret_access_key)
    if identity.token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", identity.token)


def first_page(connection: Connection) -> None:
    next(pages(connect(connection), ""))


def look(connection: Connection) -> None:
    objects.head(connect(connection), "k")


def search(connection: Connection) -> None:
    objects.find(connect(connection), "k")


EVERY_WAY = pytest.mark.parametrize("act", [first_page, look, search])
Act = Callable[[Connection], None]


@EVERY_WAY
def test_wrong_region(connection: Connection, act: Act) -> None:
    with pytest.raises(UnreachableError) as caught:
        act(replace(connection, region="us-west-2"))
    assert "is in eu-central-1" in said(caught.value)
    assert caught.value.remedy == "give --region eu-central-1"


def test_no_region_is_found_out(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    store = connect(replace(connection, region=None))
    assert store.region == "eu-central-1"
    assert next(pages(store, "")) == []
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert connect(replace(connection, region=None)).region == "eu-central-1"


def test_no_credentials(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(CredentialsError, match="no AWS credentials") as caught:
        connect(connection)
    assert "AWS_ACCESS_KEY_ID" in said(caught.value)


def test_half_credentials(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CredentialsError, match="incomplete") as caught:
        connect(connection)
    said(caught.value)


def test_no_such_profile(connection: Connection) -> None:
    with pytest.raises(CredentialsError, match="no AWS profile studio") as caught:
        connect(replace(connection, profile="studio"))
    said(caught.value)


def test_a_profile_with_its_own_region_and_address(
    connection: Connection, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "[profile studio]",
        "region = eu-central-1",
        f"endpoint_url = {connection.endpoint_url}",
        f"aws_access_key_id = {identities.OWNER.access_key_id}",
        f"aws_secret_access_key = {identities.OWNER.secret_access_key}",
    ]
    (home / "aws-config").write_text("\n".join(lines))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    store = connect(Connection(bucket=connection.bucket, profile="studio"))
    assert (store.region, store.endpoint_url) == ("eu-central-1", connection.endpoint_url)
    assert next(pages(store, "")) == []


def test_settings_of_aws_that_cannot_be_read(connection: Connection, home: Path) -> None:
    (home / "aws-config").write_text("[profile\n= x")
    with pytest.raises(SettingsError):
        connect(connection)


@EVERY_WAY
def test_expired_token(connection: Connection, monkeypatch: pytest.MonkeyPatch, act: Act) -> None:
    use(monkeypatch, identities.EXPIRED)
    with pytest.raises(CredentialsError, match="have expired") as caught:
        act(connection)
    assert "log in again" in said(caught.value)


@EVERY_WAY
def test_unknown_access_key(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7NOBODY0")
    with pytest.raises(CredentialsError, match="does not know this access key") as caught:
        act(connection)
    said(caught.value)


@EVERY_WAY
def test_wrong_secret_key(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(CredentialsError, match="secret key does not fit") as caught:
        act(connection)
    assert "wrong" not in said(caught.value)


@pytest.mark.parametrize("act", [first_page, look])
def test_no_such_bucket(connection: Connection, act: Act) -> None:
    with pytest.raises(NotFoundError, match="no bucket no-such-bucket-here") as caught:
        act(replace(connection, bucket="no-such-bucket-here"))
    assert caught.value.key is None
    said(caught.value)


def test_no_bucket_can_have_that_name(connection: Connection) -> None:
    with pytest.raises(UsageError) as caught:
        first_page(replace(connection, bucket="no such/bucket"))
    said(caught.value)


def test_no_such_object(store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"there is no a\.wav") as caught:
        objects.head(store, "a.wav")
    assert caught.value.key == "a.wav"
    said(caught.value)


def test_access_denied(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, identities.DENIED)
    with pytest.raises(NotAllowedError, match="may not list the bucket") as caught:
        first_page(connection)
    assert "s3:ListBucket" in said(caught.value)
    with pytest.raises(NotAllowedError, match="may not read k") as caught:
        look(connection)
    assert "s3:GetObject" in said(caught.value)
    use(monkeypatch, identities.READER)
    with pytest.raises(NotAllowedError, match="may not write k") as caught:
        objects.write_small(connect(connection), "k", b"")
    assert "s3:PutObject" in said(caught.value)


@EVERY_WAY
def test_nothing_answers(connection: Connection, act: Act) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError, match=f"nothing answers at 127.0.0.1:{port}") as caught:
        act(replace(connection, endpoint_url=f"http://127.0.0.1:{port}"))
    said(caught.value)


def test_no_such_host(connection: Connection) -> None:
    with pytest.raises(UnreachableError, match="nothing answers") as caught:
        first_page(replace(connection, endpoint_url="http://no-such-host.invalid"))
    said(caught.value)


@pytest.fixture
def web_server() -> Iterator[str]:
    """Something that listens, and is no S3."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html>Hi</ht>"

        def serve() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    line.recv(65536)
                    line.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def test_what_answers_is_no_store(connection: Connection, web_server: str) -> None:
    with pytest.raises(UnreachableError) as caught:
        first_page(replace(connection, endpoint_url=web_server))
    said(caught.value)


def test_what_answers_speaks_no_tls(connection: Connection) -> None:
    address = str(connection.endpoint_url).replace("http:", "https:")
    with pytest.raises(UnreachableError, match="certificate") as caught:
        first_page(replace(connection, endpoint_url=address))
    said(caught.value)


def test_what_is_no_address(connection: Connection) -> None:
    with pytest.raises(SettingsError, match="is not an address") as caught:
        connect(replace(connection, endpoint_url="minio:9000/x y"))
    said(caught.value)


FAULTS: list[tuple[str, type[S3AudioError], str]] = [
    ("SlowDown", UnreachableError, "too busy"),
    ("ServiceUnavailable", UnreachableError, "too busy"),
    ("InternalError", UnreachableError, "failed"),
    ("RequestTimeTooSkewed", CredentialsError, "clock"),
    ("EntityTooLarge", LimitError, "larger than the store takes"),
    ("NotImplemented", UnsupportedError, "cannot do this"),
    ("ConditionalRequestConflict", ConflictError, "somebody else"),
    ("OperationAborted", ConflictError, "somebody else"),
    ("InvalidObjectState", NotAllowedError, "archive"),
]


@pytest.mark.parametrize(("code", "kind", "words"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_what_the_store_says(
    store: Store, s3_server: StrictS3, code: str, kind: type[S3AudioError], words: str
) -> None:
    s3_server.set_faults(store.bucket, Fault(method="GET", key="k", code=code))
    with pytest.raises(kind, match=words) as caught:
        objects.read_small(store, "k")
    said(caught.value)


def test_a_line_that_is_cut(store: Store, s3_server: StrictS3) -> None:
    s3_server.set_faults(store.bucket, Fault(method="GET", key="k", body="drop"))
    with pytest.raises(UnreachableError, match="broke") as caught:
        objects.read_small(store, "k")
    said(caught.value)


def test_limits_of_names_and_metadata(store: Store) -> None:
    with pytest.raises(LimitError, match=r"1,024 bytes") as caught:
        objects.write_small(store, "é" * 600, b"")
    said(replace_key(caught.value))
    objects.write_small(store, "k", b"")
    with pytest.raises(LimitError) as caught:
        objects.set_tags(store, "k", {"a": "x" * 300})
    said(caught.value)


def replace_key(error: S3AudioError) -> S3AudioError:
    return type(error)(error.message, error.remedy)


def test_wrong_bytes(store: Store) -> None:
    with pytest.raises(BadBytesError, match="damaged") as caught:
        raise refused(
            {"Error": {"Code": "BadDigest"}, "ResponseMetadata": {"HTTPStatusCode": 400}},
            store.bucket,
            "k",
        )
    said(caught.value)


@pytest.mark.parametrize(
    ("said_by_s3", "region"),
    [
        ({"Code": "PermanentRedirect", "Endpoint": "b.s3-eu-west-1.amazonaws.com"}, "eu-west-1"),
        ({"Code": "PermanentRedirect", "Endpoint": "b.s3.eu-west-1.amazonaws.com"}, "eu-west-1"),
        (
            {
                "Code": "AuthorizationHeaderMalformed",
                "Message": "the region 'us-east-1' is wrong; expecting 'eu-west-3'",
            },
            "eu-west-3",
        ),
        ({"Code": "IllegalLocationConstraintException", "Message": "other"}, "another region"),
    ],
)
def test_every_word_for_a_wrong_region(said_by_s3: dict[str, str], region: str) -> None:
    error = refused({"Error": said_by_s3, "ResponseMetadata": {}}, "takes")
    assert isinstance(error, UnreachableError)
    assert region in said(error)


def test_errors_of_other_kinds_pass(store: Store) -> None:
    from s3audio_tui.store.failures import failures

    with pytest.raises(ZeroDivisionError), failures(store.bucket):
        _ = 1 // 0
    with pytest.raises(LimitError), failures(store.bucket):
        raise LimitError("ours")
