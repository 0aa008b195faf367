"""Requests without a signature of ours: to an address that somebody else signed, or serves.

An address may be a secret, so neither errors nor the log say more of it than its host.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import msgspec

from s3audio_tui import logs
from s3audio_tui.errors import S3AudioError, UnreachableError, UsageError
from s3audio_tui.store.address import Address, environ_proxy
from s3audio_tui.store.exchange import Answer, Exchange
from s3audio_tui.store.lanes import Lane
from s3audio_tui.store.payload import Payload

_LOOK_S = 0.1
_MOST_BYTES = 256 * 1024
"""So much of an answer is read; those that are expected are far smaller."""


class Reply(msgspec.Struct, frozen=True):
    """An answer; headers by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def place_of(url: str) -> Address:
    """Return where a request to `url` goes. Raises `UsageError`, which does not say the address.

    Only TLS keeps secrets on the way, so plain HTTP is for this machine alone.
    """
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        named = None
    if not named or "@" in parts.netloc or not all("!" <= char <= "~" for char in url):
        raise UsageError("this is no address", "write it as https://host/path, without a password")
    base = f"{parts.scheme}://{parts.netloc}"
    address = Address(base, "", os.environ.get("AWS_CA_BUNDLE"), None)
    if address.is_loopback:
        return address
    if not address.is_secure:
        raise UsageError(
            f"{address.host} would be asked without TLS, and who listens could do the same",
            "use its https:// address",
        )
    return Address(base, "", address.ca_bundle, environ_proxy(base))


def send(
    method: str,
    url: str,
    headers: Mapping[str, str],
    payload: Payload,
    *,
    patience_s: float,
    check: Callable[[], None] = lambda: None,
) -> Reply:
    """Send one request, once, and return the answer, whatever its status; follow nothing.

    `check` is asked meanwhile by another thread, and may raise. Raises `UnreachableError` for what
    the network does, also where nothing comes for `patience_s`.
    """
    address, parts, started = place_of(url), urlsplit(url), time.monotonic()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lane = Lane(address.connection())
    exchange = Exchange(lane, check, patience_s)
    said = "no answer"
    try:
        with _watched(exchange):
            reply = _exchanged(method, target, {"Host": address.host, **headers}, payload, exchange)
        said = str(reply.status)
        return reply
    except S3AudioError as error:
        said = error.message
        payload.take_back()
        raise
    finally:
        lane.connection.close()
        logs.action(f"{method.capitalize()}Unsigned", address.host, said, started)


def _exchanged(
    method: str, target: str, headers: Mapping[str, str], payload: Payload, exchange: Exchange
) -> Reply:
    connection = exchange.lane.connection
    with exchange.waits():
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(payload.wire_bytes))
        connection.endheaders()
    _sent(payload, exchange)
    with exchange.waits():
        answer = Answer(connection.getresponse(), exchange)
    room = memoryview(bytearray(_MOST_BYTES))
    size = answer.readinto(room)
    return Reply(answer.status, answer.headers, bytes(room[:size]))


def _sent(payload: Payload, exchange: Exchange) -> None:
    """Send the body; where it is not wanted whole, the answer is there already."""
    for block in payload.blocks(exchange.lane):
        try:
            exchange.send(block)
        except UnreachableError as error:
            if isinstance(error.__cause__, (BrokenPipeError, ConnectionResetError)):
                return
            raise


@contextmanager
def _watched(exchange: Exchange) -> Iterator[None]:
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_S):
            exchange.look()

    threading.Thread(target=look, name="s3audio-unsigned", daemon=True).start()
    try:
        yield
    finally:
        over.set()
