"""The stand-in refuses names, sizes, queries and conditions as S3 does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests import hostile
from tests.strict.wire import refused, signed
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


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
