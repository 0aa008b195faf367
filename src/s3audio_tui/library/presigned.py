"""The door without keys: chunks go to addresses that a `Signer` gives, each by one PUT.

S3 compares what arrives with a checksum that goes along, so that damaged bytes are refused there.
An address is asked for right before it is used; one that has expired is replaced by another.

Where a name is taken that was to be new, it may be by the same bytes: their answer was lost, or the
program was killed before it was written down. They are put there once more then, and never a second
time under another name; what may be somebody else's is not touched.
"""

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from s3audio_tui.audio.formats import by_ending
from s3audio_tui.config import Settings
from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    S3AudioError,
    UnreachableError,
    WrongRegionError,
)
from s3audio_tui.library.chunk_doors import (
    Confirmed,
    chunk_key,
    document_key,
    metadata_of,
)
from s3audio_tui.library.identity import system_user
from s3audio_tui.library.layouts import Uploader
from s3audio_tui.library.names import numbered
from s3audio_tui.library.signed_headers import has_checksum, headers_for, may_replace, unsigned
from s3audio_tui.library.signers import Checksum, Given, Signer, Wanted
from s3audio_tui.library.takes import Chunk, Take
from s3audio_tui.library.transfers import Transfer
from s3audio_tui.store.arrival import plain
from s3audio_tui.store.attempts import again, out_of_reach
from s3audio_tui.store.documents import error_in
from s3audio_tui.store.failures import RacedError, refused
from s3audio_tui.store.local import FilePart, opened
from s3audio_tui.store.payload import BLOCK_BYTES, Held, Payload, Source
from s3audio_tui.store.transfer import Count
from s3audio_tui.store.unsigned import Reply, send

_ADDRESSES = 4
"""So many are asked for to bring one chunk up, when each has expired, or the bytes were damaged."""

_NAMES = 4
"""So many are tried where others have them."""

_PATIENCE_S = 30.0
_DOCUMENT_TRIES = 4
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_REMEDY = "see to what gives the addresses"

Check = Callable[[], None]


class ExpiredError(NotAllowedError):
    """An address is good no more."""


class PresignedDoor:
    """A way to S3 by addresses that somebody else signs. Safe in any thread."""

    def __init__(
        self, settings: Settings, signer: Signer, clock: Callable[[], float] = time.time
    ) -> None:
        user = settings.user or system_user()
        self._uploader = Uploader(user, settings.user_type, settings.provider)
        self._signer, self._clock = signer, clock
        self._unwelcome: frozenset[str] = frozenset()
        """Headers that the store takes only where they were signed: AWS so with Content-MD5."""
        self._perhaps: set[str] = set()
        """Keys to which bytes were sent, and nobody knows what became of them."""

    def key(self, take: Take, chunk: Chunk) -> str:
        """As `Door.key`; who signs may choose another one."""
        return chunk_key(take, chunk, self._uploader)

    def put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
        """As `Door.put`. What has arrived before is sent again, and is the same then."""
        count = Count(transfer.progress)

        def on_sent(size_bytes: int) -> None:
            if size_bytes > 0:
                transfer.cancel.check()
                transfer.limit.take(size_bytes, transfer.cancel.check)
            count.add(size_bytes)

        with opened(path) as fd:
            source, kind = FilePart(fd, 0, chunk.size_bytes), by_ending(chunk.file)
            wanted = _wanted(
                take,
                chunk.index,
                self.key(take, chunk),
                "audio/wav" if kind is None else kind.content_type,
                metadata_of(take, chunk),
                source,
            )
            if wanted.sha256 != chunk.sha256:
                raise BadBytesError(
                    f"{path} is not as it was recorded", "look at the disk", key=wanted.key
                )
            confirmed = self._through(
                wanted, lambda: Payload(source, on_sent), transfer.cancel.check
            )
        transfer.key = confirmed.key
        return confirmed

    def put_document(self, take: Take, data: bytes) -> str:
        """As `Door.put_document`."""
        source = Held(data)
        wanted = _wanted(take, None, document_key(take), "application/json", {}, source)

        def put(_: int) -> str:
            made = self._through(wanted, lambda: Payload(source, lambda _: None), lambda: None)
            return made.key

        return again(put, attempts=_DOCUMENT_TRIES, passes=out_of_reach)

    def prepare(self, take: Take) -> None:
        """As `Door.prepare`; there is nothing to prepare."""

    def rest(self) -> None:
        """As `Door.rest`; nothing is held."""

    def _through(self, wanted: Wanted, payload: Callable[[], Payload], check: Check) -> Confirmed:
        """Bring it up, under another name where somebody else has that one."""
        first = wanted.key
        for number in range(1, _NAMES):
            try:
                return self._under(wanted, payload, check)
            except ConflictError:
                wanted = msgspec.structs.replace(wanted, key=numbered(first, number + 1))
        return self._under(wanted, payload, check)

    def _under(self, wanted: Wanted, payload: Callable[[], Payload], check: Check) -> Confirmed:
        """Bring it up under its key, also where the same bytes lie there already.

        Raises `ConflictError` where what lies there may be somebody else's.
        """
        try:
            return self._brought(wanted, payload, check)
        except RacedError:
            raise
        except ConflictError:
            again = msgspec.structs.replace(wanted, replace=True)
            return self._brought(again, payload, check)

    def _brought(self, wanted: Wanted, payload: Callable[[], Payload], check: Check) -> Confirmed:
        """Bring it up; ask for another address while that is of use."""
        for left in reversed(range(_ADDRESSES)):
            given = self._asked(wanted, check)
            if wanted.replace and not may_replace(given, wanted, ours=wanted.key in self._perhaps):
                raise ConflictError(f"{wanted.key} is somebody else's", _REMEDY, key=wanted.key)
            try:
                return self._put(given, wanted, payload, check)
            except (ExpiredError, BadBytesError, RacedError):
                if not left:
                    raise
        raise AssertionError("the last address returns or raises")

    def _put(
        self, given: Given, wanted: Wanted, payload: Callable[[], Payload], check: Check
    ) -> Confirmed:
        key, unknown = given.key or wanted.key, wanted.key in self._perhaps
        self._perhaps.add(wanted.key)
        headers, reply = self._sent(given, wanted, payload, check)
        unwelcome = unsigned(reply, headers, given)
        if unwelcome:
            self._unwelcome |= unwelcome
            headers, reply = self._sent(given, wanted, payload, check)
        if reply.status < 300 or (reply.status < 500 and not unknown):
            self._perhaps.discard(wanted.key)
        if reply.status not in (200, 201, 204):
            raise _refused(reply, key)
        etag = reply.headers.get("etag", "").strip('"')
        if not etag:
            raise UnreachableError("what answers is not an S3 store", _REMEDY, key=key)
        by_store = has_checksum(headers, given)
        _compare(reply.headers, etag, wanted, key, by_store=by_store)
        by_md5 = not by_store or "content-md5" in headers
        return Confirmed(key, etag, "etag" if by_md5 else "checksum")

    def _sent(
        self, given: Given, wanted: Wanted, payload: Callable[[], Payload], check: Check
    ) -> tuple[Mapping[str, str], Reply]:
        headers, body = headers_for(given, wanted, self._unwelcome), payload()
        reply = send("PUT", given.url, headers, body, patience_s=_PATIENCE_S, check=check)
        if reply.status not in (200, 201, 204):
            body.take_back()
        return headers, reply

    def _asked(self, wanted: Wanted, check: Check) -> Given:
        """Return an address; one that seems to have expired is used if the next one seems so too.

        Then this machine's clock is wrong, and S3 knows better.
        """
        given = self._signer.ask(wanted, check)
        return given if self._is_good(given) else self._signer.ask(wanted, check)

    def _is_good(self, given: Given) -> bool:
        until = given.expires_at
        if isinstance(until, datetime):
            until = (until if until.tzinfo is not None else until.replace(tzinfo=UTC)).timestamp()
        return until is None or until > self._clock()


