"""A line between program and store that does harm: `python -m tests.harm.proxy URL`.

It serves on 127.0.0.1, in a process of its own, and ends with its stdin. On stdin and stdout it
speaks JSON, one line each: first its address, then an answer to each `Order`.
"""

import asyncio
import json
import socket
import sys
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

from tests.harm.harms import Asked, Dice, Plan
from tests.harm.passing import Connection, Cut

_CLOSED_S = 0.2
"""So long nobody listens after a connection was refused."""


class Order(msgspec.Struct):
    """What the test wants: a new plan, or what passed since the last one."""

    plan: Plan | None = None
    asked: bool = False


class Told(msgspec.Struct):
    """The answer: whether the plan lets nothing pass any more, and what passed before."""

    held: bool
    asked: list[Asked]


class Proxy:
    """The plan of now, and what passed since it began."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._listening = _bound()
        self.port = self._listening.getsockname()[1]
        self._accepting: asyncio.Task[None] | None = None
        self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.renewed = asyncio.Event()
        self._begin(Plan())

    def _begin(self, plan: Plan) -> None:
        """Begin a plan: what the last one holds or lets hang is cut."""
        self.renewed.set()
        self.renewed = asyncio.Event()
        self._held = False
        self.dice = Dice(plan)
        self._asked: list[Asked] = []
        self._passed_bytes = self._arrived = 0

    def note(self, asked: Asked) -> None:
        """Remember a request."""
        self._asked.append(asked)

    def passed(self, asked: Asked) -> None:
        """Count what has arrived."""
        self._arrived += asked.is_put_of_bytes and asked.status == 200

    def listen(self) -> None:
        """Take connections."""
        self._listening.listen(256)
        self._accepting = asyncio.ensure_future(self._accept())

    def refuse(self) -> None:
        """Take none for a moment, so that the system refuses them; the port stays ours."""
        if self._accepting is not None:
            self._accepting.cancel()
            self._accepting = None
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            asyncio.get_running_loop().call_later(_CLOSED_S, self.listen)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connected, _ = await loop.sock_accept(self._listening)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections += 1
            task = asyncio.ensure_future(Connection(self, self._connections).serve(connected))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def gate(self, size_bytes: int) -> None:
        """Count bytes that are about to pass; where nothing passes, wait, and then cut."""
        self._passed_bytes += size_bytes
        plan = self.dice.plan
        if _reached(self._passed_bytes, plan.hold_at) or _reached(self._arrived, plan.hold_after):
            self._held = True
            await self.renewed.wait()
            raise Cut(reset=True)

    def obey(self, order: Order) -> Told:
        """Do what a test orders."""
        if order.plan is not None:
            self._begin(order.plan)
        return Told(self._held, self._asked if order.asked else [])


def _reached(count: int, limit: int | None) -> bool:
    return limit is not None and count >= limit


def _bound() -> socket.socket:
    """Return a socket on a free port, which it keeps also while it does not listen.

    Linux lets go of a port that it has chosen itself, so the port is named; it listens again
    beside open connections only with SO_REUSEADDR.
    """
    while True:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = free.getsockname()
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setblocking(False)
        with suppress(OSError):
            made.bind(address)
            return made
        made.close()


async def main(upstream: str) -> None:
    """Serve until stdin ends."""
    proxy = Proxy(upstream)
    proxy.listen()
    sys.stdout.write(json.dumps({"endpoint_url": f"http://127.0.0.1:{proxy.port}"}) + "\n")
    sys.stdout.flush()
    orders, loop = asyncio.StreamReader(), asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while text := await orders.readline():
        told = proxy.obey(msgspec.json.decode(text, type=Order))
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
