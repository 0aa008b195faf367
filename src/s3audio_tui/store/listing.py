"""What lies in the bucket, a page at a time: objects, versions, unfinished uploads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from s3audio_tui.cancel import CancelToken
from s3audio_tui.courtesy import in_steps
from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.store import fast_lists
from s3audio_tui.store.asking import document
from s3audio_tui.store.attempts import ATTEMPTS, again
from s3audio_tui.store.client import MAX_ATTEMPTS, Store
from s3audio_tui.store.documents import fields
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
    return [_object(each) for each in listed.entries], listed.token if listed.more else ""


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


def _object(said: Fields) -> ObjectEntry:
    return ObjectEntry(
        said["Key"],
        int(said["Size"]),
        _instant(said["LastModified"]),
        said.get("ETag", "").strip('"'),
        said.get("StorageClass") or "STANDARD",
    )


def top(store: Store, prefix: str, *, after: str = "") -> Top:
    """Return what lies directly below `prefix`, asked for once: at most 1,000 of them.

    With `after` only what lies behind that key, perhaps with the folder that it is in.
    """
    listed = _asked(store, {"prefix": prefix, "delimiter": "/"}, after)
    keys = [each["Key"] for each in listed.entries]
    return Top(tuple(listed.folders), tuple(key for key in keys if key != prefix), listed.more)


def top_by_client(store: Store, prefix: str) -> Top:
    """Return the same by boto3, whose errors say more of what is wrong with an address."""
    with failures(store.bucket):
        answer: Mapping[str, Any] = store.client.list_objects_v2(
            Bucket=store.bucket, Prefix=prefix, Delimiter="/"
        )
    keys = tuple(each["Key"] for each in _entries(answer) if each["Key"] != prefix)
    folders = tuple(found["Prefix"] for found in answer.get("CommonPrefixes", []))
    return Top(folders, keys, bool(answer.get("IsTruncated")))


def version_pages(store: Store, prefix: str) -> Iterator[list[VersionEntry]]:
    """Yield all versions and delete markers below `prefix`: by key, the newest of each first.

    There is at least one page, perhaps empty. Raises `UnsupportedError` for a store that knows
    no versions.
    """
    query = {"versions": "", "encoding-type": "url", "prefix": prefix}

    def ask(_: int) -> bytes:
        with store.wire.ask(
            "GET", "", query=query, size_bytes=QUESTION, operation="ListObjectVersions"
        ) as answer:
            return answer.read()

    while True:
        listed = fast_lists.read_versions(again(ask, attempts=MAX_ATTEMPTS))
        if listed is None:
            raise not_s3()
        found, beside = [_version(each) for each in in_steps(listed[0])], listed[1]
        yield sorted(found, key=lambda one: (one.key, not one.is_latest, -one.modified))
        if beside.get("IsTruncated") != "true":
            return
        query["key-marker"] = _marker(beside, "NextKeyMarker")
        query["version-id-marker"] = beside.get("NextVersionIdMarker", "")


def _version(said: Fields) -> VersionEntry:
    return VersionEntry(
        said["Key"],
        said.get("VersionId") or "null",
        int(said.get("Size") or 0),
        _instant(said["LastModified"]),
        said.get("ETag", "").strip('"'),
        said.get("IsLatest") == "true",
        said["Tag"] == "DeleteMarker",
    )


def unfinished_uploads(store: Store, prefix: str) -> Iterator[UnfinishedUpload]:
    """Yield the uploads below `prefix` that were begun and not ended."""
    query = {"uploads": "", "encoding-type": "url", "prefix": prefix}
    while True:
        root = document(
            *(store, "", "ListMultipartUploads", query, "ListMultipartUploads", MAX_ATTEMPTS)
        )
        beside = fields(root)
        encoded = beside.get("EncodingType") == "url"
        for upload in map(fields, root.iterfind("Upload")):
            key = _decoded(upload["Key"], encoded)
            yield UnfinishedUpload(key, upload["UploadId"], _instant(upload["Initiated"]))
        if beside.get("IsTruncated") != "true":
            return
        query["key-marker"] = _decoded(_marker(beside, "NextKeyMarker"), encoded)
        query["upload-id-marker"] = beside.get("NextUploadIdMarker", "")


def _decoded(text: str, encoded: bool) -> str:
    return unquote_plus(text, errors="replace") if encoded else text


def uploaded_bytes(store: Store, upload: UnfinishedUpload) -> int:
    """Return how many bytes of an unfinished upload are in S3; 0 once it has ended."""
    try:
        found = list(parts(store, upload.key, upload.upload_id, attempts=MAX_ATTEMPTS))
    except (ConflictError, NotFoundError):
        return 0
    return sum(int(part["Size"]) for part in found)


def parts(
    store: Store, key: str, upload_id: str, *, attempts: int = ATTEMPTS
) -> Iterator[dict[str, str]]:
    """Yield the parts that an upload has, as S3 names their fields, in the order of their numbers.

    Raises `UploadGoneError` where S3 knows of no such upload.
    """
    query = {"uploadId": upload_id}
    while True:
        root = document(store, key, "ListParts", query, "ListParts", attempts)
        yield from map(fields, root.iterfind("Part"))
        if root.findtext("IsTruncated") != "true":
            return
        query["part-number-marker"] = _marker(fields(root), "NextPartNumberMarker")


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
