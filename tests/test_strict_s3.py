"""The stand-in for S3 refuses what S3 refuses: tried over the wire, one refusal after the other."""

import base64
import hashlib
import hmac
import http.client
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, FlexibleChecksumError

from tests import hostile
from tests.strict import identities
from tests.strict.bodies import _SUMS
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MIB = 1024 * 1024


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
    _Signer(keys, server.region, sha256 or hashlib.sha256(body).hexdigest()).add_auth(request)
    return sent(method, url, dict(request.headers.items()), body)


class _Signer(S3SigV4Auth):
    """Signs whatever payload hash, and whatever time, it is told."""

    def __init__(self, keys: Credentials, region: str, payload: str) -> None:
        super().__init__(keys, "s3", region)
        self._payload = payload

    def payload(self, _request: AWSRequest) -> str:
        return self._payload


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


def test_payload_hash(s3_server: StrictS3, bucket: str) -> None:
    wrong = hashlib.sha256(b"other").hexdigest()
    status, body = signed(s3_server, "PUT", f"/{bucket}/k", b"sound", sha256=wrong)
    assert (status, b"XAmzContentSHA256Mismatch" in body) == (400, True)


@pytest.mark.parametrize("algorithm", sorted(_SUMS))
def test_checksums(s3_server: StrictS3, bucket: str, plain_s3: "S3Client", algorithm: str) -> None:
    right = base64.b64encode(_SUMS[algorithm](b"sound")).decode()
    wrong = base64.b64encode(_SUMS[algorithm](b"Sound")).decode()
    name = f"x-amz-checksum-{algorithm}"
    path = f"/{bucket}/k"
    status, body = signed(s3_server, "PUT", path, b"sound", {name: wrong})
    assert (status, b"BadDigest" in body) == (400, True)
    status, body = signed(s3_server, "PUT", path, b"sound", {name: "AAAA"})
    assert (status, b"InvalidRequest" in body) == (400, True)
    assert not plain_s3.list_objects_v2(Bucket=bucket).get("Contents")
    assert signed(s3_server, "PUT", path, b"sound", {name: right})[0] == 200


def test_sums_agree_with_published_values() -> None:
    assert _SUMS["crc32c"](b"123456789").hex() == "e3069283"
    assert _SUMS["crc64nvme"](b"123456789").hex() == "ae8b14860a799888"


def test_md5(s3_server: StrictS3, bucket: str) -> None:
    digest = base64.b64encode(hashlib.md5(b"sound").digest()).decode()
    path = f"/{bucket}/k"
    assert signed(s3_server, "PUT", path, b"sound", {"content-md5": digest})[0] == 200
    status, body = signed(s3_server, "PUT", path, b"Sound", {"content-md5": digest})
    assert (status, b"BadDigest" in body) == (400, True)
    status, body = signed(s3_server, "PUT", path, b"Sound", {"content-md5": "AAAA"})
    assert (status, b"InvalidDigest" in body) == (400, True)


def chunked(data: bytes, checksum: bytes) -> bytes:
    half = len(data) // 2
    parts = [data[:half], data[half:], b""]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts[:2])
    trailer = b"x-amz-checksum-crc32:" + base64.b64encode(checksum)
    return framed + b"0\r\n" + trailer + b"\r\n\r\n"


def test_chunked_trailer(s3_server: StrictS3, bucket: str, plain_s3: "S3Client") -> None:
    data = b"sound" * 1000
    headers = {
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": str(len(data)),
        "x-amz-trailer": "x-amz-checksum-crc32",
        "x-amz-sdk-checksum-algorithm": "CRC32",
    }
    for checksum, expected in ((b"\0\0\0\0", 400), (zlib.crc32(data).to_bytes(4, "big"), 200)):
        status, body = signed(
            s3_server,
            "PUT",
            f"/{bucket}/k",
            chunked(data, checksum),
            headers,
            sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        )
        assert status == expected, body
    answer = plain_s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert answer["Body"].read() == data
    assert answer["ChecksumCRC32"] == base64.b64encode(checksum).decode()
    short = {**headers, "x-amz-decoded-content-length": str(len(data) + 1)}
    status, body = signed(
        s3_server,
        "PUT",
        f"/{bucket}/k",
        chunked(data, checksum),
        short,
        sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    )
    assert (status, b"IncompleteBody" in body) == (400, True)


