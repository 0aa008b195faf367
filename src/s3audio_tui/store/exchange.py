"""One request under way: watched while it waits for the network, and its answer, read."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse

from s3audio_tui.errors import S3AudioError, UnreachableError
from s3audio_tui.store.failures import SilentError
from s3audio_tui.store.lanes import Lane

STALL_S = 20.0
"""After so long without a byte a connection is given up."""

ANSWER_S = 15.0
"""So long a question waits for its answer, which is small."""

HURRIED_S = 5.0
"""So long it waits where the store kept silent before, and has said nothing since."""

_SLICE_BYTES = 256 * 1024
"""What is waited for at once: on the slowest line that is a line it takes less than a stall."""


class Answer:
    """What the store answers: status, headers by their names in small letters, a body."""

    def __init__(self, response: HTTPResponse, exchange: "Exchange") -> None:
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
        """Return the whole body, for those that are small.

        Of what is slow in the store white space may come for minutes, that the line stays open.
        """
        if not (self._exchange.is_slow and self._response.chunked):
            with self._exchange.waits():
                return self._response.read()
        pieces: list[bytes] = []
        while True:
            with self._exchange.waits():
                piece = self._response.read1(_SLICE_BYTES)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)

    @property
    def reusable(self) -> bool:
        """Whether the body has been read to its end, and the connection stays open."""
        ended = self._response.isclosed() and not self._response.will_close
        return ended and not self._exchange.broken


class Exchange:
    """One request and its answer; watched, because nothing else wakes a thread in a socket.

    The store may keep silent for `patience_s`, longer than usual where it `is_slow` in this.
    """

    def __init__(
        self, lane: Lane, check: Callable[[], None], patience_s: float, *, is_slow: bool = False
    ) -> None:
        self.lane = lane
        self.is_slow = is_slow
        self.broken = False
        """Whether what came was no whole answer; what comes next then belongs to no other one."""
        self._check = check
        self._patience_s = patience_s
        self._waiting_since: float | None = None
        self._ended_by: S3AudioError | None = None

    @contextmanager
    def waits(self) -> Iterator[None]:
        """Note that the network is waited for; turn what it does into an error of ours."""
        self._waiting_since = time.monotonic()
        try:
            yield
        except (OSError, HTTPException) as error:
            self.broken = True
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
        if since is not None and time.monotonic() - since > self._patience_s:
            self._end(SilentError())

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
        return SilentError()
    return UnreachableError("the connection broke", "try again")
