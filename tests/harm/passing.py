"""One connection of the program through the proxy: each request passed on, and harmed."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from random import Random
from typing import Any, Literal, Protocol

from tests.harm.harms import Asked, Dice, Kind
from tests.harm.http import BLOCK_BYTES, Head, read_body, read_head, write_data, write_end

_TRICKLE_BYTES = 2048
_TRICKLE_S = 0.002
_TRICKLED_BYTES = 128 * 1024
"""After so many the rest passes at once: the point is small pieces, not hours."""

_CODES = {
    "error-500": (500, "InternalError"),
    "slow-down": (503, "SlowDown"),
    "denied": (403, "AccessDenied"),
    "expired": (400, "ExpiredToken"),
}
_GONE = (ConnectionError, asyncio.IncompleteReadError, OSError)

How = Literal["cut", "end", "drop", "flip", "trickle", ""]
_DOWN: dict[Kind, How] = {
    "reset-down": "cut",
    "truncate-down": "end",
    "short-down": "drop",
    "flip-down": "flip",
    "trickle": "trickle",
}
_UP: dict[Kind, How] = {
    "reset-up": "cut",
    "truncate-up": "drop",
    "flip-up": "flip",
    "trickle": "trickle",
}


class Cut(Exception):  # noqa: N818  # no error: what the plan wants
    """The connection ends here; with `reset` by RST, else by FIN."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__()
        self.reset = reset


class Spoil:
    """What happens to one body from byte `at` on, or all along."""

    def __init__(self, how: How = "", at: int = 0) -> None:
        self.how = how
        self.at = at
        self._passed = 0

    async def pieces(self, data: bytes) -> AsyncIterator[bytes]:
        """Yield what passes of the next bytes."""
        at = self.at - self._passed
        before, self._passed = self._passed, self._passed + len(data)
        hit = 0 <= at < len(data)
        if self.how == "trickle" and before < _TRICKLED_BYTES:
            for start in range(0, len(data), _TRICKLE_BYTES):
                yield data[start : start + _TRICKLE_BYTES]
                await asyncio.sleep(_TRICKLE_S)
        elif self.how == "flip" and hit:
            yield data[:at] + bytes([data[at] ^ (1 << self.at % 8)]) + data[at + 1 :]
        elif self.how in ("cut", "end", "drop") and at < len(data):
            if at > 0:
                yield data[:at]
            if self.how != "drop":
                raise Cut(reset=self.how == "cut")
        else:
            yield data


class Line(Protocol):
    """What the connections share."""

    dice: Dice
    upstream: tuple[str, int]
    renewed: asyncio.Event

    def note(self, asked: Asked) -> None:
        """Remember a request."""

    def passed(self, asked: Asked) -> None:
        """Note that the answer is with the program."""

    def refuse(self) -> None:
        """Let the system refuse connections for a moment."""

    async def gate(self, size_bytes: int) -> None:
        """Count bytes that are about to pass; where nothing passes, wait, and then cut."""


