"""A line as the internet has them, on this machine: 40 ms there and back, 20 MiB/s a connection.

    python benchmarks/line.py 127.0.0.1:9000 [ROUND_TRIP_S]

Passes TCP on to that address, prints its own, and serves until its standard input ends. Each
direction of each connection has the rate for itself; opening one takes a round trip, as it does.
Nothing is lost on it, and there is no slow start.
"""

import asyncio
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

ROUND_TRIP_S = 0.040
BYTES_S = 20 * 1024 * 1024
_UNDER_WAY_BYTES = 1024 * 1024
"""What one direction holds at most; the rate needs 0.4 MiB of it to fill the line."""


class _End(asyncio.Protocol):
    """One end of a connection; what it reads is sent on by the `other` end, later."""

    def __init__(self, open_s: float) -> None:
        self.transport: asyncio.Transport
        self.other: _End | None = None
        self._loop = asyncio.get_running_loop()
        self._free_at = self._loop.time() + open_s
        self._under_way: deque[bytes] = deque()
        self._under_way_bytes = 0
        self._asleep = False
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Put it on its way: it has passed when all before it has, and the delay after that."""
        self._free_at = max(self._loop.time(), self._free_at) + len(data) / BYTES_S
        self._under_way.append(data)
        self._under_way_bytes += len(data)
        self._loop.call_at(self._free_at + ROUND_TRIP_S / 2, self._arrive)
        if self._under_way_bytes > _UNDER_WAY_BYTES:
            self.transport.pause_reading()
            self._asleep = True

    def eof_received(self) -> bool:
        """Pass the end on behind all that is under way."""
        self._under_way.append(b"")
        self._loop.call_at(max(self._loop.time(), self._free_at) + ROUND_TRIP_S / 2, self._arrive)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is None or self.other.transport.is_closing():
            return
        if exc is None:
            self.other.transport.close()
        else:
            self.other.transport.abort()

    def _arrive(self) -> None:
        data = self._under_way.popleft()
        self._under_way_bytes -= len(data)
        target = self.other.transport if self.other is not None else None
        if target is None or target.is_closing():
            self.transport.close()
        elif data:
            target.write(data)
        else:
            self._end(target)
        if self._asleep and self._under_way_bytes < _UNDER_WAY_BYTES and self.other is not None:
            self._asleep = False
            self.transport.resume_reading()

    def _end(self, target: asyncio.Transport) -> None:
        """Pass the end on; where both directions have ended, nothing is left of the connection."""
        self.ended = True
        with suppress(OSError):
            target.write_eof()
        if self.other is not None and self.other.ended:
            target.close()
            self.transport.close()


class _Client(_End):
    """The end at the client, which opens the one at the server."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(ROUND_TRIP_S)
        self._address = (host, port)
        self._opening: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.pause_reading()
        self._opening = self._loop.create_task(self._open())

    async def _open(self) -> None:
        try:
            _, far = await self._loop.create_connection(lambda: _End(0), *self._address)
        except OSError:
            self.transport.abort()
            return
        far.other, self.other = self, far
        self.transport.resume_reading()


async def _serve(host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Client(host, port), "127.0.0.1", 0, backlog=1024)
    print("{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    await asyncio.to_thread(sys.stdin.read)


@contextmanager
def line(endpoint_url: str, round_trip_s: float = ROUND_TRIP_S) -> Iterator[str]:
    """Yield the address at which a server is reached over a line, of a process of its own."""
    with subprocess.Popen(
        [sys.executable, __file__, urlsplit(endpoint_url).netloc, str(round_trip_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield f"http://{process.stdout.readline().strip()}"
        process.communicate()


def main() -> None:
    """Serve until the standard input ends."""
    global ROUND_TRIP_S
    host, _, port = sys.argv[1].rpartition(":")
    ROUND_TRIP_S = float(sys.argv[2]) if len(sys.argv) > 2 else ROUND_TRIP_S
    asyncio.run(_serve(host, int(port)))


if __name__ == "__main__":
    main()
