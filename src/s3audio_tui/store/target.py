"""One object that shall come to be: what it is told, and what may happen to one of its name."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnreachableError,
    UnsupportedError,
)
from s3audio_tui.store.arrival import Arrival, crc_kind, hashed, made_since, plain
from s3audio_tui.store.attempts import SILENCES_OF_BYTES, again
from s3audio_tui.store.checksums import Guard
from s3audio_tui.store.client import Store
from s3audio_tui.store.heads import ObjectHead, of_headers, told
from s3audio_tui.store.objects import condition, conditional, delete, find, head
from s3audio_tui.store.payload import OnSent, Payload, Source


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
    guard: Guard = "md5"
    """What of the bytes the store compares or shows."""


@dataclass(frozen=True)
class Uploaded:
    """The object as it came to S3."""

    etag: str
    version_id: str | None
    size_bytes: int
    checksum: str | None
    """Of the whole, in base64, where the store keeps one."""
    head: ObjectHead | None
    """The object as it was then; None where one may not look, or it was replaced since."""


@dataclass(frozen=True)
class Target:
    """Where an upload goes. Several threads may use it."""

    store: Store
    key: str
    options: PutOptions

    @property
    def guard(self) -> Guard:
        """How the bytes are guarded: on a line that all can read, the signature covers them."""
        address = self.store.wire.address
        trusted = address.is_secure or address.is_loopback
        guard = self.options.guard
        return guard if trusted or crc_kind(guard) is None else "md5"

    def refuse_taken(self) -> None:
        """Raise `ConflictError` where the name is taken and may not be, or by another object.

        Who may write and not look is told by the store, where it keeps to conditions.
        """
        options = self.options
        if options.replace_etag is None and not options.only_if_free:
            return
        try:
            found = find(self.store, self.key)
        except NotAllowedError:
            if options.conditional:
                return
            raise
        if options.replace_etag is not None:
            if found is None or found.etag != options.replace_etag:
                raise ConflictError(
                    f"{self.key} was changed or deleted meanwhile", "look again", key=self.key
                )
        elif found is not None:
            raise ConflictError(f"{self.key} is there already", "choose another", key=self.key)

    def conditions(self) -> dict[str, Any]:
        """Return the condition of the write as a parameter, where the store keeps to it."""
        options = self.options
        if not options.conditional:
            return {}
        return condition(if_none_match=options.only_if_free, if_match=options.replace_etag)

    def properties(self) -> dict[str, Any]:
        """Return what the object is told, as parameters of boto3."""
        options = self.options
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

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say what a store means that refuses to encrypt, and what a missing object means."""
        options = self.options
        try:
            with conditional(self.key, options.replace_etag if options.conditional else None):
                yield
        except S3AudioError as error:
            unsaid = type(error) is S3AudioError  # Ceph says "InvalidRequest", and not of what
            unsupported = unsaid or isinstance(error, UnsupportedError)
            if options.encryption == "none" or not unsupported:
                raise
            raise UnsupportedError(
                f"the store does not encrypt with {options.encryption}"
                + (f", or does not take this file: {error.message}" if unsaid else ""),
                'set encryption = "none" in the settings, or S3AUDIO_ENCRYPTION=none',
                key=error.key,
            ) from None

    def put(self, source: Source, on_sent: OnSent, check: Callable[[], None]) -> Uploaded:
        """Send a small object with one request; again where that is of use."""
        if not self.options.conditional:
            self.refuse_taken()
        guard, began = self.guard, time.monotonic()
        return again(
            lambda _: self._put(source, guard, on_sent, check, began),
            check,
            silences=SILENCES_OF_BYTES,
        )

    def _put(
        self,
        source: Source,
        guard: Guard,
        on_sent: OnSent,
        check: Callable[[], None],
        began: float,
    ) -> Uploaded:
        headers, arrival = self._headers(), Arrival(guard)
        if arrival.crc is None:
            # The store compares before it keeps them: a part can be sent again, an object not.
            arrival = hashed(source, "md5")
            headers["Content-MD5"] = arrival.md5_base64
        payload = Payload(source, on_sent, crc=arrival.crc)
        try:
            with (
                self.explained(),
                self.store.wire.ask(
                    "PUT",
                    self.key,
                    headers=headers,
                    payload=payload,
                    size_bytes=source.size_bytes,
                    check=check,
                ) as answer,
            ):
                answer.read()
        except ConflictError:
            arrived = self._arrived(source, guard, began)
            if arrived is None:
                raise
            on_sent(source.size_bytes)
            return arrived
        return self._compared(answer.headers, arrival, source.size_bytes, guard)

    def _compared(
        self, headers: Mapping[str, str], arrival: Arrival, size_bytes: int, guard: Guard
    ) -> Uploaded:
        etag, version_id = headers.get("etag", "").strip('"'), headers.get("x-amz-version-id")
        try:
            if guard != "none":
                arrival.compare(headers, self.key)
        except BadBytesError:
            self.take_back(etag, version_id)
            raise
        proven = arrival.crc is not None or (guard == "md5" and plain(headers, etag))
        if not proven or not etag:
            return self.verified(etag, version_id, size_bytes, None)
        made = self._head(headers, etag, arrival, size_bytes)
        checksum = None if arrival.crc is None else arrival.crc.base64
        return Uploaded(etag, version_id, size_bytes, checksum, made)

    def _arrived(self, source: Source, guard: Guard, began: float) -> Uploaded | None:
        """Return the object if it is ours: the answer was lost, or the line sent it twice.

        One with the same bytes that is older than our first attempt, `began` by the monotonic
        clock, is not.
        """
        found = made_since(self.store, self.key, began)
        if found is None or found.size_bytes != source.size_bytes:
            return None
        arrival = hashed(source, guard)
        crc, md5 = arrival.crc, arrival.md5
        same = md5 is not None and found.etag == md5.hex
        if crc is not None:
            same = found.checksums.get(crc.kind.upper()) == crc.base64
        if not same:
            return None
        checksum = None if crc is None else crc.base64
        return Uploaded(found.etag, found.version_id, found.size_bytes, checksum, found)

    def verified(
        self, etag: str, version_id: str | None, size_bytes: int, checksum: str | None
    ) -> Uploaded:
        """Look at the object, where one may, and compare: an upload ends only when it is there.

        `checksum` is that of the whole, of the guard's kind.
        """
        try:
            found: ObjectHead | None = head(self.store, self.key)
        except (NotAllowedError, NotFoundError):
            found = None
        if found is None or found.etag != etag:
            return Uploaded(etag, version_id, size_bytes, checksum, None)
        kept = found.checksums.get(self.guard.upper(), checksum)
        if found.size_bytes != size_bytes or (checksum is not None and kept != checksum):
            self.take_back(etag, version_id)
            raise BadBytesError(
                f"{self.key} is not in S3 as it was sent", "upload it again", key=self.key
            )
        return Uploaded(etag, version_id, size_bytes, checksum, found)

    def take_back(self, etag: str, version_id: str | None) -> None:
        """Remove an object of ours that arrived damaged, unless somebody has replaced it."""
        kept = version_id not in (None, "null")
        with suppress(S3AudioError):
            if kept:
                delete(self.store, self.key, version_id=version_id)
            elif self.options.conditional:
                delete(self.store, self.key, if_match=etag)
            elif (found := find(self.store, self.key)) is not None and found.etag == etag:
                delete(self.store, self.key)

    def _headers(self) -> dict[str, str]:
        """Return what the object is told, as headers of a PUT."""
        return told({**self.properties(), **self.conditions()})

    def _head(
        self, said: Mapping[str, str], etag: str, arrival: Arrival, size_bytes: int
    ) -> ObjectHead | None:
        """Return the object as a HEAD would show it, from what was sent and answered."""
        sent = self._headers()
        headers = {name: text for name, text in said.items() if name.startswith("x-amz-")}
        headers |= {name: sent[name] for name in sent if name.startswith(("content-", "x-amz-"))}
        if arrival.crc is not None:
            headers |= {
                f"x-amz-checksum-{arrival.crc.kind}": arrival.crc.base64,
                "x-amz-checksum-type": "FULL_OBJECT",
            }
        headers |= {"etag": etag, "content-length": str(size_bytes)}
        headers["last-modified"] = said.get("last-modified") or said.get("date", "")
        try:
            return of_headers(self.key, headers)
        except UnreachableError:  # a store that does not tell the time
            return head(self.store, self.key)
