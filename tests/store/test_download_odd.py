"""Downloads from stores that misbehave: small servers of one habit each."""

import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, S3AudioError, UnsupportedError
from s3audio_tui.store import exchange, objects
from s3audio_tui.store.assembly import RANGE_BYTES
from s3audio_tui.store.client import Connection, Keys, Store, connect
from s3audio_tui.store.download import download

DATA = random.Random(8).randbytes(2 * RANGE_BYTES + 5)

Send = Callable[[BaseHTTPRequestHandler, int, int, int], None]
"""Answers a GET, which is the first, second … of all, of the bytes from one to before another."""


@pytest.fixture
def fd(tmp_path: Path) -> Iterator[int]:
    fd = os.open(tmp_path / "file.part", os.O_RDWR | os.O_CREAT)
    yield fd
    os.close(fd)


@contextmanager
def serving(send: Send) -> Iterator[Store]:
    """Serve the data as one object, in one habit."""
    counted = iter(range(1000))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            answer(self, 200, len(DATA))

        def do_GET(self) -> None:
            first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
            send(self, next(counted), int(first), int(last) + 1)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        yield connect(
            Connection("sounds", region="eu-west-1", endpoint_url=url, keys=Keys("a", "b"))
        )
    finally:
        server.shutdown()
        server.server_close()


def answer(handler: BaseHTTPRequestHandler, status: int, size_bytes: int, *said: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(size_bytes))
    handler.send_header("ETag", f'"{md5(DATA, usedforsecurity=False).hexdigest()}"')
    handler.send_header("Last-Modified", "Sat, 21 Nov 2026 14:27:58 GMT")
    for value in said:
        handler.send_header("Content-Range", value)
    handler.end_headers()


def range_of(start: int, end: int) -> str:
    return f"bytes {start}-{end - 1}/{len(DATA)}"


def get(store: Store, fd: int, cancel: CancelToken | None = None) -> None:
    download(store, "k", fd, expected_bytes=len(DATA), cancel=cancel)


def test_a_store_without_ranges_is_named(fd: int) -> None:
    def whole(handler: BaseHTTPRequestHandler, count: int, start: int, end: int) -> None:
        answer(handler, 200, len(DATA))
        handler.wfile.write(DATA)

    with serving(whole) as store, pytest.raises(UnsupportedError, match="ranges"):
        get(store, fd)


def test_a_range_of_another_size_is_not_taken(fd: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3audio_tui.store.attempts._MOST_S", 0.0)

    def other(handler: BaseHTTPRequestHandler, count: int, start: int, end: int) -> None:
        answer(handler, 206, end - start - 1, range_of(start, end - 1))
        handler.wfile.write(DATA[start : end - 1])

    with serving(other) as store, pytest.raises(BadBytesError, match="another size"):
        get(store, fd)


@pytest.mark.parametrize("sent_bytes", [0, 1_000_000])
def test_a_connection_that_hangs_is_made_again(
    fd: int, monkeypatch: pytest.MonkeyPatch, sent_bytes: int
) -> None:
    monkeypatch.setattr(exchange, "STALL_S", 1.0)
    over = threading.Event()

    def hang(handler: BaseHTTPRequestHandler, count: int, start: int, end: int) -> None:
        answer(handler, 206, end - start, range_of(start, end))
        if count:
            handler.wfile.write(DATA[start:end])
        else:
            handler.wfile.write(DATA[start : start + sent_bytes])
            over.wait(60)

    with serving(hang) as store:
        get(store, fd)
    over.set()
    assert os.pread(fd, len(DATA) + 1, 0) == DATA


def test_a_pause_lets_go_of_the_line(store: Store, fd: int) -> None:
    objects.write_small(store, "k", DATA)
    cancel, paused = CancelToken(), threading.Event()

    def pause(done: int) -> None:
        if not paused.is_set():
            cancel.pause()
            paused.set()

    failed: list[S3AudioError] = []

    def work() -> None:
        try:
            download(store, "k", fd, expected_bytes=len(DATA), progress=pause, cancel=cancel)
        except S3AudioError as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert paused.wait(30)
    taken = [store.wire.lanes.take(0) for _ in range(store.wire.lanes.allowed)]
    for lane in taken:
        store.wire.lanes.give(lane, reusable=False)
    assert thread.is_alive(), "it waits, and others have had all lanes"
    cancel.resume()
    thread.join(60)
    assert failed == []
    assert os.pread(fd, len(DATA) + 1, 0) == DATA
