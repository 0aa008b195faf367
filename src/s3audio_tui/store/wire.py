"""The thin path of bytes: signed here, carried by plain persistent connections.

boto3 takes 0.25 s to be loaded, spends 3 to 5 ms of processor time on a request, and moves bodies
in small blocks; here a request costs a tenth of that. `asking` sends what carries no bytes in bulk.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn
from urllib.parse import quote, urlencode

from s3audio_tui import logs
from s3audio_tui.errors import S3AudioError, UnreachableError
from s3audio_tui.store import signature
from s3audio_tui.store.address import READ_TIMEOUT_S, Address
from s3audio_tui.store.documents import fields, read
from s3audio_tui.store.exchange import Answer, Exchange
from s3audio_tui.store.failures import failures, refused
from s3audio_tui.store.lanes import Lanes
from s3audio_tui.store.payload import Payload
from s3audio_tui.store.signature import Credentials, Request
from s3audio_tui.store.silence import Silence

_UNSIGNED = "UNSIGNED-PAYLOAD"
_UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_EMPTY_SHA256 = hashlib.sha256().hexdigest()
_LOOK_S = 0.1
_BULK_BYTES = 1024 * 1024
"""So many bytes tell of the rate, and not of the round trip alone."""
_BUSY = (429, 503)


class Wire:
    """The thin path to one bucket. Safe in any thread; opens nothing before the first request."""

    def __init__(
        self,
        find_address: Callable[[], Address],
        bucket: str,
        credentials: Credentials,
        patience_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._find_address = find_address
        self._bucket = bucket
        self._credentials = credentials
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._found: Address | None = None
        self._active: set[Exchange] = set()
        self._watching = False
        self._silence = Silence()
        self.lanes = Lanes(lambda: self.address.connection())

    @property
    def address(self) -> Address:
        """Where the bucket is. Found out with the first request."""
        with self._lock:
            if self._found is None:
                self._found = self._find_address()
            return self._found

    @contextmanager
    def ask(
        self,
        method: str,
        key: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        payload: Payload | None = None,
        size_bytes: int = 0,
        operation: str = "",
        slow: bool = False,
        check: Callable[[], None] = lambda: None,
    ) -> Iterator[Answer]:
        """Send one request, once, and yield the answer; hold a lane until the block ends.

        No key means the bucket itself. `operation` is S3's word for it, where bytes are not all.
        What is `slow` may keep silent for long, and its silence tells nothing of the line.

        `size_bytes` is that of the whole transfer: the smaller, the sooner its turn. `check` is
        asked every 0.1 s by another thread, must not wait, and may raise. Raises what the store
        refuses as `failures.refused` does, and `UnreachableError` for what the network does.
        """
        with failures(self._bucket, key):
            lane = self.lanes.take(size_bytes, check)
        patience_s = self._patience_s if slow else self._silence.patience_s(size_bytes)
        exchange, answer = Exchange(lane, check, patience_s, is_slow=slow), None
        self._watch(exchange)
        try:
            request = self._signed(method, key, query or {}, dict(headers or {}), payload)
            answer = self._answer(method, key, request, payload, exchange, operation)
            if answer.status >= 300:
                self._refuse(answer, key, operation or _operation(method, request[0]))
            yield answer
        except S3AudioError:
            if payload is not None:
                payload.take_back()
                answer = None  # of what was refused early not all was sent
            raise
        finally:
            with self._lock:
                self._active.discard(exchange)
            self.lanes.give(lane, reusable=answer is not None and answer.reusable)

    def _signed(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        headers: dict[str, str],
        payload: Payload | None,
    ) -> tuple[str, Mapping[str, str]]:
        """Return the target of the request line, and the headers with the signature."""
        address, asked = self.address, urlencode(query, quote_via=quote, safe="")
        hashed = self._hashed(address, headers, payload)
        request = Request(method, address.host, address.path(key), asked, headers)
        with failures(self._bucket, key):
            frozen = self._credentials.get_frozen_credentials()
        signed = signature.signed(request, hashed, frozen, address.region)
        if payload is not None:
            signed["Content-Length"] = str(payload.wire_bytes)
        elif method in ("POST", "PUT"):
            signed["Content-Length"] = "0"
        if address.proxy is not None and not address.is_secure:
            signed |= address.proxy_headers
        return address.target(key, asked), signed

    def _hashed(self, address: Address, headers: dict[str, str], payload: Payload | None) -> str:
        """Return what is signed of the body; name the checksum behind it in the headers."""
        if payload is None:
            return _EMPTY_SHA256
        if payload.crc is not None:
            headers["Content-Encoding"] = "aws-chunked"
            headers["X-Amz-Decoded-Content-Length"] = str(payload.size_bytes)
            headers["X-Amz-Trailer"] = f"x-amz-checksum-{payload.crc.kind}"
            return _UNSIGNED_WITH_TRAILER
        if not payload.sealed and (address.is_secure or address.is_loopback):
            return _UNSIGNED
        return payload.sha256()

    def _answer(
        self,
        method: str,
        key: str,
        request: tuple[str, Mapping[str, str]],
        payload: Payload | None,
        exchange: Exchange,
        operation: str,
    ) -> Answer:
        started = time.monotonic()
        subject = f"s3://{self._bucket}/{key}"
        operation = operation or _operation(method, request[0])
        try:
            answer = self._exchanged(method, request, payload, exchange)
        except S3AudioError as error:
            logs.action(operation, subject, error.message, started)
            self._silence.note(error)
            raise
        logs.action(operation, subject, str(answer.status), started)
        self._silence.note(None)
        return answer

    def _exchanged(
        self,
        method: str,
        request: tuple[str, Mapping[str, str]],
        payload: Payload | None,
        exchange: Exchange,
    ) -> Answer:
        connection, (target, headers) = exchange.lane.connection, request
        with exchange.waits():
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
        began = time.monotonic()
        refused_early = payload is not None and not _sent(payload, exchange)
        sent_at = time.monotonic()
        with exchange.waits():
            answer = Answer(connection.getresponse(), exchange)
        if not refused_early and not exchange.is_slow and "list-type=" not in target:
            bulk = payload is not None and payload.size_bytes >= _BULK_BYTES
            written = method not in ("GET", "HEAD")
            self.lanes.learn(time.monotonic() - sent_at, written=written, bulk=bulk)
            if payload is not None and bulk:
                self.lanes.learn_rate(payload.size_bytes, time.monotonic() - began)
        return answer

    def _refuse(self, answer: Answer, key: str, operation: str) -> NoReturn:
        if answer.status in _BUSY:
            self.lanes.slow_down()
        said = {
            "Error": fields(read(answer.read())) or {"Code": str(answer.status)},
            "ResponseMetadata": {"HTTPStatusCode": answer.status, "HTTPHeaders": answer.headers},
        }
        raise refused(said, self._bucket, key or None, operation)

    def _watch(self, exchange: Exchange) -> None:
        with self._lock:
            self._active.add(exchange)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._look, name="s3audio-wire", daemon=True).start()

    def _look(self) -> None:
        """Look after what is under way, until nothing is for a while."""
        idle_since = time.monotonic()
        while True:
            time.sleep(_LOOK_S)
            with self._lock:
                active = list(self._active)
                if active:
                    idle_since = time.monotonic()
                elif time.monotonic() - idle_since > 1:
                    self._watching = False
                    return
            for exchange in active:
                exchange.look()


def _sent(payload: Payload, exchange: Exchange) -> bool:
    """Send the body; return False where the store did not want it whole: then it has answered."""
    for block in payload.blocks(exchange.lane):
        try:
            exchange.send(block)
        except UnreachableError as error:
            if isinstance(error.__cause__, (BrokenPipeError, ConnectionResetError)):
                return False
            raise
    return True


def _operation(method: str, target: str) -> str:
    if "?list-type=" in target:
        return "ListObjectsV2"
    if method in ("GET", "HEAD"):
        return f"{method.capitalize()}Object"
    return "UploadPart" if "partNumber=" in target.partition("?")[2] else "PutObject"
