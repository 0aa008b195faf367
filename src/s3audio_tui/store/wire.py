"""The thin path of bytes: signed here, carried by plain persistent connections.

boto3 spends 3 to 5 ms of processor time on a request and moves bodies in small blocks; here a
request costs a tenth of that. Whatever is not bytes in bulk still goes through boto3.
"""

import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NoReturn
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from s3audio_tui import logs
from s3audio_tui.errors import S3AudioError, UnreachableError
from s3audio_tui.store import signature
from s3audio_tui.store.address import Address
from s3audio_tui.store.failures import failures, refused
from s3audio_tui.store.lanes import Lane, Lanes
from s3audio_tui.store.payload import Payload
from s3audio_tui.store.signature import Credentials, Request

STALL_S = 20.0
"""After so long without a byte a connection is given up."""

_UNSIGNED = "UNSIGNED-PAYLOAD"
_UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_EMPTY_SHA256 = hashlib.sha256().hexdigest()
_LOOK_S = 0.1
_SLICE_BYTES = 128 * 1024
"""What is waited for at once: on the slowest line that is a line it takes less than a stall."""
_BULK_BYTES = 1024 * 1024
"""So many bytes tell of the rate, and not of the round trip alone."""
_BUSY = (429, 503)


class Answer:
    """What the store answers: status, headers by their names in small letters, a body."""

    def __init__(self, response: HTTPResponse, exchange: "_Exchange") -> None:
        self._response = response
        self._exchange = exchange
        self.status = response.status
        self.headers = dict(response.headers.items())

    def readinto(self, view: memoryview) -> int:
        """Fill `view` with what comes next; return how many bytes, fewer only at the end.

        Raises `UnreachableError` where the body ends before its length.
        """
        at = 0
        while at < len(view):
            with self._exchange.waits():
                size = self._response.readinto(view[at : at + _SLICE_BYTES])
            if not size:
                break
            at += size
        if at < len(view) and self._response.length:
            raise UnreachableError("the connection broke", "try again")
        return at

    def room(self, size_bytes: int) -> memoryview:
        """Return memory for what is read, which is used again by whoever has the lane next."""
        return self._exchange.lane.room(size_bytes)[:size_bytes]

    def read(self) -> bytes:
        """Return the whole body, for those that are small."""
        with self._exchange.waits():
            return self._response.read()

    @property
    def reusable(self) -> bool:
        """Whether the body has been read to its end, and the connection stays open."""
        return self._response.isclosed() and not self._response.will_close


class _Exchange:
    """One request and its answer; watched, because nothing else wakes a thread in a socket."""

    def __init__(self, lane: Lane, check: Callable[[], None]) -> None:
        self.lane = lane
        self._check = check
        self._waiting_since: float | None = None
        self._ended_by: S3AudioError | None = None

    @contextmanager
    def waits(self) -> Iterator[None]:
        """Note that the network is waited for; turn what it does into an error of ours."""
        self._waiting_since = time.monotonic()
        try:
            yield
        except (OSError, HTTPException) as error:
            raise self._ended_by or _broken(error, self.lane.connection) from error
        finally:
            self._waiting_since = None
        if self._ended_by is not None:
            raise self._ended_by

    def send(self, block: memoryview) -> None:
        """Send a block, as much at a time as the network takes."""
        connected = self.lane.connection.sock
        while block:
            with self.waits():
                block = block[connected.send(block) :]

    def look(self) -> None:
        """End it where it stalls, or where nobody wants it any more."""
        try:
            self._check()
        except S3AudioError as error:
            self._end(error)
        since = self._waiting_since
        if since is not None and time.monotonic() - since > STALL_S:
            self._end(UnreachableError("the store stopped answering", "try again"))

    def _end(self, error: S3AudioError) -> None:
        self._ended_by = self._ended_by or error
        open_socket = self.lane.connection.sock
        if open_socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


