"""What lies in the bucket, a page at a time: objects, versions, unfinished uploads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.store import fast_lists
from s3audio_tui.store.attempts import again
from s3audio_tui.store.client import MAX_ATTEMPTS, Store
from s3audio_tui.store.failures import failures, not_s3
from s3audio_tui.store.fast_lists import ENTRIES, Fields
from s3audio_tui.store.lanes import QUESTION


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """One object as a listing gives it. `modified` is in seconds since 1970, UTC."""

    key: str
    size_bytes: int
    modified: float
    etag: str
    storage_class: str


@dataclass(frozen=True, slots=True)
class Top:
    """What lies directly below a prefix: whole keys of folders, ending in `/`, and of files."""

    folders: tuple[str, ...]
    files: tuple[str, ...]
    more: bool
    """Whether there are others beside these."""


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One version of an object, or one delete marker, which has no bytes and no ETag."""

    key: str
    version_id: str
    size_bytes: int
    modified: float
    etag: str
    is_latest: bool
    is_delete_marker: bool


@dataclass(frozen=True, slots=True)
class UnfinishedUpload:
    """An upload in parts that was begun and neither finished nor aborted; its parts are paid."""

    key: str
    upload_id: str
    started_at: float


def pages(
    store: Store, prefix: str, *, cancel: CancelToken | None = None
) -> Iterator[list[ObjectEntry]]:
    """Yield the objects below `prefix` in the order of their keys' bytes, 1,000 a page.

    There is at least one page, perhaps empty. Keys with characters that XML cannot hold come
    whole. Raises `NotFoundError` for a bucket that is not there.
    """
    token = ""
    while True:
        if cancel is not None:
            cancel.check()
        entries, token = page(store, prefix, token=token, cancel=cancel)
        yield entries
        if not token:
            return


def page(
    store: Store,
    prefix: str,
    *,
    after: str = "",
    token: str = "",
    cancel: CancelToken | None = None,
) -> tuple[list[ObjectEntry], str]:
    """Return 1,000 objects below `prefix`, and a token for those behind them, empty at the end.

    They are those behind the page that gave `token`, or else behind the key `after`. Not every
    store keeps to that, or to the order of keys.
    """
    asked = {"prefix": prefix}
    if token:
        asked["continuation-token"] = token
    listed = _asked(store, asked, "" if token else after, cancel)
    if listed.more and not listed.token:
        raise not_s3()
    return [_object(fields) for fields in listed.entries], listed.token if listed.more else ""


def _asked(
    store: Store, asked: dict[str, str], after: str, cancel: CancelToken | None = None
) -> fast_lists.Listed:
    """Ask for a page by the thin path: it needs no botocore, and a cancel ends it at once."""
    query = {"list-type": "2", "encoding-type": "url", **asked}
    if after:
        query["start-after"] = after
    check = (lambda: None) if cancel is None else cancel.check

    def ask(_: int) -> bytes:
        with store.wire.ask("GET", "", query=query, size_bytes=QUESTION, check=check) as answer:
            return answer.read()

    listed = fast_lists.read(again(ask, check, attempts=MAX_ATTEMPTS))
    if listed is None:
        raise not_s3()
    return listed


def _entries(answer: Mapping[str, Any]) -> list[Fields]:
    if ENTRIES not in answer:
        raise not_s3()
    found: list[Fields] = answer[ENTRIES]
    return found


def _marker(answer: Mapping[str, Any], name: str) -> Any:
    """Return where the next page begins: S3 always says that where it says that there is one."""
    if not answer.get(name):
        raise not_s3()
    return answer[name]


def _object(fields: Fields) -> ObjectEntry:
    return ObjectEntry(
        fields["Key"],
        int(fields["Size"]),
        _instant(fields["LastModified"]),
        fields.get("ETag", "").strip('"'),
        fields.get("StorageClass") or "STANDARD",
    )


