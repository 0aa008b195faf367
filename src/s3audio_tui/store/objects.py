"""One object at a time: look at it, read and write small ones, tags, versions, delete."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from s3audio_tui.errors import (
    ConflictError,
    LimitError,
    NotFoundError,
    S3AudioError,
)
from s3audio_tui.store.attempts import again, out_of_reach
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import failures, not_s3, retried
from s3audio_tui.store.listing import VersionEntry, version_pages

SMALL_BYTES = 16 * 1024 * 1024
"""What `read_small` takes into memory."""

_ATTEMPTS = 6
_PATIENCE_S = 10.0

_CHECKSUMS = ("CRC64NVME", "CRC32C", "CRC32", "SHA256", "SHA1")
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
_HEADERS = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage")


@dataclass(frozen=True)
class ObjectHead:
    """All that S3 keeps beside an object's bytes. `modified` in seconds since 1970, UTC."""

    key: str
    size_bytes: int
    modified: float
    etag: str
    version_id: str | None
    """None in a bucket that never kept versions."""
    content_type: str
    metadata: dict[str, str]
    storage_class: str
    encryption: str | None
    """`AES256`, `aws:kms`, `aws:kms:dsse`, or None where the store names none."""
    kms_key_id: str | None
    bucket_key: bool
    checksums: dict[str, str]
    """By algorithm, base64, as `{"CRC32": "AAAAAA=="}`."""
    checksum_type: str | None
    """`FULL_OBJECT` or `COMPOSITE`."""
    headers: dict[str, str]
    """CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Expires: those set."""
    parts: int | None
    """How many parts it was uploaded in, None for one that came whole."""
    archive: str = ""
    """Where its bytes sleep, which must be restored before they can be read; empty if nowhere."""
    restoring: bool = False
    """Whether it was asked for, and is on its way."""


def head(store: Store, key: str, *, version_id: str | None = None) -> ObjectHead:
    """Return what S3 knows of the object, or of one version. Raises `NotFoundError`."""
    return _patiently(lambda: _asked(store, key, version_id))


def find(store: Store, key: str) -> ObjectHead | None:
    """Return what S3 knows of the object, None if there is none. One request."""
    try:
        return _patiently(lambda: _asked(store, key, None, explain_404=False))
    except NotFoundError as error:
        if error.key is None:
            raise
        return None


def _patiently(ask: Callable[[], ObjectHead]) -> ObjectHead:
    """Ask again while the store cannot be reached for a moment, but not where each try takes long.

    boto3's own attempts are over within 0.3 s, which is soon for a line that breaks.
    """
    began = time.monotonic()

    def passes(error: S3AudioError) -> bool:
        return out_of_reach(error) and time.monotonic() - began < _PATIENCE_S

    return again(lambda _: ask(), attempts=_ATTEMPTS, passes=passes)


def _asked(
    store: Store, key: str, version_id: str | None, *, explain_404: bool = True
) -> ObjectHead:
    from botocore.exceptions import ClientError

    asked = _named(store, key, version_id)
    with failures(store.bucket, key):
        try:
            answer = store.client.head_object(**asked, ChecksumMode="ENABLED")
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status < 500 and (status != 404 or explain_404):
                # By GET, whose error says why: the answer to a HEAD has no body.
                store.client.get_object(**asked, Range="bytes=0-0")["Body"].close()
            raise
    return head_of(key, answer)


def _named(store: Store, key: str, version_id: str | None) -> dict[str, Any]:
    version = {"VersionId": version_id} if version_id is not None else {}
    return {"Bucket": store.bucket, "Key": key, **version}


def head_of(key: str, answer: Mapping[str, Any]) -> ObjectHead:
    """Return what an answer says of an object, its fields named as boto3 names them."""
    if "LastModified" not in answer:
        raise not_s3()
    etag = answer.get("ETag", "").strip('"')
    headers = {name: answer[name] for name in _HEADERS if answer.get(name)}
    if answer.get("Expires"):
        headers["Expires"] = answer["ExpiresString"]
    in_parts = re.search(r"-(\d+)$", etag)
    return ObjectHead(
        key=key,
        size_bytes=answer["ContentLength"],
        modified=answer["LastModified"].timestamp(),
        etag=etag,
        version_id=answer.get("VersionId"),
        content_type=answer.get("ContentType", "binary/octet-stream"),
        metadata=dict(answer.get("Metadata", {})),
        storage_class=answer.get("StorageClass") or "STANDARD",
        encryption=answer.get("ServerSideEncryption"),
        kms_key_id=answer.get("SSEKMSKeyId"),
        bucket_key=bool(answer.get("BucketKeyEnabled")),
        checksums={
            name: answer[f"Checksum{name}"] for name in _CHECKSUMS if f"Checksum{name}" in answer
        },
        checksum_type=answer.get("ChecksumType"),
        headers=headers,
        parts=int(in_parts[1]) if in_parts else None,
        archive=_archive(answer),
        restoring='ongoing-request="true"' in answer.get("Restore", ""),
    )


