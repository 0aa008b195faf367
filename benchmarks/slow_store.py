"""A slow S3 store for benchmarks, a process of its own: `python benchmarks/slow_store.py 100000`.

It lists as many objects as it is told, waits before each answer, and takes bodies at a low rate.
Of what is uploaded it keeps only the size; small objects are kept whole. It prints its address on
127.0.0.1, serves until its standard input ends, and after SIGUSR1 it never answers again.
"""

import hashlib
import re
import signal
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 1000
ANSWER_S = 0.05
"""Each answer comes this late; a list of 100,000 objects takes 100 answers."""

BODY_BYTES_S = 400_000
"""How fast a body is taken, on each connection."""

_BLOCK = 1 << 15
_KEPT_BYTES = 1 << 16
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

_hung = threading.Event()


class Bucket:
    """What the store holds; the same objects in every list, and what was written since."""

    def __init__(self, count: int) -> None:
        self.lock = threading.Lock()
        self.pages = [_page(first, count) for first in range(0, count, PAGE)]
        self.small: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.parts: dict[str, int] = {}

    def listed(self, query: dict[str, list[str]]) -> str:
        """Return a page of the list, also as one of versions; below a prefix there is nothing."""
        versions = "versions" in query
        name = "ListVersionsResult" if versions else "ListBucketResult"
        marker = "NextKeyMarker" if versions else "NextContinuationToken"
        asked = query.get("key-marker" if versions else "continuation-token", ["0"])
        inside = not query.get("prefix", [""])[0] and self.pages
        rows, more = self.pages[int(asked[0])] if inside else ("", False)
        follows = f"<{marker}>{int(asked[0]) + 1}</{marker}>" if more else ""
        rows = rows.replace("Contents>", "Version>") if versions else rows
        return (
            f"{_XML}<{name}><EncodingType>url</EncodingType>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{follows}{rows}</{name}>"
        )


def key_of(number: int) -> str:
    """Return the name of an object of the list; the names are in order."""
    return f"library/session {number // 500:04}/take {number:07}.wav"


def _page(first: int, count: int) -> tuple[str, bool]:
    rows = (
        f"<Contents><Key>{key_of(n).replace(' ', '+')}</Key>"
        f"<LastModified>2026-11-{1 + n % 20:02}T09:30:00.000Z</LastModified>"
        f"<ETag>&quot;{n:032x}&quot;</ETag><Size>{1000 + n * 977 % 90_000_000}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
        for n in range(first, min(first + PAGE, count))
    )
    return "".join(rows), first + PAGE < count


class Handler(BaseHTTPRequestHandler):
    """Answers the calls that the program makes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    bucket: Bucket

    def setup(self) -> None:
        """Find the key and the query of each call when it comes."""
        super().setup()
        self.key, self.query = "", dict[str, list[str]]()

    def parse_request(self) -> bool:
        """Take the address apart, and wait."""
        if not super().parse_request():
            return False
        parts = urlsplit(self.path)
        self.key = unquote(parts.path.lstrip("/").partition("/")[2])
        self.query = parse_qs(parts.query, keep_blank_values=True)
        time.sleep(ANSWER_S)
        return True

    def do_GET(self) -> None:
        """List, or return a small object."""
        if self.query.keys() & {"versioning", "uploads", "location"}:
            self._answer(200, f"{_XML}<{_document(self.query)}/>".encode())
        elif not self.key:
            self._answer(200, self.bucket.listed(self.query).encode())
        elif (data := self.bucket.small.get(self.key)) is not None:
            self._answer(200, data, ETag=_etag(data))
        else:
            self._refuse(404, "NoSuchKey")

    def do_HEAD(self) -> None:
        """Say how large an object is."""
        size = self.bucket.sizes.get(self.key)
        if self.key and size is None:
            self._answer(404)
        else:
            self._answer(200, ETag=_etag(self.key.encode()), size=size)

    def do_PUT(self) -> None:
        """Take a body slowly; keep it if it is small."""
        size, data = self._body()
        with self.bucket.lock:
            kept = self.bucket.small.get(self.key)
            if "uploadId" in self.query:
                upload = self.query["uploadId"][0]
                self.bucket.parts[upload] = self.bucket.parts.get(upload, 0) + size
            elif not self._may_write(kept):
                self._refuse(412, "PreconditionFailed")
                return
            else:
                self.bucket.small[self.key], self.bucket.sizes[self.key] = data, size
        self._answer(200, ETag=_etag(data))

    def _may_write(self, kept: bytes | None) -> bool:
        wanted = self.headers.get("If-Match")
        if self.headers.get("If-None-Match"):
            return kept is None
        return wanted is None or (kept is not None and wanted.strip('"') in _etag(kept))

    def do_POST(self) -> None:
        """Begin or complete an upload in parts."""
        self._body()
        if "uploads" in self.query:
            upload = hashlib.md5(self.key.encode()).hexdigest()
            said = f"<UploadId>{upload}</UploadId>"
        else:
            self.bucket.sizes[self.key] = self.bucket.parts.pop(self.query["uploadId"][0], 0)
            said = f"<ETag>{_etag(self.key.encode())}</ETag>"
        name = "InitiateMultipartUploadResult" if "uploads" in self.query else "Completed"
        self._answer(200, f"{_XML}<{name}><Key>{escape(self.key)}</Key>{said}</{name}>".encode())

    def do_DELETE(self) -> None:
        """Forget an object or an upload."""
        self.bucket.small.pop(self.key, None)
        self.bucket.sizes.pop(self.key, None)
        self._answer(204)

    def _body(self) -> tuple[int, bytes]:
        """Take the body at the low rate; return its size and, if it is small, its bytes."""
        length = int(self.headers.get("Content-Length") or 0)
        begun, taken, data = time.monotonic(), 0, b""
        while taken < length:
            block = self.rfile.read(min(_BLOCK, length - taken))
            if not block:
                break
            taken += len(block)
            data += block if length <= _KEPT_BYTES else b""
            time.sleep(max(0.0, begun + taken / BODY_BYTES_S - time.monotonic()))
        size = int(self.headers.get("X-Amz-Decoded-Content-Length") or length)
        return size, _decoded(data) if size != length else data

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"{_XML}<Error><Code>{code}</Code></Error>".encode())

    def _answer(
        self, status: int, body: bytes = b"", *, size: int | None = None, **headers: str
    ) -> None:
        while _hung.is_set():
            time.sleep(1)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Last-Modified", "Fri, 20 Nov 2026 09:30:00 GMT")
        self.send_header("Content-Length", str(len(body) if size is None else size))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_one_request(self) -> None:
        """Answer; a client that has gone is not worth a word."""
        with suppress(ConnectionError):
            super().handle_one_request()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base has it so
        """Say nothing."""


def _document(query: dict[str, list[str]]) -> str:
    if "versioning" in query:
        return "VersioningConfiguration"
    return "ListMultipartUploadsResult" if "uploads" in query else "LocationConstraint"


def _etag(data: bytes) -> str:
    return f'"{hashlib.md5(data).hexdigest()}"'


def _decoded(data: bytes) -> bytes:
    """Return what is in a body of aws-chunked: one chunk, and a checksum after it."""
    size, _, rest = data.partition(b"\r\n")
    return rest[: int(re.split(rb";", size)[0] or b"0", 16)]


def main() -> None:
    """Serve until the standard input ends."""
    signal.signal(signal.SIGUSR1, lambda *_: _hung.set())
    Handler.bucket = Bucket(int(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
