"""What S3 keeps beside an object's bytes, as headers say it, and how to ask for them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from s3audio_tui.errors import NotFoundError, S3AudioError
from s3audio_tui.store.attempts import ATTEMPTS, again, passing
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import not_s3
from s3audio_tui.store.lanes import QUESTION

CHECKSUM_MODE = {"x-amz-checksum-mode": "ENABLED"}
"""Asks for the checksums that the store keeps."""

_META = "x-amz-meta-"
_BUCKET_KEY = "x-amz-server-side-encryption-bucket-key-enabled"
_TEXTS = {
    "etag": "ETag",
    "x-amz-version-id": "VersionId",
    "content-type": "ContentType",
    "x-amz-storage-class": "StorageClass",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "x-amz-checksum-type": "ChecksumType",
    "x-amz-restore": "Restore",
    "x-amz-archive-status": "ArchiveStatus",
    "cache-control": "CacheControl",
    "content-disposition": "ContentDisposition",
    "content-encoding": "ContentEncoding",
    "content-language": "ContentLanguage",
    "expires": "ExpiresString",
}

_TOLD = {
    **{name: header for header, name in _TEXTS.items()},
    "Expires": "expires",
    "Tagging": "x-amz-tagging",
    "IfNoneMatch": "if-none-match",
    "IfMatch": "if-match",
    "ChecksumAlgorithm": "x-amz-checksum-algorithm",
    "BucketKeyEnabled": _BUCKET_KEY,
}
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


def look(
    store: Store,
    key: str,
    *,
    version_id: str | None = None,
    check: Callable[[], None] = lambda: None,
    attempts: int = ATTEMPTS,
    passes: Callable[[S3AudioError], bool] = passing,
) -> ObjectHead:
    """Return what S3 knows of the object, or of one version. Raises `NotFoundError`."""

    def ask(_: int) -> ObjectHead:
        return _explained(store, key, version_id, check, missing=True)

    return again(ask, check, attempts=attempts, passes=passes)


def seek(
    store: Store,
    key: str,
    *,
    attempts: int = ATTEMPTS,
    passes: Callable[[S3AudioError], bool] = passing,
) -> ObjectHead | None:
    """Return what S3 knows of the object, None if there is none, by one request."""

    def ask(_: int) -> ObjectHead:
        return _explained(store, key, None, lambda: None, missing=False)

    try:
        return again(ask, attempts=attempts, passes=passes)
    except NotFoundError as error:
        if error.key is None:
            raise
        return None


def _explained(
    store: Store, key: str, version_id: str | None, check: Callable[[], None], *, missing: bool
) -> ObjectHead:
    """Ask by HEAD, and where that is refused by GET, whose error says why; also what is missing.

    The answer to a HEAD has no body.
    """
    try:
        return _asked(store, key, version_id, check)
    except S3AudioError as error:
        if not passing(error) and (missing or not isinstance(error, NotFoundError)):
            query, headers = versioned(version_id), {"Range": "bytes=0-0"}
            with store.wire.ask("GET", key, query=query, headers=headers, check=check):
                pass
        raise


def _asked(store: Store, key: str, version_id: str | None, check: Callable[[], None]) -> ObjectHead:
    with store.wire.ask(
        "HEAD",
        key,
        query=versioned(version_id),
        headers=CHECKSUM_MODE,
        size_bytes=QUESTION,
        check=check,
    ) as answer:
        answer.read()
        return of_headers(key, answer.headers)


def versioned(version_id: str | None) -> dict[str, str]:
    """Return the query that names a version."""
    return {} if version_id is None else {"versionId": version_id}


def of_headers(key: str, headers: Mapping[str, str]) -> ObjectHead:
    """Return what the headers say, names in small letters, of an answer with the whole object."""
    said = {_TEXTS[name]: value for name, value in headers.items() if name in _TEXTS}
    try:
        modified = parsedate_to_datetime(headers["last-modified"])
        size_bytes = int(headers["content-length"])
    except (KeyError, ValueError):
        raise not_s3() from None
    checksums = {
        f"Checksum{name.removeprefix('x-amz-checksum-').upper()}": value
        for name, value in headers.items()
        if name.startswith("x-amz-checksum-")
    }
    return head_of(
        key,
        {
            **checksums,
            **said,
            "LastModified": modified,
            "ContentLength": size_bytes,
            "Metadata": {
                name.removeprefix(_META): value
                for name, value in headers.items()
                if name.startswith(_META)
            },
            "BucketKeyEnabled": headers.get(_BUCKET_KEY) == "true",
            "Expires": said.get("ExpiresString"),
        },
    )


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


def told(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return as headers what an object is told in parameters named as boto3 names them."""
    made = {f"{_META}{name}": text for name, text in properties.get("Metadata", {}).items()}
    for name, value in properties.items():
        if name != "Metadata":
            made[_TOLD[name]] = str(value).lower() if isinstance(value, bool) else value
    return made