def _wanted(
    take: Take,
    index: int | None,
    key: str,
    content_type: str,
    metadata: Mapping[str, str],
    source: Source,
) -> Wanted:
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    room = memoryview(bytearray(min(source.size_bytes, BLOCK_BYTES)))
    for at in range(0, source.size_bytes, BLOCK_BYTES):
        data = room[: min(BLOCK_BYTES, source.size_bytes - at)]
        source.read_into(data, at)
        sha256.update(data)
        md5.update(data)
    return Wanted(
        take=take.id,
        name=take.name,
        index=index,
        key=key,
        size_bytes=source.size_bytes,
        sha256=sha256.hexdigest(),
        content_type=content_type,
        metadata=metadata,
        checksum=Checksum("SHA256", base64.b64encode(sha256.digest()).decode()),
        content_md5=base64.b64encode(md5.digest()).decode(),
    )


def _compare(
    headers: Mapping[str, str], etag: str, wanted: Wanted, key: str, *, by_store: bool
) -> None:
    """Raise `BadBytesError` where S3 tells of other bytes than were sent.

    Where the store could not compare them, its own MD5 of what it has must be the same.
    """
    md5 = base64.b64decode(wanted.content_md5).hex()
    said = headers.get("x-amz-checksum-sha256")
    if (said or wanted.checksum.value) != wanted.checksum.value:
        raise BadBytesError(f"{key} was damaged on the way", "try again", key=key)
    if plain(headers, etag):
        if etag != md5:
            raise BadBytesError(f"{key} was damaged on the way", "try again", key=key)
    elif not by_store and said is None:
        raise NotAllowedError(
            f"nobody can tell whether {key} arrived whole",
            "let a checksum be signed with its address",
            key=key,
        )


def _refused(reply: Reply, key: str) -> S3AudioError:
    """Return what an error answer means where somebody else's rights count, and not ours."""
    said = error_in(reply.body) or {}
    code, text = said.get("Code", ""), said.get("Message", "")
    if code in _EXPIRED or (reply.status == 403 and "expired" in text.lower()):
        return ExpiredError(f"the address for {key} had expired when it came", _REMEDY, key=key)
    if reply.status in (401, 403):
        why = f" ({code})" if code.isalnum() else ""
        return NotAllowedError(f"the store refuses the address for {key}{why}", _REMEDY, key=key)
    answer = {"HTTPStatusCode": reply.status, "HTTPHeaders": reply.headers}
    error = refused(
        {"Error": said or {"Code": str(reply.status)}, "ResponseMetadata": answer}, "", key
    )
    if isinstance(error, WrongRegionError) or 300 <= reply.status < 400:
        return S3AudioError(f"the address for {key} is not where it lies", _REMEDY, key=key)
    return error
