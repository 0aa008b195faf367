"""Whoever gives addresses, as a service of the tests; and a line that damages what it carries."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

TOKEN = "very-secret-token"

Answer = tuple[int, bytes]
Asked = dict[str, Any]


@dataclass
class Giver:
    """A running service. `answer` makes an answer of what was asked; `asked` is all of it."""

    answer: Callable[[Asked], Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    odd: list[Answer | None] = field(default_factory=list)
    """Answers to give first; None closes the connection without one."""


def _handler(giver: Giver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            giver.tokens.append(self.headers["Authorization"])
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            giver.asked.append(asked)
            said = giver.odd.pop(0) if giver.odd else giver.answer(asked)
            self.close_connection = True
            if said is None:
                return
            self.send_response(said[0])
            self.send_header("Content-Length", str(len(said[1])))
            self.end_headers()
            self.wfile.write(said[1])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on this machine; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@contextmanager
def giving(answer: Callable[[Asked], Answer]) -> Iterator[Giver]:
    """Run a service that gives addresses."""
    giver = Giver(answer)
    with served(_handler(giver)) as url:
        giver.url = f"{url}/chunks"
        yield giver


Harm = Callable[[Message, bytearray], Answer | None]
"""May change the body of a PUT, and may answer it in place of the store."""


@contextmanager
def between(
    upstream: str, harm: Harm = lambda headers, body: None, lost: list[bool] | None = None
) -> Iterator[str]:
    """Run a line to a store that does harm to what is put there.

    `lost` says of the first answers of the store which of them are.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = bytearray(self.rfile.read(int(self.headers["Content-Length"])))
            status, data, headers = 0, b"", list[tuple[str, str]]()
            own = harm(self.headers, body)
            if own is not None:
                status, data = own
            else:
                line = HTTPConnection(urlsplit(upstream).netloc, timeout=10)
                line.putrequest("PUT", self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    line.putheader(name, value)
                line.endheaders(bytes(body))
                answer = line.getresponse()
                status, data, headers = answer.status, answer.read(), answer.getheaders()
                line.close()
                if lost and lost.pop(0):
                    self.close_connection = True
                    return
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in ("date", "server", "connection", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with served(Handler) as url:
        yield url


def flips(times: int) -> Harm:
    """Return what turns a bit of the first bodies."""
    left = [times]

    def flip(_: Message, body: bytearray) -> None:
        if left[0]:
            left[0] -= 1
            body[len(body) // 2] ^= 1

    return flip
