"""One object that arrives in parts: begun, filled by several threads, completed or taken back."""

import hashlib
import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from s3audio_tui.errors import CancelledError, ConflictError, S3AudioError, UnreachableError
from s3audio_tui.store.client import READ_TIMEOUT_S, Store
from s3audio_tui.store.failures import failures, retried
from s3audio_tui.store.objects import condition, conditional, find
from s3audio_tui.store.transfer import Crew

_MD5 = re.compile("[0-9a-f]{32}")
_CANCEL_PATIENCE_S = 0.2
_FAILURE_PATIENCE_S = 10


@dataclass(frozen=True)
class Written:
    """What S3 said of an object that it has made. `version_id` where the bucket keeps versions."""

    etag: str
    version_id: str | None


@dataclass
class Multipart:
    """An upload in parts under way. Threads may add parts at once."""

    store: Store
    key: str
    upload_id: str
    parts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, number: int, answer: Mapping[str, Any]) -> None:
        """Note what S3 answered to part `number`, from 1 on."""
        checksums = {name: answer[name] for name in answer if name.startswith("Checksum")}
        self.parts[number] = {"PartNumber": number, "ETag": answer["ETag"], **checksums}

    def complete(self, size_bytes: int, *, if_none_match: bool, if_match: str | None) -> Written:
        """Put the parts together; with a condition only if it holds, else `ConflictError`.

        Where the answer was lost, or a second try was told that there is no such upload or that
        the name is taken, the object itself tells whether it is ours.
        """
        ordered = [self.parts[number] for number in sorted(self.parts)]
        try:
            with conditional(self.key, if_match), failures(self.store.bucket, self.key):
                answer = self.store.client.complete_multipart_upload(
                    Bucket=self.store.bucket,
                    Key=self.key,
                    UploadId=self.upload_id,
                    MultipartUpload={"Parts": ordered},  # type: ignore[typeddict-item]  # plain dicts
                    **condition(if_none_match=if_none_match, if_match=if_match),
                )
        except (ConflictError, UnreachableError) as error:
            if isinstance(error, ConflictError) and not retried(error):
                raise
            found = find(self.store, self.key)
            ours = found and (found.etag, found.size_bytes) == (self._etag(), size_bytes)
            if not found or not ours:
                raise
            return Written(found.etag, found.version_id)
        return Written(answer["ETag"].strip('"'), answer.get("VersionId"))

    def _etag(self) -> str | None:
        """Return the ETag that S3 gives to these parts, if their own are MD5s."""
        etags = [self.parts[number]["ETag"].strip('"') for number in sorted(self.parts)]
        if not all(_MD5.fullmatch(etag) for etag in etags):
            return None
        digest = hashlib.md5(bytes.fromhex("".join(etags)), usedforsecurity=False).hexdigest()
        return f"{digest}-{len(etags)}"

    def abandon(self, crew: Crew[Any], reason: BaseException) -> None:
        """Remove all parts: at once, and again after a thread that was still sending one.

        Waits for it unless somebody cancelled, who is not kept waiting; the work then goes on
        behind, and the program ends only after it.
        """
        thread = threading.Thread(target=self._remove, args=(crew,), name="s3audio-abort")
        thread.start()
        cancelled = isinstance(reason, CancelledError)
        thread.join(_CANCEL_PATIENCE_S if cancelled else _FAILURE_PATIENCE_S)

    def _remove(self, crew: Crew[Any]) -> None:
        for patience_s in (0, READ_TIMEOUT_S):
            idle = crew.wait(patience_s)
            with suppress(S3AudioError), failures(self.store.bucket, self.key):
                self.store.client.abort_multipart_upload(
                    Bucket=self.store.bucket, Key=self.key, UploadId=self.upload_id
                )
            if idle:
                return


def begin(store: Store, key: str, properties: Mapping[str, Any]) -> Multipart:
    """Begin an upload in parts. `properties` are parameters of CreateMultipartUpload."""
    with failures(store.bucket, key):
        answer = store.client.create_multipart_upload(Bucket=store.bucket, Key=key, **properties)
    return Multipart(store, key, answer["UploadId"])
