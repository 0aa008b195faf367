"""What a test asks to go wrong goes wrong, and every call is remembered."""

import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import (
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    ResponseStreamingError,
)

from tests.strict.faults import Fault
from tests.strict.wire import refused
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


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


def test_faults_on_the_line(s3_server: StrictS3, bucket: str, plain_s3: "S3Client") -> None:
    plain_s3.put_object(Bucket=bucket, Key="k", Body=b"sound" * 1000)
    s3_server.set_faults(
        bucket,
        Fault(method="GET", body="cut", times=1),
        Fault(method="GET", body="drop", times=1),
        Fault(method="PUT", prefix="copy", code="InternalError", body="late", times=1),
        Fault(method="HEAD", delay_s=0.2, skip=1),
    )
    with pytest.raises(ResponseStreamingError):
        plain_s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    with pytest.raises(HTTPClientError):
        plain_s3.get_object(Bucket=bucket, Key="k")
    with pytest.raises(ClientError):
        plain_s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
    plain_s3.head_object(Bucket=bucket, Key="k")
    started = time.monotonic()
    plain_s3.head_object(Bucket=bucket, Key="k")
    assert time.monotonic() - started >= 0.2
