"""Many objects or versions deleted with few requests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from s3audio_tui.errors import S3AudioError, UnreachableError, UnsupportedError
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import failures, refused
from s3audio_tui.store.objects import delete

DELETE_BATCH = 1000
"""Keys that S3 deletes with one request."""

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class DeleteFailure:
    """One item of many that could not be deleted."""

    key: str
    version_id: str | None
    error: S3AudioError


def delete_many(store: Store, items: Sequence[tuple[str, str | None]]) -> list[DeleteFailure]:
    """Delete (key, version id or None) pairs, 1,000 a request; return those that failed, and why.

    A store without deletes in batches is asked one by one. Once the store cannot be reached,
    the rest is returned as failed without further requests.
    """
    failed: list[DeleteFailure] = []
    batchable = [item for item in items if not _NOT_IN_XML.search(item[0])]
    singles = [item for item in items if _NOT_IN_XML.search(item[0])]
    for start in range(0, len(batchable), DELETE_BATCH):
        batch = batchable[start : start + DELETE_BATCH]
        try:
            failed += _delete_batch(store, batch)
        except UnsupportedError:
            singles += batchable[start:]
            break
        except S3AudioError as error:
            return failed + [DeleteFailure(*item, error) for item in batchable[start:] + singles]
    for number, (key, version_id) in enumerate(singles):
        try:
            delete(store, key, version_id=version_id)
        except UnreachableError as error:
            return failed + [DeleteFailure(*item, error) for item in singles[number:]]
        except S3AudioError as error:
            failed.append(DeleteFailure(key, version_id, error))
    return failed


def _delete_batch(store: Store, batch: Sequence[tuple[str, str | None]]) -> list[DeleteFailure]:
    named = [
        {"Key": key, **({"VersionId": version_id} if version_id is not None else {})}
        for key, version_id in batch
    ]
    with failures(store.bucket):
        answer = store.client.delete_objects(
            Bucket=store.bucket,
            Delete={"Objects": named, "Quiet": True},  # type: ignore[typeddict-item]  # plain dicts
        )
    return [_delete_failure(store, error) for error in answer.get("Errors", [])]


def _delete_failure(store: Store, said: Mapping[str, Any]) -> DeleteFailure:
    key = said.get("Key", "")
    status = {"AccessDenied": 403, "InternalError": 500}.get(said.get("Code", ""), 400)
    response = {"Error": said, "ResponseMetadata": {"HTTPStatusCode": status}}
    error = refused(response, store.bucket, key, "DeleteObjects")
    return DeleteFailure(key, said.get("VersionId"), error)
