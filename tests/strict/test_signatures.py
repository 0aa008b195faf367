"""The stand-in knows who asks: signatures, presigned addresses, keys, clocks, regions."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.strict import identities
from tests.strict.wire import refused, sent, signed
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def test_wrong_secret(s3_server: StrictS3, bucket: str) -> None:
    owner = identities.OWNER
    wrong = identities.Identity(owner.access_key_id, "not-the-secret")
    with refused("SignatureDoesNotMatch"):
        s3_server.client(wrong).put_object(Bucket=bucket, Key="k", Body=b"x")


def test_unknown_key_id(s3_server: StrictS3, bucket: str) -> None:
    with refused("InvalidAccessKeyId"):
        s3_server.client(identities.Identity("AKIANOBODY", "s")).list_objects_v2(Bucket=bucket)


def test_temporary_keys(s3_server: StrictS3, bucket: str) -> None:
    good = identities.TEMPORARY
    s3_server.client(good).put_object(Bucket=bucket, Key="k", Body=b"x")
    bad = identities.Identity(good.access_key_id, good.secret_access_key, "token-bad")
    with refused("InvalidToken"):
        s3_server.client(bad).put_object(Bucket=bucket, Key="k", Body=b"x")
    with refused("ExpiredToken"):
        s3_server.client(identities.EXPIRED).list_objects_v2(Bucket=bucket)


def test_rights(s3_server: StrictS3, bucket: str, plain_s3: "S3Client") -> None:
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    with refused("AccessDenied"):
        s3_server.client(identities.DENIED).get_object(Bucket=bucket, Key="k")
    with refused("AccessDenied"):
        s3_server.client(identities.BLIND).list_objects_v2(Bucket=bucket)
    s3_server.client(identities.BLIND).get_object(Bucket=bucket, Key="k")
    s3_server.client(identities.READER).list_objects_v2(Bucket=bucket)
    with refused("AccessDenied"):
        s3_server.client(identities.READER).delete_object(Bucket=bucket, Key="k")


def test_wrong_region_is_named(s3_server: StrictS3, bucket: str) -> None:
    status, body = signed(s3_server, "GET", f"/{bucket}?list-type=2")
    assert status == 200, body
    elsewhere = StrictS3(s3_server.endpoint_url, region="us-west-2")
    status, body = signed(elsewhere, "GET", f"/{bucket}?list-type=2")
    assert status == 400
    assert b"AuthorizationHeaderMalformed" in body
    assert b"<Region>eu-central-1</Region>" in body


def test_anonymous(s3_server: StrictS3, bucket: str, plain_s3: "S3Client") -> None:
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        status, _ = sent(method, f"{s3_server.endpoint_url}/{bucket}/k", {})
        assert status == 403


def test_clock_skew(s3_server: StrictS3, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime.now(UTC) - timedelta(minutes=20)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: late.replace(tzinfo=None))
    status, body = signed(s3_server, "GET", f"/{bucket}?list-type=2")
    assert (status, b"RequestTimeTooSkewed" in body) == (403, True)


def test_unsigned_header(s3_server: StrictS3, bucket: str) -> None:
    url = f"{s3_server.endpoint_url}/{bucket}/k"
    request = AWSRequest("PUT", url, data=b"x")
    keys = Credentials(s3_server.access_key_id, s3_server.secret_access_key)
    S3SigV4Auth(keys, "s3", s3_server.region).add_auth(request)
    headers = {**request.headers, "x-amz-meta-added": "later"}
    status, body = sent("PUT", url, headers, b"x")
    assert status == 403
    assert b"not signed" in body


def test_presigned(s3_server: StrictS3, bucket: str, plain_s3: "S3Client") -> None:
    plain_s3.put_object(Bucket=bucket, Key="a b/ラ.wav", Body=b"sound")
    url = plain_s3.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": bucket,
            "Key": "a b/ラ.wav",
            "ResponseContentDisposition": 'attachment; filename="x.wav"',
        },
        ExpiresIn=60,
    )
    assert sent("GET", url, {}) == (200, b"sound")
    assert sent("GET", url.replace("a%20b", "a%20c"), {})[0] == 403
    assert sent("DELETE", url, {})[0] == 403
    assert sent("GET", url.replace("Expires=60", "Expires=600"), {})[0] == 403
    plain_s3.get_object(Bucket=bucket, Key="a b/ラ.wav")


@pytest.mark.parametrize(
    ("age_s", "expires_s", "status", "words"),
    [
        (0, 60, 200, b""),
        (120, 60, 403, b"Request has expired"),
        (-3600, 60, 403, b"not valid yet"),
        (0, 8 * 24 * 3600, 400, b"less than a week"),
    ],
)
def test_presigned_life(
    s3_server: StrictS3,
    bucket: str,
    plain_s3: "S3Client",
    monkeypatch: pytest.MonkeyPatch,
    age_s: int,
    expires_s: int,
    status: int,
    words: bytes,
) -> None:
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    made = datetime.now(UTC) - timedelta(seconds=age_s)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: made.replace(tzinfo=None))
    keys = Credentials(s3_server.access_key_id, s3_server.secret_access_key)
    request = AWSRequest("GET", f"{s3_server.endpoint_url}/{bucket}/k")
    S3SigV4QueryAuth(keys, "s3", s3_server.region, expires=expires_s).add_auth(request)
    answer = sent("GET", str(request.url), {})
    assert answer[0] == status
    assert words in answer[1]


def test_old_signature(s3_server: StrictS3, bucket: str) -> None:
    url = f"{s3_server.endpoint_url}/{bucket}/k?AWSAccessKeyId=A&Signature=x&Expires=9999999999"
    status, body = sent("GET", url, {})
    assert status == 400
    assert b"AWS4-HMAC-SHA256" in body


def test_every_character_of_a_path(s3_server: StrictS3, bucket: str) -> None:
    key = "".join(chr(point) for point in range(0x20, 0x7F))
    assert signed(s3_server, "PUT", f"/{bucket}/{quote(key)}", b"x")[0] == 200
