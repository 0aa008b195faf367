"""One object that arrives in parts: begun, filled by several threads, completed or taken back."""

import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from s3audio_tui.errors import (
    CancelledError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnreachableError,
    UnsupportedError,
)
from s3audio_tui.store.asking import ask
from s3audio_tui.store.attempts import again, out_of_reach
from s3audio_tui.store.checksums import composite_etag
from s3audio_tui.store.client import READ_TIMEOUT_S, Store
from s3audio_tui.store.documents import completion, fields, read
from s3audio_tui.store.failures import UploadGoneError, not_s3
from s3audio_tui.store.heads import ObjectHead, told
from s3audio_tui.store.listing import parts
from s3audio_tui.store.objects import condition, conditional, find, head
from s3audio_tui.store.transfer import Crew

_MD5 = re.compile("[0-9a-f]{32}")
_CANCEL_PATIENCE_S = 0.2
_FAILURE_PATIENCE_S = 10


@dataclass(frozen=True)
class Written:
    """What S3 said of an object that it has made. `version_id` where the bucket keeps versions."""

    etag: str
    version_id: str | None


@dataclass(frozen=True, slots=True)
class Whole:
    """The checksum of all parts together: `kind` as S3 names it, as CRC64NVME; in base64."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part that S3 has. `checksums` by algorithm, base64."""

    number: int
    size_bytes: int
    etag: str
    checksums: dict[str, str]


@dataclass
class Multipart:
    """An upload in parts under way. Threads may add parts at once."""

    store: Store
    key: str
    upload_id: str
    parts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, number: int, answer: Mapping[str, Any]) -> None:
        """Note what S3 answered to part `number`, from 1 on: its ETag, and a checksum."""
        checksums = {name: answer[name] for name in answer if name.startswith("Checksum")}
        self.parts[number] = {"PartNumber": number, "ETag": answer["ETag"], **checksums}

    def listed(self) -> list[Part]:
        """Ask S3 which parts it has. Raises `UploadGoneError` where it knows of no such upload."""
        return [_part(said) for said in parts(self.store, self.key, self.upload_id)]

    def complete(
        self,
        size_bytes: int,
        *,
        if_none_match: bool,
        if_match: str | None,
        whole: Whole | None = None,
    ) -> Written:
        """Put the parts together; with a condition only if it holds, else `ConflictError`.

        With `whole` only if that is their checksum. Where the answer was lost, or it is that there
        is no such upload or that the name is taken, the object itself tells whether it is ours: a
        line may bring a request twice.
        """
        conditions = condition(if_none_match=if_none_match, if_match=if_match)
        return again(
            lambda _: self._complete(size_bytes, conditions, if_match, whole),
            passes=out_of_reach,
            silences=1,  # of a minute each, and then the object was looked for
        )

    def _complete(
        self,
        size_bytes: int,
        conditions: Mapping[str, Any],
        if_match: str | None,
        whole: Whole | None,
    ) -> Written:
        headers = told(conditions)
        if whole is not None:
            headers |= {
                f"x-amz-checksum-{whole.kind.lower()}": whole.value,
                "x-amz-checksum-type": "FULL_OBJECT",
                "x-amz-mp-object-size": str(size_bytes),
            }
        try:
            with conditional(self.key, if_match):
                said = ask(
                    *(self.store, "POST", self.key, "CompleteMultipartUpload"),
                    query={"uploadId": self.upload_id},
                    headers=headers,
                    body=completion([self.parts[number] for number in sorted(self.parts)]),
                    slow=True,
                )
            root = read(said.body)
            if root is None or not root.tag.startswith("CompleteMultipartUpload"):
                raise not_s3()
        except (ConflictError, UnreachableError) as error:
            if isinstance(error, UnsupportedError):
                raise
            found = None
            with suppress(NotAllowedError):
                found = find(self.store, self.key)
            if not found or not self._is_ours(found, size_bytes, whole):
                raise
            return Written(found.etag, found.version_id)
        etag = (root.findtext("ETag") or "").strip('"') or self.etag()  # Ceph 16 does not say it
        version_id = said.headers.get("x-amz-version-id")
        return Written(etag or head(self.store, self.key).etag, version_id)

    def _is_ours(self, found: ObjectHead, size_bytes: int, whole: Whole | None) -> bool:
        if found.size_bytes != size_bytes:
            return False
        if whole is not None and found.checksum_type == "FULL_OBJECT":
            same = found.checksums.get(whole.kind) == whole.value
            return same and found.parts == len(self.parts)
        return found.etag == self.etag()

    def etag(self) -> str | None:
        """Return the ETag that S3 gives to these parts, if their own are MD5s."""
        etags = [self.parts[number]["ETag"].strip('"') for number in sorted(self.parts)]
        if not all(_MD5.fullmatch(etag) for etag in etags):
            return None
        return composite_etag(etags)

    def abandon(
        self,
        crew: Crew[Any] | None = None,
        reason: BaseException | None = None,
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        """Remove all parts: at once, and again after a thread that was still sending one.

        Waits for it unless somebody cancelled, who is not kept waiting; the work then goes on
        behind, and the program ends only after it. `gone` is called once no parts are left.
        """
        thread = threading.Thread(target=self._remove, args=(crew, gone), name="s3audio-abort")
        thread.start()
        cancelled = isinstance(reason, CancelledError)
        thread.join(_CANCEL_PATIENCE_S if cancelled else _FAILURE_PATIENCE_S)

    def _remove(self, crew: Crew[Any] | None, gone: Callable[[], None]) -> None:
        for patience_s in (0, READ_TIMEOUT_S):
            idle = crew is None or crew.wait(patience_s)
            with suppress(S3AudioError):
                self._abort()
                if idle:
                    gone()
            if idle:
                return

    def _abort(self) -> None:
        again(lambda _: self._abort_once(), passes=out_of_reach)

    def _abort_once(self) -> None:
        query = {"uploadId": self.upload_id}
        with suppress(UploadGoneError, NotFoundError):
            ask(self.store, "DELETE", self.key, "AbortMultipartUpload", query=query)


def begin(store: Store, key: str, properties: Mapping[str, Any]) -> Multipart:
    """Begin an upload in parts. `properties` are named as boto3 names them."""
    headers = told(properties)

    def create(_: int) -> Multipart:
        query = {"uploads": ""}
        said = ask(store, "POST", key, "CreateMultipartUpload", query=query, headers=headers)
        upload_id = fields(read(said.body)).get("UploadId")
        if not upload_id:
            raise not_s3()
        return Multipart(store, key, upload_id)

    return again(create, passes=out_of_reach)


def _part(said: Mapping[str, str]) -> Part:
    checksums = {
        name.removeprefix("Checksum"): said[name]
        for name in said
        if name.startswith("Checksum") and name not in ("ChecksumType", "ChecksumAlgorithm")
    }
    try:
        number, size_bytes = int(said["PartNumber"]), int(said["Size"])
    except (KeyError, ValueError):
        raise not_s3() from None
    return Part(number, size_bytes, said.get("ETag", "").strip('"'), checksums)
