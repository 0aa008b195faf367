"""What the headers of an answer say of an object, and how to ask for them by the thin path."""

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from s3audio_tui.errors import S3AudioError
from s3audio_tui.store.attempts import again, passing
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import not_s3
from s3audio_tui.store.lanes import QUESTION
from s3audio_tui.store.objects import ObjectHead, head_of

CHECKSUM_MODE = {"x-amz-checksum-mode": "ENABLED"}
"""Asks for the checksums that the store keeps."""

_META = "x-amz-meta-"
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


def look(
    store: Store,
    key: str,
    *,
    version_id: str | None = None,
    check: Callable[[], None] = lambda: None,
) -> ObjectHead:
    """Return what S3 knows of the object, or of one version, as `objects.head`; can be stopped."""

    def ask(_: int) -> ObjectHead:
        try:
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
        except S3AudioError as error:
            if not passing(error):
                _explain(store, key, version_id, check)
            raise

    return again(ask, check)


def _explain(store: Store, key: str, version_id: str | None, check: Callable[[], None]) -> None:
    """Ask again by GET, whose error says why: the answer to a HEAD has no body."""
    headers = {"Range": "bytes=0-0"}
    with store.wire.ask("GET", key, query=versioned(version_id), headers=headers, check=check):
        return


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
            "BucketKeyEnabled": headers.get("x-amz-server-side-encryption-bucket-key-enabled")
            == "true",
            "Expires": said.get("ExpiresString"),
        },
    )
