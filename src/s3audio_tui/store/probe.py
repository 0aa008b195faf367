"""What a store can do, found out by trying: many accept a condition and ignore it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

import msgspec

from s3audio_tui.errors import (
    ConflictError,
    NotAllowedError,
    S3AudioError,
    UnreachableError,
    UnsupportedError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import failures

Versioning = Literal["enabled", "suspended", "off"]

_NO_ETAG = "0" * 32


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
        with failures(store.bucket):
            answer = store.client.get_bucket_versioning(Bucket=store.bucket)
    except (NotAllowedError, UnsupportedError):
        return "off"
    status = answer.get("Status")
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


def _replace(store: Store, key: str) -> None:
    """Replace an object as is right: Ceph 16 refuses that too, for the quotes of the ETag."""
    _, etag = objects.read_small(store, key)
    objects.write_small(store, key, b"3", if_match=etag)


def _copy(store: Store, from_key: str, to_key: str) -> None:
    with failures(store.bucket, to_key):
        store.client.copy_object(
            Bucket=store.bucket,
            Key=to_key,
            CopySource={"Bucket": store.bucket, "Key": from_key},
            IfNoneMatch="*",
        )


def _remove(store: Store, keys: tuple[str, ...], versioning: Versioning) -> None:
    if versioning == "off":
        for key in keys:
            objects.delete(store, key)
        return
    for key in keys:
        for version in objects.versions(store, key):
            objects.delete(store, key, version_id=version.version_id)
