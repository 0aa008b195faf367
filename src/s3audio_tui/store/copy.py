"""Copies within the bucket, and moves: copy, verify, delete, in that order. S3 has no rename."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlencode

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnsupportedError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import failures, retried
from s3audio_tui.store.multipart import Written, begin
from s3audio_tui.store.objects import ObjectHead, condition, delete, find, head, versions
from s3audio_tui.store.probe import NONE, Capabilities
from s3audio_tui.store.transfer import MAX_PARTS, MIB, Count, Crew, Progress
from s3audio_tui.store.verify import differs

SINGLE_LIMIT_BYTES = 5 * 1000**3
"""What CopyObject takes; larger objects are copied in parts."""

PART_BYTES = 256 * MIB
"""No byte of a copy comes by here, so that few large parts are best."""


def copy(
    store: Store,
    source: ObjectHead,
    to_key: str,
    *,
    can: Capabilities = NONE,
    only_if_free: bool = True,
    replace_etag: str | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    single_limit_bytes: int = SINGLE_LIMIT_BYTES,
    part_bytes: int = PART_BYTES,
    workers: int = 4,
) -> ObjectHead:
    """Copy the object to `to_key` with all that belongs to it, verify it, return its head.

    Content type, headers, metadata, tags, storage class, encryption and checksum stay, but for
    `tags` and `metadata` where they are given. `replace_etag` replaces only the object with that
    ETag, else nothing may be there (unless not `only_if_free`). The target is asked before;
    against a race within a few milliseconds only a store that `can` conditions helps.

    Raises `ConflictError` when the name is taken or the source is no longer the one in `source`,
    `BadBytesError` when the copy is not like it; then the copy is removed again.
    """
    token = cancel or CancelToken()
    token.check()
    job = _Copy(store, source, to_key, can, only_if_free, replace_etag, tags, metadata)
    job.refuse_taken()
    if source.size_bytes <= single_limit_bytes:
        written = job.whole()
    else:
        least = -(-source.size_bytes // MAX_PARTS)
        written = job.in_parts(max(part_bytes, least), workers, progress, token)
    made = job.verified(written)
    if progress is not None:
        progress(source.size_bytes)
    return made


def move(
    store: Store,
    source: ObjectHead,
    to_key: str,
    *,
    can: Capabilities = NONE,
    only_if_free: bool = True,
    replace_etag: str | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    single_limit_bytes: int = SINGLE_LIMIT_BYTES,
    part_bytes: int = PART_BYTES,
    workers: int = 4,
) -> ObjectHead:
    """Copy and verify as `copy` does, then delete the source; return the head of the new object.

    A crash leaves both or one, never none. In a bucket that keeps versions the source goes for
    good where it was the only version, else it gets a delete marker. Raises `ConflictError` when
    the source changed after it was copied: then both are there.
    """
    made = copy(
        store,
        source,
        to_key,
        can=can,
        only_if_free=only_if_free,
        replace_etag=replace_etag,
        tags=tags,
        metadata=metadata,
        progress=progress,
        cancel=cancel,
        single_limit_bytes=single_limit_bytes,
        part_bytes=part_bytes,
        workers=workers,
    )
    try:
        _remove_source(store, source, can)
    except S3AudioError as error:
        if not _is_gone(store, source.key):
            text = f"{source.key} was copied to {to_key}, and both are there: {error.message}"
            raise type(error)(text, error.remedy or "look at both", key=source.key) from error
    return made


def _is_gone(store: Store, key: str) -> bool:
    """Return whether there is no such object: deleted after all, and only the answer was lost."""
    with suppress(S3AudioError):
        return find(store, key) is None
    return False


def _remove_source(store: Store, source: ObjectHead, can: Capabilities) -> None:
    if _is_only_version(store, source, can):
        with suppress(NotAllowedError):
            delete(store, source.key, version_id=source.version_id)
            return
    if can.conditional_delete:
        delete(store, source.key, if_match=source.etag)
        return
    now = find(store, source.key)
    if now is None or (now.etag, now.version_id) != (source.etag, source.version_id):
        raise ConflictError("the old one was changed meanwhile", "look at both", key=source.key)
    delete(store, source.key)


def _is_only_version(store: Store, source: ObjectHead, can: Capabilities) -> bool:
    """Return whether the source is all that the bucket keeps of its key, and has its own id.

    Where versions are suspended the id "null" may be somebody else's a moment later.
    """
    if source.version_id is None or (source.version_id == "null" and can.versioning != "enabled"):
        return False
    try:
        kept = versions(store, source.key)
    except S3AudioError:
        return False  # a marker does as well
    return [version.version_id for version in kept] == [source.version_id]


class _Copy:
    """One copy on its way."""

    def __init__(
        self,
        store: Store,
        source: ObjectHead,
        to_key: str,
        can: Capabilities,
        only_if_free: bool,
        replace_etag: str | None,
        tags: Mapping[str, str] | None,
        metadata: Mapping[str, str] | None,
    ) -> None:
        self._store = store
        self._source = source
        self._key = to_key
        self._can = can
        self._only_if_free = only_if_free and replace_etag is None
        self._replace_etag = replace_etag
        self._tags = tags
        self._metadata = metadata

    def refuse_taken(self) -> None:
        """Raise `ConflictError` where the target is not as it must be."""
        if not self._only_if_free and self._replace_etag is None:
            return
        found = find(self._store, self._key)
        if self._only_if_free and found is not None:
            raise ConflictError(f"{self._key} is there already", "choose another", key=self._key)
        if self._replace_etag is not None and (found is None or found.etag != self._replace_etag):
            raise ConflictError(
                f"{self._key} was changed or deleted meanwhile", "look again", key=self._key
            )

    def whole(self) -> Written:
        """Copy with one request."""
        asked = self._from() | self._properties()
        if self._metadata is None:
            # As they are: S3 copies content type, headers and metadata by itself.
            for name in ("ContentType", "Metadata", *self._source.headers):
                del asked[name]
        else:
            asked["MetadataDirective"] = "REPLACE"
        if self._tags is not None:
            asked |= {"TaggingDirective": "REPLACE", "Tagging": urlencode(self._tags)}
        guarded = self._condition(self._can.conditional_copy, self._can.conditional_copy)
        try:
            with self._conflicts():
                answer = self._store.client.copy_object(
                    Bucket=self._store.bucket, Key=self._key, **asked, **guarded
                )
        except ConflictError as error:
            return self._arrived(error)
        return Written(answer["CopyObjectResult"]["ETag"].strip('"'), answer.get("VersionId"))

    def in_parts(
        self, part_bytes: int, workers: int, progress: Progress | None, token: CancelToken
    ) -> Written:
        """Copy in parts side by side, and give again what S3 does not copy with parts."""
        source, count = self._source, Count(progress)
        multipart = begin(self._store, self._key, self._properties() | self._all_again())

        def send(start: int) -> None:
            end = min(start + part_bytes, source.size_bytes)
            with self._conflicts():
                answer = self._store.client.upload_part_copy(
                    Bucket=self._store.bucket,
                    Key=self._key,
                    UploadId=multipart.upload_id,
                    PartNumber=start // part_bytes + 1,
                    CopySourceRange=f"bytes={start}-{end - 1}",
                    **self._from(),
                )
            multipart.add(start // part_bytes + 1, answer["CopyPartResult"])
            count.add(end - start)

        starts = range(0, source.size_bytes, part_bytes)
        crew = Crew(send, starts, workers=min(workers, len(starts)), cancel=token)
        try:
            crew.run()
            token.check()
            guarded = self._condition(self._can.conditional_create, self._can.conditional_replace)
            return multipart.complete(
                source.size_bytes,
                if_none_match="IfNoneMatch" in guarded,
                if_match=self._replace_etag if "IfMatch" in guarded else None,
            )
        except BaseException as error:
            multipart.abandon(crew, error)
            raise

    def verified(self, written: Written) -> ObjectHead:
        """Return the head of what was made; remove it again where it is not like the source."""
        made = head(self._store, self._key)
        if made.etag != written.etag:
            raise ConflictError(
                f"{self._key} was written by somebody else too", "look at it", key=self._key
            )
        if not differs(self._source, made):
            return made
        etag = written.etag if self._can.conditional_delete else None
        if written.version_id in (None, "null"):
            delete(self._store, self._key, if_match=etag)
        else:
            delete(self._store, self._key, version_id=written.version_id)
        now = find(self._store, self._source.key)
        if now is None or now.etag != self._source.etag:
            raise self._source_changed()
        raise BadBytesError(
            f"the copy of {self._source.key} is not like it", "try again", key=self._source.key
        )

    def _arrived(self, error: ConflictError) -> Written:
        """Return the copy that is there though the answer was lost; else raise the error."""
        found = find(self._store, self._key) if retried(error) else None
        if found is None or differs(self._source, found):
            raise error
        return Written(found.etag, found.version_id)

    def _from(self) -> dict[str, Any]:
        source = {"Bucket": self._store.bucket, "Key": self._source.key}
        if self._source.version_id is not None:
            source["VersionId"] = self._source.version_id
        return {"CopySource": source, "CopySourceIfMatch": f'"{self._source.etag}"'}

    def _properties(self) -> dict[str, Any]:
        """Return what the target shall have, as parameters of CopyObject."""
        source = self._source
        metadata = source.metadata if self._metadata is None else self._metadata
        properties: dict[str, Any] = {
            "ContentType": source.content_type,
            "Metadata": dict(metadata),
            **source.headers,
        }
        if source.storage_class != "STANDARD":
            properties["StorageClass"] = source.storage_class
        if source.encryption is not None:
            properties["ServerSideEncryption"] = source.encryption
        if source.kms_key_id is not None:
            properties |= {"SSEKMSKeyId": source.kms_key_id, "BucketKeyEnabled": source.bucket_key}
        algorithm = next(iter(source.checksums), None)
        if algorithm is not None:
            properties["ChecksumAlgorithm"] = algorithm
        return properties

    def _all_again(self) -> dict[str, Any]:
        """Return what CreateMultipartUpload needs besides."""
        again: dict[str, Any] = {}
        algorithm = next(iter(self._source.checksums), None)
        if algorithm is not None:
            whole = algorithm.startswith("CRC")
            again["ChecksumType"] = "FULL_OBJECT" if whole else "COMPOSITE"
        tags = self._tags
        if tags is None:
            with suppress(UnsupportedError), self._conflicts():
                tags = objects.tags(self._store, self._source.key, self._source.version_id)
        if tags:
            again["Tagging"] = urlencode(tags)
        return again

    def _condition(self, create: bool, replace: bool) -> dict[str, Any]:
        """Return the condition on the target, where the store keeps to it."""
        return condition(
            if_none_match=self._only_if_free and create,
            if_match=self._replace_etag if replace else None,
        )

    @contextmanager
    def _conflicts(self) -> Iterator[None]:
        try:
            with failures(self._store.bucket, self._source.key):
                yield
        except NotFoundError as error:
            if error.key is None:
                raise
            raise self._source_changed() from error.__cause__

    def _source_changed(self) -> ConflictError:
        key = self._source.key
        return ConflictError(f"{key} was changed or deleted meanwhile", "look again", key=key)
