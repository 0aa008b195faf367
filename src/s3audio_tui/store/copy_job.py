"""One copy on its way: whole or in parts, with all that belongs to the object, then verified."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, ConflictError, NotFoundError, UnsupportedError
from s3audio_tui.store import objects
from s3audio_tui.store.client import Store
from s3audio_tui.store.copy_parts import InParts, hash_of
from s3audio_tui.store.copy_session import UNKEPT, CopySession, CopySessions
from s3audio_tui.store.failures import failures, retried
from s3audio_tui.store.multipart import Multipart, Written
from s3audio_tui.store.objects import ObjectHead, condition, delete, find, head
from s3audio_tui.store.probe import Capabilities
from s3audio_tui.store.transfer import MAX_PARTS, MIB, Count, Progress
from s3audio_tui.store.verify import differs


@dataclass(frozen=True, slots=True)
class New:
    """What the copy shall have in place of what the source has; None keeps it."""

    tags: Mapping[str, str] | None = None
    metadata: Mapping[str, str] | None = None
    content_type: str | None = None

    @property
    def headers(self) -> bool:
        """Whether anything is given that S3 keeps in headers, which are replaced all or none."""
        return self.metadata is not None or self.content_type is not None


@dataclass(frozen=True, slots=True)
class Sizes:
    """When a copy goes in parts, how large they are, and how many at once."""

    single_limit_bytes: int = 5 * 1000**3
    """What CopyObject takes."""
    part_bytes: int = 256 * MIB
    """No byte of a copy comes by here, so that few large parts are best."""
    workers: int = 8


@dataclass(frozen=True, slots=True)
class CopyJob:
    """One copy. `replace_etag` replaces only the object with that ETag."""

    store: Store
    source: ObjectHead
    key: str
    can: Capabilities
    only_if_free: bool = False
    replace_etag: str | None = None
    new: New = New()
    sessions: CopySessions = UNKEPT

    def refuse_taken(self) -> None:
        """Raise `ConflictError` where the target is not as it must be."""
        if not self.only_if_free and self.replace_etag is None:
            return
        found = find(self.store, self.key)
        if self.only_if_free and found is not None:
            raise ConflictError(f"{self.key} is there already", "choose another", key=self.key)
        if self.replace_etag is not None and (found is None or found.etag != self.replace_etag):
            raise ConflictError(
                f"{self.key} was changed or deleted meanwhile", "look again", key=self.key
            )

    def written(
        self,
        sizes: Sizes,
        progress: Progress | None,
        token: CancelToken,
    ) -> Written:
        """Copy with one request, or in parts what is larger than one takes."""
        size_bytes = self.source.size_bytes
        if size_bytes <= sizes.single_limit_bytes:
            return self.whole()
        least = -(-size_bytes // MAX_PARTS)
        return self.in_parts(max(sizes.part_bytes, least), sizes.workers, progress, token)

    def whole(self) -> Written:
        """Copy with one request."""
        asked = self._from() | self._properties()
        if not self.new.headers:
            # As they are: S3 copies content type, headers and metadata by itself.
            for name in ("ContentType", "Metadata", *self.source.headers):
                del asked[name]
        else:
            asked["MetadataDirective"] = "REPLACE"
        if self.new.tags is not None:
            asked |= {"TaggingDirective": "REPLACE", "Tagging": urlencode(self.new.tags)}
        guarded = self._condition(self.can.conditional_copy, self.can.conditional_copy)
        try:
            with self._conflicts():
                answer = self.store.client.copy_object(
                    Bucket=self.store.bucket, Key=self.key, **asked, **guarded
                )
        except ConflictError as error:
            return self._arrived(error)
        return Written(answer["CopyObjectResult"]["ETag"].strip('"'), answer.get("VersionId"))

    def in_parts(
        self, part_bytes: int, workers: int, progress: Progress | None, token: CancelToken
    ) -> Written:
        """Copy in parts side by side, and give again what S3 does not copy with parts."""
        source, tags = self.source, self._tags()
        properties = self._properties() | self._all_again(tags)
        wanted = CopySession(
            *("", self.key, source.key, source.version_id, source.etag),
            *(source.size_bytes, part_bytes, hash_of(properties)),
        )
        named, sessions = self._from(), self.sessions
        job = InParts(self.store, wanted, named, properties, sessions, self._conflicts)
        written = job.run(self._complete, workers, Count(progress), token)
        self._see_to_tags(tags, written)
        return written

    def _complete(self, multipart: Multipart) -> Written:
        guarded = self._condition(self.can.conditional_create, self.can.conditional_replace)
        return multipart.complete(
            self.source.size_bytes,
            if_none_match="IfNoneMatch" in guarded,
            if_match=self.replace_etag if "IfMatch" in guarded else None,
        )

    def verified(self, written: Written) -> ObjectHead:
        """Return the head of what was made; remove it again where it is not like the source."""
        made = head(self.store, self.key)
        if made.etag != written.etag:
            raise ConflictError(
                f"{self.key} was written by somebody else too", "look at it", key=self.key
            )
        if not differs(self.source, made):
            return made
        etag = written.etag if self.can.conditional_delete else None
        if written.version_id in (None, "null"):
            delete(self.store, self.key, if_match=etag)
        else:
            delete(self.store, self.key, version_id=written.version_id)
        now = find(self.store, self.source.key)
        if now is None or now.etag != self.source.etag:
            raise self._source_changed()
        raise BadBytesError(
            f"the copy of {self.source.key} is not like it", "try again", key=self.source.key
        )

    def _arrived(self, error: ConflictError) -> Written:
        """Return the copy that is there though the answer was lost; else raise the error."""
        found = find(self.store, self.key) if retried(error) else None
        if found is None or differs(self.source, found) or not self._as_wanted(found):
            raise error
        return Written(found.etag, found.version_id)

    def _as_wanted(self, made: ObjectHead) -> bool:
        """Return whether what was made has the headers that were given."""
        new = self.new
        typed = new.content_type in (None, made.content_type)
        return typed and (new.metadata is None or dict(new.metadata) == made.metadata)

    def _from(self) -> dict[str, Any]:
        source = {"Bucket": self.store.bucket, "Key": self.source.key}
        if self.source.version_id is not None:
            source["VersionId"] = self.source.version_id
        return {"CopySource": source, "CopySourceIfMatch": f'"{self.source.etag}"'}

    def _properties(self) -> dict[str, Any]:
        """Return what the target shall have, as parameters of CopyObject."""
        source = self.source
        metadata = source.metadata if self.new.metadata is None else self.new.metadata
        properties: dict[str, Any] = {
            "ContentType": self.new.content_type or source.content_type,
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

    def _tags(self) -> Mapping[str, str]:
        """Return the tags that the copy shall have."""
        if self.new.tags is not None:
            return self.new.tags
        with suppress(UnsupportedError), self._conflicts():
            return objects.tags(self.store, self.source.key, self.source.version_id)
        return {}

    def _all_again(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """Return what CreateMultipartUpload needs besides."""
        again: dict[str, Any] = {}
        algorithm = next(iter(self.source.checksums), None)
        if algorithm is not None:
            whole = algorithm.startswith("CRC")
            again["ChecksumType"] = "FULL_OBJECT" if whole else "COMPOSITE"
        if tags:
            again["Tagging"] = urlencode(tags)
        return again

    def _see_to_tags(self, tags: Mapping[str, str], made: Written) -> None:
        """Give the copy its tags where the store took them from no upload in parts, as Ceph 16."""
        if tags and objects.tags(self.store, self.key, made.version_id) != dict(tags):
            objects.set_tags(self.store, self.key, tags, made.version_id)

    def _condition(self, create: bool, replace: bool) -> dict[str, Any]:
        """Return the condition on the target, where the store keeps to it."""
        return condition(
            if_none_match=self.only_if_free and create,
            if_match=self.replace_etag if replace else None,
        )

    @contextmanager
    def _conflicts(self) -> Iterator[None]:
        try:
            with failures(self.store.bucket, self.source.key):
                yield
        except NotFoundError as error:
            if error.key is None:
                raise
            raise self._source_changed() from error.__cause__

    def _source_changed(self) -> ConflictError:
        key = self.source.key
        return ConflictError(f"{key} was changed or deleted meanwhile", "look again", key=key)
