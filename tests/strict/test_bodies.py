"""The stand-in refuses bytes other than those that were meant."""

import base64
import hashlib
import hmac
import zlib
from typing import TYPE_CHECKING

import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.strict.bodies import _SUMS
from tests.strict.wire import Signer, sent, signed
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


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
    Signer(keys, s3_server.region, payload).add_auth(request)
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