def signed_chunks(data: bytes, key: bytes, scope: str, stamp: str, seed: str) -> bytes:
    """Frame the data in two chunks and the last, empty one, each with its signature."""
    empty, previous, framed = hashlib.sha256(b"").hexdigest(), seed, b""
    half = len(data) // 2
    for part in (data[:half], data[half:], b""):
        hashed = hashlib.sha256(part).hexdigest()
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{stamp}\n{scope}\n{previous}\n{empty}\n{hashed}"
        previous = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        framed += b"%x;chunk-signature=%s\r\n%s\r\n" % (len(part), previous.encode(), part)
    return framed


def test_signed_chunks(s3_server: StrictS3, bucket: str, plain_s3: "S3Client") -> None:
    data, payload = b"sound" * 100, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    keys = Credentials(s3_server.access_key_id, s3_server.secret_access_key)
    url = f"{s3_server.endpoint_url}/{bucket}/k"
    given = {
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": str(len(data)),
        "x-amz-content-sha256": payload,
    }
    request = AWSRequest("PUT", url, headers=given)
    del request.headers["x-amz-content-sha256"]
    _Signer(keys, s3_server.region, payload).add_auth(request)
    seed = request.headers["Authorization"].rpartition("=")[2]
    stamp = request.headers["X-Amz-Date"]
    key = f"AWS4{keys.secret_key}".encode()
    scope = f"{stamp[:8]}/{s3_server.region}/s3/aws4_request"
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    body = signed_chunks(data, key, scope, stamp, seed)
    headers = dict(request.headers.items())
    assert sent("PUT", url, headers, body.replace(b"sound", b"SOUND", 1))[0] == 403
    assert sent("PUT", url, headers, body)[0] == 200
    assert plain_s3.get_object(Bucket=bucket, Key="k")["Body"].read() == data


def test_long_key(bucket: str, plain_s3: "S3Client") -> None:
    plain_s3.put_object(Bucket=bucket, Key="é" * 512, Body=b"x")
    with refused("KeyTooLongError"):
        plain_s3.put_object(Bucket=bucket, Key="é" * 512 + "x", Body=b"x")


def test_much_metadata(bucket: str, plain_s3: "S3Client") -> None:
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"x", Metadata={"ab": "x" * 2046})
    with refused("MetadataTooLarge"):
        plain_s3.put_object(Bucket=bucket, Key="k", Body=b"x", Metadata={"ab": "x" * 2047})


@pytest.mark.parametrize("query", ["renameObject", "annotation&annotationName=n", "unknown=1"])
def test_unknown_query_does_not_write(
    s3_server: StrictS3, bucket: str, plain_s3: "S3Client", query: str
) -> None:
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"sound")
    status, body = signed(s3_server, "PUT", f"/{bucket}/k?{query}", b"")
    assert (status, b"NotImplemented" in body) == (501, True)
    assert plain_s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"sound"


def upload(client: "S3Client", bucket: str, key: str, **conditions: Any) -> None:
    upload_id = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    part = client.upload_part(
        Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=1, Body=b"part"
    )
    client.complete_multipart_upload(
        Bucket=bucket,
        Key=key,
        UploadId=upload_id,
        MultipartUpload={"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]},
        **conditions,
    )


def test_conditions(bucket: str, plain_s3: "S3Client") -> None:
    etag = plain_s3.put_object(Bucket=bucket, Key="k", Body=b"one")["ETag"]
    copy: Any = {"Bucket": bucket, "CopySource": f"{bucket}/k"}
    with refused("PreconditionFailed"):
        plain_s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfNoneMatch="*")
    with refused("PreconditionFailed"):
        plain_s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfMatch='"other"')
    with refused("NoSuchKey"):
        plain_s3.put_object(Bucket=bucket, Key="gone", Body=b"x", IfMatch=etag)
    with refused("PreconditionFailed"):
        plain_s3.delete_object(Bucket=bucket, Key="k", IfMatch='"other"')
    with refused("PreconditionFailed"):
        upload(plain_s3, bucket, "k", IfNoneMatch="*")
    with refused("PreconditionFailed"):
        upload(plain_s3, bucket, "k", IfMatch='"other"')
    with refused("PreconditionFailed"):
        plain_s3.copy_object(**copy, Key="copy", CopySourceIfMatch='"other"')
    with refused("PreconditionFailed"):
        plain_s3.copy_object(**copy, Key="copy", CopySourceIfNoneMatch=etag)
    plain_s3.copy_object(**copy, Key="copy", CopySourceIfMatch=etag, IfNoneMatch="*")
    with refused("PreconditionFailed"):
        plain_s3.copy_object(**copy, Key="copy", IfNoneMatch="*")
    assert plain_s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"one"
    upload(plain_s3, bucket, "k", IfMatch=etag)
    assert plain_s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"part"


