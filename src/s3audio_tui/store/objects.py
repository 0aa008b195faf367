"""One object at a time: look at it, read and write small ones, tags, versions, delete."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    LimitError,
    NotFoundError,
    S3AudioError,
)
from s3audio_tui.store import heads
from s3audio_tui.store.asking import ask
from s3audio_tui.store.attempts import again, out_of_reach, passing
from s3audio_tui.store.client import MAX_ATTEMPTS, Store
from s3audio_tui.store.failures import failures
from s3audio_tui.store.heads import (
    CHECKSUM_MODE,
    ObjectHead,
    head_of,
    of_headers,
    told,
    versioned,
)
from s3audio_tui.store.lanes import QUESTION
from s3audio_tui.store.listing import VersionEntry, version_pages
from s3audio_tui.store.proof import digest_of, of_whole

__all__ = ["ObjectHead", "head_of"]

SMALL_BYTES = 16 * 1024 * 1024
"""What `read_small` takes into memory."""

_ATTEMPTS = 6
_PATIENCE_S = 10.0


def head(store: Store, key: str, *, version_id: str | None = None) -> ObjectHead:
    """Return what S3 knows of the object, or of one version. Raises `NotFoundError`."""
    passes = _patiently()
    return heads.look(store, key, version_id=version_id, attempts=_ATTEMPTS, passes=passes)


def find(store: Store, key: str) -> ObjectHead | None:
    """Return what S3 knows of the object, None if there is none. One request."""
    return heads.seek(store, key, attempts=_ATTEMPTS, passes=_patiently())


def _patiently() -> Callable[[S3AudioError], bool]:
    """Return what has a store asked again that is out of reach, unless each try takes long."""
    began = time.monotonic()
    return lambda error: out_of_reach(error) and time.monotonic() - began < _PATIENCE_S


def read_small(store: Store, key: str) -> tuple[bytes, str]:
    """Return the bytes of a small object and its ETag. Raises `NotFoundError`, `LimitError`."""

    def read(_: int) -> tuple[bytes, str]:
        with store.wire.ask("GET", key, headers=CHECKSUM_MODE, size_bytes=QUESTION) as answer:
            found = of_headers(key, answer.headers)
            if found.size_bytes > SMALL_BYTES:
                raise LimitError(f"{key} is too large for what it should be", "look at it", key=key)
            data = answer.read()
        if not _as_kept(found, data):
            raise BadBytesError(f"{key} was damaged on the way", "try again", key=key)
        return data, found.etag

    return again(read, attempts=MAX_ATTEMPTS)


def _as_kept(found: ObjectHead, data: bytes) -> bool:
    """Return whether the bytes have the checksum that the store keeps, where it keeps one."""
    proof = of_whole(found)
    if proof is None or proof.verified != "checksum":
        return True
    digest = digest_of(proof.kind)
    digest.update(memoryview(data))
    return proof.fits([digest.digest()])


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
    conditions = condition(if_none_match=if_none_match, if_match=if_match)
    headers = told({"ContentType": content_type, **conditions})

    def write(tried: int) -> str:
        try:
            with conditional(key, if_match):
                said = ask(store, "PUT", key, "PutObject", headers=headers, body=data)
        except ConflictError:
            if not tried:
                raise
            there, etag = read_small(store, key)
            if there != data:
                raise
            return etag  # our own write had arrived, and its answer was lost
        return said.headers.get("etag", "").strip('"')

    return again(write, attempts=MAX_ATTEMPTS, passes=_repeats)


def _repeats(error: S3AudioError) -> bool:
    """Return whether a write is sent again: what met another's is for the caller to look at."""
    return passing(error) and not isinstance(error, ConflictError)


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


def _named(store: Store, key: str, version_id: str | None) -> dict[str, Any]:
    version = {"VersionId": version_id} if version_id is not None else {}
    return {"Bucket": store.bucket, "Key": key, **version}


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
    headers = told(condition(if_none_match=False, if_match=if_match))
    query = versioned(version_id)

    def remove(tried: int) -> None:
        try:
            with conditional(key, if_match):
                ask(store, "DELETE", key, "DeleteObject", query=query, headers=headers)
        except NotFoundError as error:
            if error.key is None:
                raise
        except ConflictError:
            if not tried or find(store, key) is not None:
                raise  # else the first try had done it, and its answer was lost

    again(remove, attempts=MAX_ATTEMPTS, passes=_repeats)
