"""The stand-in as a process of its own: `python -m tests.strict.server`, ended with its stdin.

It prints one JSON line once it listens, on 127.0.0.1 and a free port.
"""

import gc
import io
import json
import sys
import threading
from collections.abc import Callable

from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from werkzeug.serving import ThreadedWSGIServer

from tests.strict import encoding, sums
from tests.strict.layer import App, StrictLayer


class Handler(MotoRequestHandler):
    """Reads a request whole, and keeps the connection: S3 does, and clients count on it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request. The body is read to its end first, so the next one can follow."""
        environ = self.make_environ()
        stream = environ["wsgi.input"]
        length = int(self.headers.get("Content-Length") or 0)
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        body = stream.read() if chunked else stream.read(length)
        if not chunked and len(body) < length:  # the other side has ended: nothing is carried out
            self.close_connection = True
            return
        environ["wsgi.input"] = io.BytesIO(body)
        environ["strict.headers"] = list(self.headers.items())
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(
            status: str, headers: list[tuple[str, str]], _exc: object = None
        ) -> Callable[[bytes], object]:
            started.append((status, headers))
            return self.wfile.write

        answer = b"".join(self.server.app(environ, start))
        self._send(*started[-1], answer)

    def _send(self, status: str, headers: list[tuple[str, str]], answer: bytes) -> None:
        fault = dict(headers).get("X-Strict-Close")
        if fault == "drop":
            self.close_connection = True
            return
        code, _, message = status.partition(" ")
        self.send_response(int(code), message)
        names = set()
        for name, value in headers:
            names.add(name.lower())
            if name != "X-Strict-Close":
                self.send_header(name, value)
        if "content-length" not in names and int(code) not in (204, 304):
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)
        if fault == "cut":
            self.close_connection = True

    def log_request(self, *_: object) -> None:
        """Say nothing of requests; a test asks for them."""


class Server(ThreadedWSGIServer):
    """One thread a connection; none of them keeps the process."""

    daemon_threads = True
    request_queue_size = 256


def moto_app() -> App:
    """Return moto's S3, which answers a bug of its own with 500 as a server does."""
    encoding.install()
    sums.install()
    app = create_backend_app("s3")
    app.debug = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def main() -> None:
    """Serve until stdin ends."""
    server = Server("127.0.0.1", 0, StrictLayer(moto_app()), handler=Handler)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(json.dumps({"endpoint_url": f"http://127.0.0.1:{server.server_port}"}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