def test_unconditional_bucket(make_bucket: Callable[..., str], plain_s3: "S3Client") -> None:
    bucket = make_bucket(kind="unconditional-")
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"one")
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"two", IfNoneMatch="*")
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"six", IfMatch='"other"')
    upload(plain_s3, bucket, "k", IfNoneMatch="*")
    plain_s3.copy_object(
        Bucket=bucket, Key="k2", CopySource=f"{bucket}/k", CopySourceIfMatch='"other"'
    )
    plain_s3.delete_object(Bucket=bucket, Key="k", IfMatch='"other"')
    assert plain_s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_unversioned_bucket(make_bucket: Callable[..., str], plain_s3: "S3Client") -> None:
    bucket = make_bucket(kind="unversioned-")
    with refused("NotImplemented"):
        plain_s3.get_bucket_versioning(Bucket=bucket)
    with refused("NotImplemented"):
        plain_s3.list_object_versions(Bucket=bucket)


def test_parts(bucket: str, plain_s3: "S3Client") -> None:
    upload_id = plain_s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    given: Any = {"Bucket": bucket, "Key": "k", "UploadId": upload_id}
    parts: Any = [
        {"PartNumber": i, "ETag": plain_s3.upload_part(**given, PartNumber=i, Body=b"x")["ETag"]}
        for i in (1, 2)
    ]
    with refused("EntityTooSmall"):
        plain_s3.complete_multipart_upload(**given, MultipartUpload={"Parts": parts})
    plain_s3.abort_multipart_upload(**given)
    with refused("NoSuchUpload"):
        plain_s3.upload_part(**given, PartNumber=1, Body=b"x")
    with refused("NoSuchUpload"):
        plain_s3.complete_multipart_upload(**given, MultipartUpload={"Parts": parts})
    with refused("NoSuchUpload"):
        plain_s3.abort_multipart_upload(**given)


def test_hostile_keys(bucket: str, plain_s3: "S3Client") -> None:
    for key in hostile.KEYS.values():
        plain_s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
        assert plain_s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    listed = [entry["Key"] for entry in plain_s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert listed == sorted(set(hostile.KEYS.values()), key=str.encode)


def test_batch_delete_needs_a_checksum(s3_server: StrictS3, bucket: str) -> None:
    body = b"<Delete><Object><Key>k</Key></Object></Delete>"
    status, answer = signed(s3_server, "POST", f"/{bucket}?delete", body)
    assert (status, b"Content-MD5" in answer) == (400, True)


def test_faults(s3_server: StrictS3, bucket: str, plain_s3: "S3Client") -> None:
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"sound")
    s3_server.set_faults(
        bucket,
        Fault(method="GET", key="k", code="SlowDown", times=1),
        Fault(method="GET", key="k", body="flip", times=1),
        Fault(method="PUT", key="lost", code="InternalError", after=True, times=1),
    )
    with refused("SlowDown"):
        plain_s3.get_object(Bucket=bucket, Key="k")
    with pytest.raises(FlexibleChecksumError):
        plain_s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    assert plain_s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"sound"
    with refused("InternalError"):
        plain_s3.put_object(Bucket=bucket, Key="lost", Body=b"x")
    assert plain_s3.get_object(Bucket=bucket, Key="lost")["Body"].read() == b"x"
    asked = s3_server.asked(bucket)
    assert [call.status for call in asked if call.key == "k"] == [200, 503, 200, 200]
    s3_server.forget(bucket)
    assert s3_server.asked(bucket) == []


def test_every_character_of_a_path(s3_server: StrictS3, bucket: str) -> None:
    key = "".join(chr(point) for point in range(0x20, 0x7F))
    assert signed(s3_server, "PUT", f"/{bucket}/{quote(key)}", b"x")[0] == 200
