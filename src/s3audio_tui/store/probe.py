"""What a store can do, found out by trying: many accept a condition and ignore it."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    S3AudioError,
    UnreachableError,
    UnsupportedError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.asking import ask, document
from s3audio_tui.store.attempts import again
from s3audio_tui.store.checksums import Crc, Guard
from s3audio_tui.store.client import MAX_ATTEMPTS, Store
from s3audio_tui.store.payload import Held, Payload
from s3audio_tui.store.target import PutOptions, Target
from s3audio_tui.store.upload_parts import Parts, begun

Versioning = Literal["enabled", "suspended", "off"]

_NO_ETAG = "0" * 32
_TRIED = b"s3audio"


class Capabilities(msgspec.Struct, frozen=True):
    """Which conditions the store keeps to, and whether the bucket keeps versions."""

    conditional_create: bool
    """PUT and Complete with If-None-Match."""
    conditional_replace: bool
    """PUT and Complete with If-Match."""
    conditional_delete: bool
    conditional_copy: bool
    """CopyObject with If-None-Match."""
    versioning: Versioning
    checksum: Guard = "md5"
    """What shows that bytes arrived: a checksum that is checked and kept, or an ETag, an MD5."""


NONE = Capabilities(
    conditional_create=False,
    conditional_replace=False,
    conditional_delete=False,
    conditional_copy=False,
    versioning="off",
)
"""A store that keeps to no condition: what is assumed of one that was never tried."""


def keeps_versions(store: Store) -> Versioning:
    """Return whether the bucket keeps versions; `off` where one may not ask, or cannot."""
    try:
        query = {"versioning": ""}
        root = document(store, "", "GetBucketVersioning", query, "Versioning", MAX_ATTEMPTS)
    except (NotAllowedError, UnsupportedError):
        return "off"
    status = root.findtext("Status")
    return "enabled" if status == "Enabled" else "suspended" if status == "Suspended" else "off"


def probe(store: Store, scratch_key: str) -> Capabilities:
    """Try every condition on tiny objects at `scratch_key`, and remove them, versions too.

    Raises `NotAllowedError` where one may not write.
    """
    versioning = keeps_versions(store)
    copied_key = f"{scratch_key}.copy"
    try:
        for key in (scratch_key, copied_key):
            objects.write_small(store, key, b"1", content_type="text/plain")
        checksum = _checksum(store, scratch_key)
        return Capabilities(
            conditional_create=_refuses(
                lambda: objects.write_small(store, scratch_key, b"2", if_none_match=True)
            ),
            conditional_replace=_refuses(
                lambda: objects.write_small(store, scratch_key, b"2", if_match=_NO_ETAG)
            )
            and not _refuses(lambda: _replace(store, scratch_key)),
            conditional_copy=_refuses(lambda: _copy(store, scratch_key, copied_key)),
            conditional_delete=_refuses(
                lambda: objects.delete(store, copied_key, if_match=_NO_ETAG)
            ),
            versioning=versioning,
            checksum=checksum,
        )
    finally:
        with suppress(S3AudioError):
            _remove(store, (scratch_key, copied_key), versioning)


def _refuses(act: Callable[[], Any]) -> bool:
    """Return whether the store refuses what must not happen, by the conflict that it is."""
    try:
        act()
    except ConflictError:
        return True
    except UnreachableError as error:
        if not isinstance(error, UnsupportedError):
            raise
        return False
    except NotAllowedError:
        raise
    except S3AudioError:
        return False
    return False


def _checksum(store: Store, key: str) -> Guard:
    """Return the best of what the store compares the bytes with, and shows."""
    kinds: tuple[Literal["crc64nvme", "crc32c"], ...] = ("crc64nvme", "crc32c")
    for kind in kinds:
        if _keeps(store, key, kind):
            return kind
    etag = objects.write_small(store, key, _TRIED)
    return "md5" if etag == hashlib.md5(_TRIED, usedforsecurity=False).hexdigest() else "none"


def _keeps(store: Store, key: str, kind: Literal["crc64nvme", "crc32c"]) -> bool:
    """Return whether bytes with a wrong checksum are refused, and a right one is given back."""
    wrong, right = Crc(kind), Crc(kind)
    wrong.value = 1
    try:
        taken = _takes(store, key, wrong)
    except (NotAllowedError, UnreachableError) as error:
        if not isinstance(error, UnsupportedError):
            raise
        return False
    except S3AudioError:
        return False
    if taken or not _takes(store, key, right):
        return False
    found = objects.head(store, key)
    kept = found.checksums.get(kind.upper()) == right.base64 and found.size_bytes == len(_TRIED)
    return kept and _joins(store, key, kind)


def _joins(store: Store, key: str, kind: Literal["crc64nvme", "crc32c"]) -> bool:
    """Return whether the store has one checksum of all the parts of an object."""
    target = Target(store, key, PutOptions("text/plain", only_if_free=False, guard=kind))
    try:
        parts = Parts(target, begun(target, kind), kind, len(_TRIED))
        try:
            parts.send(1, Held(_TRIED), lambda _: None, lambda: None)
            made = parts.complete().head
        except S3AudioError:
            parts.multipart.abandon()
            raise
    except UnreachableError as error:
        if not isinstance(error, UnsupportedError):
            raise
        return False
    except S3AudioError:
        return False
    return made is not None and made.checksum_type == "FULL_OBJECT"


def _takes(store: Store, key: str, crc: Crc) -> bool:
    """Write a few bytes with a checksum behind them; return whether the store takes it as right."""

    def write(_: int) -> bool:
        payload = Payload(Held(_TRIED), lambda _: None, crc=crc)
        try:
            with store.wire.ask("PUT", key, payload=payload) as answer:
                answer.read()
        except BadBytesError:
            return False
        return True

    return again(write)


def _replace(store: Store, key: str) -> None:
    """Replace an object as is right: Ceph 16 refuses that too, for the quotes of the ETag."""
    _, etag = objects.read_small(store, key)
    objects.write_small(store, key, b"3", if_match=etag)


def _copy(store: Store, from_key: str, to_key: str) -> None:
    source = quote(f"{store.bucket}/{from_key}")
    headers = {"x-amz-copy-source": source, "If-None-Match": "*"}
    again(
        lambda _: ask(store, "PUT", to_key, "CopyObject", headers=headers, slow=True),
        attempts=MAX_ATTEMPTS,
    )


def _remove(store: Store, keys: tuple[str, ...], versioning: Versioning) -> None:
    if versioning == "off":
        for key in keys:
            objects.delete(store, key)
        return
    for key in keys:
        for version in objects.versions(store, key):
            objects.delete(store, key, version_id=version.version_id)
