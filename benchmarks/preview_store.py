"""A store 50 ms away that only reads: `python benchmarks/preview_store.py FOLDER [DELAY]`.

It has the files of a folder, and a WAV of 1 GB, in no list, that is made of noise while it is sent.
It takes any bucket and any signature, prints its address on 127.0.0.1, and serves until its
standard input ends. The delay is in seconds.
"""

import os
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

DELAY_S = 0.05
WAV = "long.wav"
WAV_BYTES = 10**9
SENT = "/-/sent"
"""Says, without a delay, how many bytes of objects were sent."""

_RATE_HZ, _FRAME_BYTES = 48_000, 4
_HEAD = b"".join(
    (
        b"RIFF",
        (WAV_BYTES - 8).to_bytes(4, "little"),
        b"WAVEfmt \x10\0\0\0\x01\0\x02\0",
        _RATE_HZ.to_bytes(4, "little"),
        (_RATE_HZ * _FRAME_BYTES).to_bytes(4, "little"),
        b"\x04\0\x10\0data",
        (WAV_BYTES - 44).to_bytes(4, "little"),
    )
)
_NOISE = os.urandom(1 << 20)
_ETAG = "00112233445566778899aabbccddeeff"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MISSING, _REFUSED = (
    f"{_XML}<Error><Code>{code}</Code></Error>".encode() for code in ("NoSuchKey", "AccessDenied")
)


class Handler(BaseHTTPRequestHandler):
    """Answers the calls of who looks and listens."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    delay_s = DELAY_S
    folder: Path
    sent = 0
    counting = threading.Lock()

    def setup(self) -> None:
        """Remember that opening a connection takes a round trip as well."""
        super().setup()
        self.fresh = True

    def do_GET(self) -> None:
        """Send an object, or a range of it."""
        if self.path == SENT:
            self._answer(200, str(Handler.sent).encode())
            return
        self._wait()
        if not self._name:
            self._answer(200, self._document())
            return
        size = self._size()
        if size is None:
            self._answer(404, _MISSING)
            return
        asked = self.headers.get("Range", "").removeprefix("bytes=")
        first, _, last = asked.partition("-")
        begin, end = int(first or 0), min(int(last or size - 1), size - 1) + 1
        span = f"bytes {begin}-{end - 1}/{size}" if asked else ""
        with Handler.counting:
            Handler.sent += end - begin
        self._answer(206 if asked else 200, self._piece(begin, end), span=span)

    def do_HEAD(self) -> None:
        """Say how large an object is."""
        self._wait()
        size = self._size()
        self._answer(404 if size is None and self._name else 200, size_bytes=size or 0)

    def do_PUT(self) -> None:
        """Take nothing."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._wait()
        self._answer(403, _REFUSED)

    def _wait(self) -> None:
        time.sleep(self.delay_s * (1 + self.fresh))
        self.fresh = False

    def _size(self) -> int | None:
        if self._name == WAV:
            return WAV_BYTES
        path = self.folder / self._name
        return path.stat().st_size if path.is_file() else None

    @property
    def _name(self) -> str:
        """The key."""
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def _document(self) -> bytes:
        """Return the list of the files, or an empty document of another kind."""
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if "versioning" in query:
            return f"{_XML}<VersioningConfiguration/>".encode()
        if "uploads" in query:
            return f"{_XML}<ListMultipartUploadsResult/>".encode()
        prefix, after = query.get("prefix", [""])[0], query.get("start-after", [""])[0]
        files = {path.relative_to(self.folder).as_posix(): path for path in _files(self.folder)}
        rows = (
            f"<Contents><Key>{quote(key)}</Key><LastModified>2026-11-20T09:30:00.000Z"
            f"</LastModified><ETag>&quot;{_ETAG}&quot;</ETag><Size>{files[key].stat().st_size}"
            "</Size><StorageClass>STANDARD</StorageClass></Contents>"
            for key in sorted(files)
            if key.startswith(prefix) and key > after
        )
        kind = "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
        return f"{_XML}<ListBucketResult>{kind}{''.join(rows)}</ListBucketResult>".encode()

    def _piece(self, begin: int, end: int) -> bytes:
        if self._name == WAV:
            at = begin % len(_NOISE)
            noise = (_NOISE * (2 + (end - begin) // len(_NOISE)))[at : at + end - begin]
            return _HEAD[begin:end] + noise[max(0, len(_HEAD) - begin) :]
        with (self.folder / self._name).open("rb") as file:
            file.seek(begin)
            return file.read(end - begin)

    def _answer(
        self, status: int, body: bytes = b"", *, size_bytes: int = 0, span: str = ""
    ) -> None:
        self.send_response(status)
        if span:
            self.send_header("Content-Range", span)
        self.send_header("ETag", f'"{_ETAG}"')
        self.send_header("Last-Modified", "Fri, 20 Nov 2026 09:30:00 GMT")
        self.send_header("Content-Length", str(size_bytes or len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_one_request(self) -> None:
        """Answer; a client that has gone is not worth a word."""
        with suppress(ConnectionError):
            super().handle_one_request()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base has it so
        """Say nothing."""


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def main() -> None:
    """Serve until the standard input ends."""
    Handler.folder = Path(sys.argv[1])
    Handler.delay_s = float(sys.argv[2]) if len(sys.argv) > 2 else DELAY_S
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