class Connection:
    """One connection of the program, with one of its own to the store."""

    def __init__(self, line: Line, number: int) -> None:
        self._line = line
        self._number = number

    async def serve(self, connected: socket.socket) -> None:
        """Pass requests until one side has enough, or the plan cuts it."""
        client = await asyncio.open_connection(sock=connected, limit=1 << 20)
        self._client_in, self._client_out = client
        opened = [self._client_out]
        try:
            store = await asyncio.open_connection(*self._line.upstream, limit=1 << 20)
            self._store_in, self._store_out = store
            opened.append(self._store_out)
            while await self._pass_one():
                pass
        except Cut as cut:
            if cut.reset:
                _reset(self._client_out)
        except _GONE:
            _reset(self._client_out)
        finally:
            for writer in opened:
                writer.close()
                with suppress(*_GONE):
                    await writer.wait_closed()

    async def _pass_one(self) -> bool:
        """Pass one request and its answer; return whether another may follow."""
        head = await read_head(self._client_in)
        if head is None:
            return False
        asked = Asked.of(head, self._number)
        self._line.note(asked)
        chances = self._line.dice.draw(asked, head)
        await self._line.gate(len(head.raw()))
        kind = self._line.dice.plan.kind
        if chances is None or kind is None:
            return await self._exchange(head, asked, None, Random(0))
        asked.harm = kind
        return await self._harm(kind, chances, head, asked)

    async def _harm(self, kind: Kind, chances: Random, head: Head, asked: Asked) -> bool:
        match kind:
            case "refuse":
                self._line.refuse()
                raise Cut(reset=True)
            case "hang":
                if chances.random() < 0.5:
                    await self._read_whole(head)
                await self._line.renewed.wait()
                raise Cut(reset=True)
            case "error-500" | "slow-down" | "denied" | "expired":
                return await self._error(*_CODES[kind], head, asked, chances.random() < 0.3)
            case "late-error":
                return await self._late_error(head, asked, carried_out=chances.random() < 0.5)
            case "repeat-request":
                return await self._repeated(head, asked, chances.random() < 0.5)
            case "delay":
                await asyncio.sleep(chances.uniform(0, self._line.dice.plan.delay_s))
        return await self._exchange(head, asked, kind, chances)

    async def _exchange(self, head: Head, asked: Asked, kind: Kind | None, chances: Random) -> bool:
        """Pass the request on while the answer is waited for, then the answer."""
        size = BLOCK_BYTES if head.length is None else head.length
        spoil = Spoil(_UP.get(kind, "") if kind else "", chances.randrange(max(size, 1)))
        shown = head
        if spoil.how == "drop" and head.length:
            shown = head.having("Content-Length", str(spoil.at))
        self._store_out.write(shown.raw())
        sending = asyncio.ensure_future(self._send_body(head, asked, spoil))
        try:
            answer = await self._answer_head(sending)
            await self._answer(answer, asked, kind, chances)
            if not sending.done():  # it was answered early, and the rest of the body is unwanted
                return False
            await sending
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError, Cut, *_GONE):
                await sending
        return "close" not in (answer.get("connection") or "").lower()

    async def _answer_head(self, sending: "asyncio.Future[None]") -> Head:
        while True:
            reading = asyncio.ensure_future(read_head(self._store_in))
            both: set[asyncio.Future[Any]] = {reading, sending}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if sending.done() and sending.exception() is not None:
                reading.cancel()
                await sending
            answer = await reading
            if answer is None:
                raise ConnectionResetError
            if answer.status != 100:
                return answer
            self._client_out.write(answer.raw())

    async def _send_body(self, head: Head, asked: Asked, spoil: Spoil) -> None:
        async for data in read_body(self._client_in, head):
            async for piece in spoil.pieces(data):
                await self._line.gate(len(piece))
                asked.up_bytes += len(piece)
                with suppress(ConnectionError):  # the store has answered already, and ended
                    await write_data(self._store_out, piece, head)
        with suppress(ConnectionError):
            await write_end(self._store_out, head)

    async def _answer(self, answer: Head, asked: Asked, kind: Kind | None, chances: Random) -> None:
        """Pass an answer on, spoilt."""
        bare = asked.method == "HEAD" or answer.status in (204, 304)
        size = 0 if bare else answer.length or 0
        spoil = Spoil(_DOWN.get(kind, "") if kind else "", chances.randrange(max(size, 1)))
        await self._line.gate(len(answer.raw()))
        if kind == "lost" or (spoil.how == "cut" and not size):
            raise Cut(reset=True)
        if kind == "repeat-answer":
            await self._twice(answer, asked, bare=bare)
            return
        drops = spoil.how == "drop" and size
        shown = answer.having("Content-Length", str(spoil.at)) if drops else answer
        self._client_out.write(shown.raw())
        if not bare:
            async for data in read_body(self._store_in, answer, to_the_end=True):
                async for piece in spoil.pieces(data):
                    await self._line.gate(len(piece))
                    await write_data(self._client_out, piece, answer)
                    asked.down_bytes += len(piece)
            await write_end(self._client_out, answer)
        await self._client_out.drain()
        asked.status = answer.status
        self._line.passed(asked)

    async def _twice(self, answer: Head, asked: Asked, *, bare: bool) -> None:
        body = b"" if bare else await _whole(self._store_in, answer, to_the_end=True)
        if answer.chunked:
            answer = answer.without("transfer-encoding").having("Content-Length", str(len(body)))
        self._client_out.write((answer.raw() + body) * 2)
        await self._client_out.drain()
        asked.down_bytes, asked.status = len(body), answer.status

    async def _repeated(self, head: Head, asked: Asked, show_first: bool) -> bool:
        body = await self._read_whole(head)
        await self._ask(head, body, asked, show=show_first)
        await self._ask(head, body, asked, show=not show_first)
        return True

    async def _late_error(self, head: Head, asked: Asked, *, carried_out: bool) -> bool:
        body = await self._read_whole(head)
        if carried_out:
            await self._ask(head, body, asked, show=False)
        await self._say(200, "InternalError", asked)
        return True

    async def _ask(self, head: Head, body: bytes, asked: Asked, *, show: bool) -> None:
        """Send the request with its whole body; show the answer, or drop it."""
        head = head.without("expect", "transfer-encoding", "content-length")
        if body or asked.method in ("PUT", "POST"):
            head = head.having("Content-Length", str(len(body)))
        self._store_out.write(head.raw() + body)
        await self._store_out.drain()
        asked.up_bytes += len(body)
        answer = await read_head(self._store_in)
        if answer is None:
            raise ConnectionResetError
        if show:
            await self._answer(answer, asked, None, Random(0))
        elif asked.method != "HEAD" and answer.status not in (204, 304):
            await _whole(self._store_in, answer, to_the_end=True)

    async def _error(self, status: int, code: str, head: Head, asked: Asked, early: bool) -> bool:
        """Answer an error; `early` before the body was read, as S3 does, and then close."""
        if not early:
            await self._read_whole(head)
        await self._say(status, code, asked, close=early)
        return not early

    async def _say(self, status: int, code: str, asked: Asked, *, close: bool = False) -> None:
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
        body = f"{text}<Message>The line said so.</Message></Error>".encode()
        answer = Head(f"HTTP/1.1 {status} {code}", [("Content-Type", "application/xml")])
        answer = answer.having("Content-Length", str(len(body)))
        if close:
            answer = answer.having("Connection", "close")
        self._client_out.write(answer.raw() + (b"" if asked.method == "HEAD" else body))
        await self._client_out.drain()
        asked.status = status

    async def _read_whole(self, head: Head) -> bytes:
        """Read the body of a request."""
        if head.waits:
            self._client_out.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return await _whole(self._client_in, head)


async def _whole(reader: asyncio.StreamReader, head: Head, *, to_the_end: bool = False) -> bytes:
    return b"".join([data async for data in read_body(reader, head, to_the_end=to_the_end)])


def _reset(writer: asyncio.StreamWriter) -> None:
    """Make the connection end by RST: what was sent and not read yet is lost too."""
    connected = writer.get_extra_info("socket")
    with suppress(OSError):
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