def _archive(answer: Mapping[str, Any]) -> str:
    """Return where the bytes sleep: in Glacier's classes, or in an archive of Intelligent-Tiering.

    Glacier Instant Retrieval is no such place, and a restored copy is awake.
    """
    if 'ongoing-request="false"' in answer.get("Restore", ""):
        return ""
    storage_class = answer.get("StorageClass", "")
    return answer.get("ArchiveStatus") or (storage_class if storage_class in _ARCHIVES else "")


def read_small(store: Store, key: str) -> tuple[bytes, str]:
    """Return the bytes of a small object and its ETag. Raises `NotFoundError`, `LimitError`."""
    with failures(store.bucket, key):
        answer = store.client.get_object(Bucket=store.bucket, Key=key)
        with answer["Body"] as body:
            if answer["ContentLength"] > SMALL_BYTES:
                raise LimitError(f"{key} is too large for what it should be", "look at it", key=key)
            return body.read(), answer["ETag"].strip('"')


def write_small(
    store: Store,
    key: str,
    data: bytes,
    *,
    content_type: str = "application/json",
    if_none_match: bool = False,
    if_match: str | None = None,
) -> str:
    """Write a small object in one request and return its ETag.

    With `if_none_match` only where there is none, with `if_match` only in place of the one with
    that ETag: else `ConflictError`. A store that ignores conditions writes anyway.
    """
    try:
        with conditional(key, if_match), failures(store.bucket, key):
            answer = store.client.put_object(
                Bucket=store.bucket,
                Key=key,
                Body=data,
                ContentType=content_type,
                **condition(if_none_match=if_none_match, if_match=if_match),
            )
    except ConflictError as error:
        if not retried(error):
            raise
        there, etag = read_small(store, key)
        if there != data:
            raise
        return etag  # our own write had arrived, and its answer was lost
    return answer["ETag"].strip('"')


@contextmanager
def conditional(key: str, if_match: str | None) -> Iterator[None]:
    """Turn "there is no such object" into a conflict where one with an ETag was asked for."""
    try:
        yield
    except NotFoundError as error:
        if if_match is None or error.key is None:
            raise
        text = f"{key} was deleted by somebody else"
        raise ConflictError(text, "look again", key=key) from error.__cause__


def condition(*, if_none_match: bool, if_match: str | None) -> dict[str, Any]:
    """Return the parameters of a conditional write."""
    if if_match is not None:
        return {"IfMatch": f'"{if_match}"'}
    return {"IfNoneMatch": "*"} if if_none_match else {}


def tags(store: Store, key: str, version_id: str | None = None) -> dict[str, str]:
    """Return the object's tags."""
    with failures(store.bucket, key):
        answer = store.client.get_object_tagging(**_named(store, key, version_id))
    return {tag["Key"]: tag["Value"] for tag in answer.get("TagSet", [])}  # Ceph: none at all


def set_tags(
    store: Store, key: str, tags: Mapping[str, str], version_id: str | None = None
) -> None:
    """Give the object, or one version of it, these tags in place of those that it has."""
    tag_set: Any = [{"Key": name, "Value": value} for name, value in tags.items()]
    named = _named(store, key, version_id)
    with failures(store.bucket, key):
        if tag_set:
            store.client.put_object_tagging(**named, Tagging={"TagSet": tag_set})
        else:  # not every store takes an empty set
            store.client.delete_object_tagging(**named)


def versions(store: Store, key: str) -> list[VersionEntry]:
    """Return all versions and delete markers of exactly this key, the newest first."""
    found: list[VersionEntry] = []
    for page in version_pages(store, key):
        found += [version for version in page if version.key == key]
        if page and page[-1].key > key:
            break
    return found


def delete(
    store: Store, key: str, *, version_id: str | None = None, if_match: str | None = None
) -> None:
    """Delete the object; in a bucket that keeps versions, put a delete marker on it.

    With `version_id` that version goes for good. With `if_match` only the object with that ETag:
    else `ConflictError`. That the object is gone already is no error otherwise.
    """
    wanted = condition(if_none_match=False, if_match=if_match)
    try:
        with conditional(key, if_match), failures(store.bucket, key):
            store.client.delete_object(**_named(store, key, version_id), **wanted)
    except NotFoundError as error:
        if error.key is None:
            raise
    except ConflictError as error:
        if not retried(error) or find(store, key) is not None:
            raise  # else the first try had done it, and its answer was lost