def _broken(error: Exception, connection: HTTPConnection) -> S3AudioError:
    host = connection.host
    if connection.port != connection.default_port:
        host = f"{host}:{connection.port}"
    speaks_no_tls = isinstance(error, ssl.SSLError) and "WRONG_VERSION" in (error.reason or "")
    if isinstance(error, ssl.SSLCertVerificationError) or speaks_no_tls:
        return UnreachableError(
            f"the store at {host} has no certificate that this machine trusts",
            "check the address, or set AWS_CA_BUNDLE",
        )
    if isinstance(error, (ConnectionRefusedError, socket.gaierror)):
        return UnreachableError(
            f"nothing answers at {host}", "check the network, --endpoint-url and --region"
        )
    if isinstance(error, TimeoutError):
        return UnreachableError("the store stopped answering", "try again")
    return UnreachableError("the connection broke", "try again")


class Wire:
    """The thin path to one bucket. Safe in any thread; opens nothing before the first request."""

    def __init__(
        self,
        find_address: Callable[[], Address],
        bucket: str,
        credentials: Credentials,
    ) -> None:
        self._find_address = find_address
        self._bucket = bucket
        self._credentials = credentials
        self._lock = threading.Lock()
        self._found: Address | None = None
        self._active: set[_Exchange] = set()
        self._watching = False
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
        check: Callable[[], None] = lambda: None,
    ) -> Iterator[Answer]:
        """Send one request, once, and yield the answer; hold a lane until the block ends.

        No key means the bucket itself.

        `size_bytes` is that of the whole transfer: the smaller, the sooner its turn. `check` is
        asked every 0.1 s by another thread, must not wait, and may raise. Raises what the store
        refuses as `failures.refused` does, and `UnreachableError` for what the network does.
        """
        with failures(self._bucket, key):
            lane = self.lanes.take(size_bytes, check)
        exchange, answer = _Exchange(lane, check), None
        self._watch(exchange)
        try:
            request = self._signed(method, key, query or {}, dict(headers or {}), payload)
            answer = self._answer(method, key, request, payload, exchange)
            yield answer
        except S3AudioError:
            if payload is not None:
                payload.take_back()
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
        if address.is_secure or address.is_loopback:
            return _UNSIGNED
        return payload.sha256()

    def _answer(
        self,
        method: str,
        key: str,
        request: tuple[str, Mapping[str, str]],
        payload: Payload | None,
        exchange: _Exchange,
    ) -> Answer:
        started = time.monotonic()
        subject = f"s3://{self._bucket}/{key}"
        operation = _operation(method, request[0])
        try:
            answer = self._exchanged(method, request, payload, exchange)
        except S3AudioError as error:
            logs.action(operation, subject, error.message, started)
            raise
        logs.action(operation, subject, str(answer.status), started)
        if answer.status >= 300:
            self._refuse(answer, key, operation)
        return answer

    def _exchanged(
        self,
        method: str,
        request: tuple[str, Mapping[str, str]],
        payload: Payload | None,
        exchange: _Exchange,
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
        if not refused_early and "list-type=" not in target:  # a list takes long in the store
            bulk = payload is not None and payload.size_bytes >= _BULK_BYTES
            self.lanes.learn(time.monotonic() - sent_at, bulk=bulk)
            if payload is not None and bulk:
                self.lanes.learn_rate(payload.size_bytes, time.monotonic() - began)
        return answer

    def _refuse(self, answer: Answer, key: str, operation: str) -> NoReturn:
        if answer.status in _BUSY:
            self.lanes.slow_down()
        said = {
            "Error": _error(answer.read()),
            "ResponseMetadata": {"HTTPStatusCode": answer.status, "HTTPHeaders": answer.headers},
        }
        raise refused(said, self._bucket, key or None, operation)

    def _watch(self, exchange: _Exchange) -> None:
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


def _sent(payload: Payload, exchange: _Exchange) -> bool:
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


def _error(body: bytes) -> dict[str, str]:
    """Return what an error document of S3 says, nothing where it is none."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  # expat bounds entities
    except ElementTree.ParseError:
        return {}
    return {child.tag.rpartition("}")[2]: child.text or "" for child in root}
