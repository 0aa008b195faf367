"""Files brought to S3: small ones with one request, the others in parts side by side."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
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
from s3audio_tui.store.bodies import SMALL_BYTES, Body
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import failures, retried
from s3audio_tui.store.local import check_unchanged, opened, start
from s3audio_tui.store.multipart import Multipart, Written, begin
from s3audio_tui.store.objects import ObjectHead, condition, conditional, find, head
from s3audio_tui.store.transfer import (
    Count,
    Crew,
    Progress,
    RateLimit,
    part_size_for,
)


@dataclass(frozen=True)
class PutOptions:
    """What the object shall be, and what may happen to one that has its name."""

    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    encryption: Literal["AES256", "aws:kms", "none"] = "none"
    kms_key_id: str | None = None
    storage_class: str | None = None
    only_if_free: bool = True
    """Refuse where the name is taken."""
    replace_etag: str | None = None
    """Replace only the object with this ETag; above `only_if_free`."""
    conditional: bool = False
    """The store keeps to conditions on writes; else it is asked before, and a race remains."""


@dataclass(frozen=True)
class Uploaded:
    """The object as it came to S3."""

    etag: str
    version_id: str | None
    size_bytes: int
    checksum: str | None
    """Its CRC32 in base64, where the store keeps it."""
    head: ObjectHead | None
    """The object as S3 showed it then; None where one may not look, or it was replaced since."""


def upload(
    store: Store,
    path: Path,
    key: str,
    options: PutOptions,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    limit: RateLimit | None = None,
    workers: int = 4,
) -> Uploaded:
    """Upload the file, from 5 MiB on in parts; compare its size in S3 when it is there.

    Raises `ConflictError` when the name is taken, or the object or the file changed meanwhile,
    `CancelledError` within 0.5 s. After any error no part stays in S3 and nothing is replaced,
    unless the answer to the very last request was lost.
    """
    sending = _Sending(store, key, options, progress, cancel, limit)
    with opened(path) as fd:
        before = os.fstat(fd)
        size_bytes = before.st_size
        if size_bytes < SMALL_BYTES:
            data = start(fd, size_bytes)
            check_unchanged(fd, path, before)
            return sending.in_one(data)
        part_bytes = part_size_for(size_bytes)
        parts = (
            Body(fd, at, min(part_bytes, size_bytes - at), sending.on_sent)
            for at in range(0, size_bytes, part_bytes)
        )
        workers = min(workers, -(-size_bytes // part_bytes))
        return sending.in_parts(parts, workers, lambda: check_unchanged(fd, path, before))


class _Sending:
    """One object on its way up."""

    def __init__(
        self,
        store: Store,
        key: str,
        options: PutOptions,
        progress: Progress | None,
        cancel: CancelToken | None,
        limit: RateLimit | None,
    ) -> None:
        self._store = store
        self._key = key
        self._options = options
        self._count = Count(progress)
        self._cancel = cancel or CancelToken()
        self._limit = limit
        self._check = self._cancel.check
        self._if_none_match = (
            options.conditional and options.only_if_free and options.replace_etag is None
        )
        self._if_match = options.replace_etag if options.conditional else None

    def on_sent(self, size_bytes: int) -> None:
        """Count what leaves, keep to the rate, stop when asked."""
        self._check()
        if self._limit is not None and size_bytes > 0:
            self._limit.take(size_bytes, self._check)
        self._count.add(size_bytes)

    def in_one(self, data: bytes) -> Uploaded:
        """Send a small object with one request."""
        if not self._options.conditional:
            self._refuse_taken()
        written: list[Written] = []
        crew = Crew(
            lambda body: written.append(self._put(body, data)),
            [Body(data, 0, len(data), self.on_sent)],
            workers=1,
            cancel=self._cancel,
        )
        self._check = crew.check
        crew.run()
        return self._verified(written[0], len(data))

    def in_parts(
        self, bodies: Iterator[Body], workers: int, check_source: Callable[[], None]
    ) -> Uploaded:
        """Send the bodies as parts; `check_source` may raise before they become the object."""
        self._refuse_taken()
        sizes: dict[int, int] = {}
        with _encryption_explained(self._options):
            multipart = begin(self._store, self._key, self._properties() | self._checksums())

        def send(part: tuple[int, Body]) -> None:
            number, body = part
            sizes[number] = len(body)
            self._send_part(multipart, number, body)

        crew = Crew(send, enumerate(bodies, 1), workers=workers, cancel=self._cancel)
        self._check = crew.check
        try:
            crew.run()
            check_source()
            self._cancel.check()
            size_bytes = sum(sizes.values())
            written = multipart.complete(
                size_bytes, if_none_match=self._if_none_match, if_match=self._if_match
            )
        except BaseException as error:
            multipart.abandon(crew, error)
            raise
        return self._verified(written, size_bytes)

    def _send_part(self, multipart: Multipart, number: int, body: Body) -> None:
        with failures(self._store.bucket, self._key):
            answer = self._store.client.upload_part(
                Bucket=self._store.bucket,
                Key=self._key,
                UploadId=multipart.upload_id,
                PartNumber=number,
                Body=body,  # type: ignore[arg-type]  # what botocore needs of a file, no more
            )
        multipart.add(number, answer)

    def _put(self, body: Body, data: bytes) -> Written:
        try:
            with (
                _encryption_explained(self._options),
                conditional(self._key, self._if_match),
                failures(self._store.bucket, self._key),
            ):
                answer = self._store.client.put_object(
                    Bucket=self._store.bucket,
                    Key=self._key,
                    Body=body,  # type: ignore[arg-type]  # as above
                    **self._properties(),
                    **condition(if_none_match=self._if_none_match, if_match=self._if_match),
                )
        except ConflictError as error:
            if not retried(error):
                raise
            found = find(self._store, self._key)
            etag = hashlib.md5(data, usedforsecurity=False).hexdigest()
            if found is None or (found.etag, found.size_bytes) != (etag, len(data)):
                raise
            return Written(found.etag, found.version_id)  # it had arrived, its answer was lost
        return Written(answer["ETag"].strip('"'), answer.get("VersionId"))

    def _refuse_taken(self) -> None:
        options = self._options
        if options.replace_etag is None and not options.only_if_free:
            return
        found = find(self._store, self._key)
        if options.replace_etag is not None:
            if found is None or found.etag != options.replace_etag:
                raise ConflictError(
                    f"{self._key} was changed or deleted meanwhile", "look again", key=self._key
                )
        elif found is not None:
            raise ConflictError(f"{self._key} is there already", "choose another", key=self._key)

    def _properties(self) -> dict[str, Any]:
        options = self._options
        properties: dict[str, Any] = {
            "ContentType": options.content_type,
            "Metadata": dict(options.metadata),
        }
        if options.tags:
            properties["Tagging"] = urlencode(options.tags)
        if options.encryption != "none":
            properties["ServerSideEncryption"] = options.encryption
        if options.encryption == "aws:kms" and options.kms_key_id:
            properties["SSEKMSKeyId"] = options.kms_key_id
        if options.storage_class:
            properties["StorageClass"] = options.storage_class
        return properties

    def _checksums(self) -> dict[str, Any]:
        """Ask for one checksum over the whole object, which a download can compare."""
        config = self._store.client.meta.config
        if getattr(config, "request_checksum_calculation", None) != "when_supported":
            return {}
        return {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}

    def _verified(self, written: Written, size_bytes: int) -> Uploaded:
        """Look at the object, where one may, and compare: an upload ends only when it is there."""
        try:
            found: ObjectHead | None = head(self._store, self._key)
        except (NotAllowedError, NotFoundError):
            found = None
        if found is None or found.etag != written.etag:
            return Uploaded(written.etag, written.version_id, size_bytes, None, None)
        if found.size_bytes != size_bytes:
            raise BadBytesError(
                f"{self._key} has {found.size_bytes} bytes in S3, and {size_bytes} were sent",
                "upload it again",
                key=self._key,
            )
        checksum = found.checksums.get("CRC32")
        return Uploaded(written.etag, written.version_id, size_bytes, checksum, found)


@contextmanager
def _encryption_explained(options: PutOptions) -> Iterator[None]:
    try:
        yield
    except S3AudioError as error:
        unsaid = type(error) is S3AudioError  # Ceph says "InvalidRequest", and not of what
        if options.encryption == "none" or not (unsaid or isinstance(error, UnsupportedError)):
            raise
        raise UnsupportedError(
            f"the store does not encrypt with {options.encryption}"
            + (f", or does not take this file: {error.message}" if unsaid else ""),
            'set encryption = "none" in the settings, or S3AUDIO_ENCRYPTION=none',
            key=error.key,
        ) from None