def top(store: Store, prefix: str, *, after: str = "") -> Top:
    """Return what lies directly below `prefix`, asked for once: at most 1,000 of them.

    With `after` only what lies behind that key, perhaps with the folder that it is in.
    """
    listed = _asked(store, {"prefix": prefix, "delimiter": "/"}, after)
    keys = [fields["Key"] for fields in listed.entries]
    return Top(tuple(listed.folders), tuple(key for key in keys if key != prefix), listed.more)


def top_by_client(store: Store, prefix: str) -> Top:
    """Return the same by boto3, whose errors say more of what is wrong with an address."""
    with failures(store.bucket):
        answer: Mapping[str, Any] = store.client.list_objects_v2(
            Bucket=store.bucket, Prefix=prefix, Delimiter="/"
        )
    keys = tuple(fields["Key"] for fields in _entries(answer) if fields["Key"] != prefix)
    folders = tuple(found["Prefix"] for found in answer.get("CommonPrefixes", []))
    return Top(folders, keys, bool(answer.get("IsTruncated")))


def version_pages(store: Store, prefix: str) -> Iterator[list[VersionEntry]]:
    """Yield all versions and delete markers below `prefix`: by key, the newest of each first.

    There is at least one page, perhaps empty. Raises `UnsupportedError` for a store that knows
    no versions.
    """
    asked: dict[str, Any] = {"Bucket": store.bucket, "Prefix": prefix}
    while True:
        with failures(store.bucket):
            answer: Mapping[str, Any] = store.client.list_object_versions(**asked)
        found = [_version(fields) for fields in _entries(answer)]
        yield sorted(found, key=lambda one: (one.key, not one.is_latest, -one.modified))
        if not answer.get("IsTruncated"):
            return
        asked["KeyMarker"] = _marker(answer, "NextKeyMarker")
        asked["VersionIdMarker"] = answer.get("NextVersionIdMarker", "")


def _version(fields: Fields) -> VersionEntry:
    return VersionEntry(
        fields["Key"],
        fields.get("VersionId") or "null",
        int(fields.get("Size") or 0),
        _instant(fields["LastModified"]),
        fields.get("ETag", "").strip('"'),
        fields.get("IsLatest") == "true",
        fields["Tag"] == "DeleteMarker",
    )


def unfinished_uploads(store: Store, prefix: str) -> Iterator[UnfinishedUpload]:
    """Yield the uploads below `prefix` that were begun and not ended."""
    asked: dict[str, Any] = {"Bucket": store.bucket, "Prefix": prefix, "EncodingType": "url"}
    while True:
        with failures(store.bucket):
            answer: Mapping[str, Any] = store.client.list_multipart_uploads(**asked)
        encoded = answer.get("EncodingType") == "url"
        for upload in answer.get("Uploads", []):
            key = _decoded(upload["Key"], encoded)
            yield UnfinishedUpload(key, upload["UploadId"], upload["Initiated"].timestamp())
        if not answer.get("IsTruncated"):
            return
        asked["KeyMarker"] = _decoded(_marker(answer, "NextKeyMarker"), encoded)
        asked["UploadIdMarker"] = answer.get("NextUploadIdMarker", "")


def _decoded(text: str, encoded: bool) -> str:
    return unquote_plus(text, errors="replace") if encoded else text


def uploaded_bytes(store: Store, upload: UnfinishedUpload) -> int:
    """Return how many bytes of an unfinished upload are in S3; 0 once it has ended."""
    asked: dict[str, Any] = {
        "Bucket": store.bucket,
        "Key": upload.key,
        "UploadId": upload.upload_id,
    }
    total: int = 0
    while True:
        try:
            with failures(store.bucket, upload.key):
                answer: Mapping[str, Any] = store.client.list_parts(**asked)
        except (ConflictError, NotFoundError):
            return 0
        total += sum(int(part["Size"]) for part in answer.get("Parts", []))
        if not answer.get("IsTruncated"):
            return total
        asked["PartNumberMarker"] = _marker(answer, "NextPartNumberMarker")


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
