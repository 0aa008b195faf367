"""What AWS refuses and moto lets through: names, sizes, conditions, rights, regions."""

from typing import Any
from urllib.parse import parse_qs, unquote

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from tests.strict.call import Call, S3Error
from tests.strict.signature import Signed

MAX_KEY_BYTES = 1024
MAX_METADATA_BYTES = 2048

UNCONDITIONAL = "unconditional-"
"""A bucket whose name begins so ignores every condition on a write, as some stores do."""

UNVERSIONED = "unversioned-"
"""A bucket whose name begins so knows no versions: to ask for them is not implemented."""

_WRITES = ("PUT", "POST", "DELETE")

_KEY_QUERIES = {
    "PUT": {"acl", "legal-hold", "partNumber", "retention", "tagging", "uploadId", "versionId"},
    "POST": {"restore", "select", "select-type", "uploadId", "uploads", "versionId"},
    "DELETE": {"tagging", "uploadId", "versionId"},
}


def check_rights(call: Call, signed: Signed) -> None:
    """Refuse what the identity has no right to."""
    state = signed.identity.state
    listing = call.method == "GET" and not call.key and "location" not in call.names
    if (
        state == "denied"
        or (state == "reader" and call.method in _WRITES)
        or (state == "blind" and listing)
    ):
        raise S3Error(403, "AccessDenied", "Access Denied")


def check_region(call: Call, signed: Signed) -> None:
    """Refuse a signature for another region than the bucket's, and name the right one."""
    bucket = _bucket(call.bucket)
    if bucket is not None and bucket.region_name != signed.region:
        right = bucket.region_name
        raise S3Error(
            400,
            "AuthorizationHeaderMalformed",
            f"The authorization header is malformed; the region '{signed.region}' is wrong; "
            f"expecting '{right}'",
            Region=right,
        )


def check_shape(call: Call) -> None:
    """Refuse what no bucket takes: long keys, much metadata, unknown queries, too many keys."""
    size = len(call.key.encode("utf-8", "surrogateescape"))
    if size > MAX_KEY_BYTES:
        raise S3Error(
            400,
            "KeyTooLongError",
            "Your key is too long",
            Size=str(size),
            MaxSizeAllowed=str(MAX_KEY_BYTES),
        )
    metadata = sum(
        len(name.removeprefix("x-amz-meta-")) + len(value)
        for name, value in call.headers.items()
        if name.startswith("x-amz-meta-")
    )
    if metadata > MAX_METADATA_BYTES:
        raise S3Error(
            400,
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size",
            Size=str(metadata),
            MaxSizeAllowed=str(MAX_METADATA_BYTES),
        )
    if call.key and call.method in _KEY_QUERIES:
        known = _KEY_QUERIES[call.method] | {"x-id"}
        odd = [name for name in call.names - known if not name.lower().startswith("x-amz-")]
        if odd:
            raise _not_implemented(f"the parameter {odd[0]}")
    if call.method == "POST" and not call.key and "delete" in call.names:
        _check_batch(call)


def _check_batch(call: Call) -> None:
    headers = call.headers
    if "content-md5" not in headers and not any(
        name.startswith("x-amz-checksum-") for name in headers
    ):
        raise S3Error(
            400,
            "InvalidRequest",
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
        )
    if call.body.count(b"<Object>") > 1000:
        raise S3Error(400, "MalformedXML", "The XML you provided was not well-formed.")


def check_conditions(call: Call) -> None:
    """Refuse a write whose condition does not hold, or a part for an upload that is gone.

    What moto checks itself is checked here too, so that a check and its write are one step: the
    caller holds the lock.
    """
    if call.method not in _WRITES or not call.key:
        return
    bucket = _bucket(call.bucket)
    if bucket is None:
        return
    _check_upload(call, bucket)
    if call.bucket.startswith(UNCONDITIONAL):
        return
    _check_source(call)
    if "uploadId" in call.names and call.method != "POST":
        return
    current = _etag(call.bucket, call.key)
    if_match, if_none = call.headers.get("if-match"), call.headers.get("if-none-match")
    if if_none is not None and (if_none != "*" or call.method == "DELETE"):
        raise _not_implemented("this If-None-Match")
    if if_none == "*" and current is not None:
        raise _failed("If-None-Match")
    if if_match is not None and current is None:
        raise S3Error(404, "NoSuchKey", "The specified key does not exist.", Key=call.key)
    if if_match is not None and if_match.strip('"') not in (current, "*"):
        raise _failed("If-Match")


def _check_upload(call: Call, bucket: Any) -> None:
    upload = call.asked("uploadId")
    if upload is None or upload in bucket.multiparts:
        return
    done = _object(call.bucket, call.key)
    again = done is not None and done.multipart is not None and done.multipart.id == upload
    if not (call.method == "POST" and again):
        raise S3Error(404, "NoSuchUpload", "The specified upload does not exist.", UploadId=upload)


def _check_source(call: Call) -> None:
    source = call.headers.get("x-amz-copy-source")
    if source is None:
        return
    path, _, query = source.partition("?")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    current = _etag(bucket, key, parse_qs(query).get("versionId", [None])[0])
    if current is None:
        return
    wanted = call.headers.get("x-amz-copy-source-if-match")
    if wanted is not None and wanted.strip('"') not in (current, "*"):
        raise _failed("x-amz-copy-source-If-Match")
    unwanted = call.headers.get("x-amz-copy-source-if-none-match")
    if unwanted is not None and unwanted.strip('"') == current:
        raise _failed("x-amz-copy-source-If-None-Match")


def check_versions(call: Call) -> None:
    """Refuse to speak of versions in a bucket that stands for a store without them."""
    if not call.bucket.startswith(UNVERSIONED):
        return
    if call.names & {"versioning", "versions", "versionId"}:
        raise _not_implemented("versioning")


def _failed(condition: str) -> S3Error:
    return S3Error(
        412,
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
        Condition=condition,
    )


def _not_implemented(what: str) -> S3Error:
    return S3Error(
        501,
        "NotImplemented",
        f"A header you provided implies functionality that is not implemented: {what}",
    )


def _bucket(name: str) -> Any:
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.get(name)


def _object(bucket: str, key: str, version_id: str | None = None) -> Any:
    if _bucket(bucket) is None:
        return None
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_object(bucket, key, version_id)


def _etag(bucket: str, key: str, version_id: str | None = None) -> str | None:
    found = _object(bucket, key, version_id)
    return None if found is None else str(found.etag).strip('"')
