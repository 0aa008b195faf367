"""Requests signed as botocore signs them, and stores reached without it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.store.client import Connection, Keys, connect, connect_by_botocore
from s3audio_tui.store.known import Known, known
from s3audio_tui.store.signature import Frozen, Request, signed

_NAMES = st.text("abcxyz-", min_size=1, max_size=8).map(lambda name: f"x-{name}")
_VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
_PLAIN = Connection("bucket", region="eu-central-1", endpoint_url="http://127.0.0.1:9000")


@given(
    key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    query=st.dictionaries(st.sampled_from(["partNumber", "uploadId", "list-type"]), _VALUES),
    headers=st.dictionaries(_NAMES, _VALUES, max_size=4),
    token=st.none() | st.just("t0ken"),
)
def test_a_signature_is_the_one_that_botocore_makes(
    key: str, query: dict[str, str], headers: dict[str, str], token: str | None
) -> None:
    path, asked = f"/bucket/{quote(key, safe='/~')}", urlencode(query)
    keys = Credentials("AKIA", "secret", token)

    class Signer(S3SigV4Auth):
        def payload(self, request: Any) -> str:
            return "UNSIGNED-PAYLOAD"

    theirs = AWSRequest("PUT", f"http://127.0.0.1:9000{path}?{asked}", dict(headers))
    Signer(keys, "s3", "eu-central-1").add_auth(theirs)
    at = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    request = Request("PUT", "127.0.0.1:9000", path, asked, headers)
    frozen = Frozen("AKIA", "secret", token)
    assert signed(request, "UNSIGNED-PAYLOAD", frozen, "eu-central-1", at) == dict(
        theirs.headers.items()
    )


@pytest.fixture
def _named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def _known(connection: Connection) -> Known | None:
    return known(connection, lambda endpoint: "amazonaws" in endpoint)


@pytest.mark.usefixtures("_named")
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:9000",
        "http://store.example/",
        "https://store.example:8443",
        "https://store.example:443",
    ],
)
def test_what_is_known_without_botocore_is_what_botocore_finds(endpoint: str) -> None:
    connection = replace(_PLAIN, endpoint_url=endpoint)
    plainly, fully = connect(connection), connect_by_botocore(connection)

    mine, theirs = plainly.wire.address, fully.wire.address
    assert _known(connection) is not None
    assert (mine.url("k"), mine.host, mine.region) == (theirs.url("k"), theirs.host, theirs.region)
    assert plainly.client.meta.endpoint_url == fully.client.meta.endpoint_url


@pytest.mark.usefixtures("_named")
@pytest.mark.parametrize(
    "changed",
    [
        {"endpoint_url": None},
        {"endpoint_url": "https://s3.eu-central-1.amazonaws.com"},
        {"endpoint_url": "ftp://store.example"},
        {"endpoint_url": "http://store.example/below"},
        {"endpoint_url": "http://store.example:odd"},
        {"region": None},
        {"region": "no region"},
        {"profile": "work"},
        {"path_style": False},
        {"bucket": ""},
    ],
)
def test_botocore_is_asked_about_all_else(changed: dict[str, Any]) -> None:
    assert _known(_PLAIN) is not None
    assert _known(replace(_PLAIN, **changed)) is None


def test_botocore_is_asked_where_no_keys_are_named() -> None:
    assert _known(_PLAIN) is None
    assert _known(replace(_PLAIN, keys=Keys("AKIA", "secret"))) is not None


@pytest.mark.usefixtures("_named")
def test_certificates_that_the_config_file_names_are_not_missed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nca_bundle = /etc/own.pem\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))

    assert _known(replace(_PLAIN, endpoint_url="https://store.example")) is None
