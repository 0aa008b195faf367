"""Answers over HTTP as servers and proxies write them, read as the standard library reads them."""

import socket
from collections.abc import Callable
from contextlib import suppress
from http.client import BadStatusLine, HTTPException, HTTPResponse, RemoteDisconnected
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.store.response import Response

T = TypeVar("T", bound=HTTPResponse)

ANSWERS = [
    b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: "x"\r\n\r\nabc',
    b"HTTP/1.1 200\r\nContent-Length:3\r\n\r\nabcdef",
    b"HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
    b"HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: Keep-Alive\r\n\r\nabc",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nabc",
    b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc",
    b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nx-amz-meta-a: \xe9\r\n\r\n",
]


def _read(made: Callable[..., T], answer: bytes, method: str = "GET") -> T:
    near, far = socket.socketpair()
    with far:
        far.sendall(answer)
    with near:
        response = made(near, method=method)
        response.begin()
    return response


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_is_what_the_standard_library_reads(answer: bytes, method: str) -> None:
    mine, theirs = (_read(kind, answer, method) for kind in (Response, HTTPResponse))

    assert (mine.status, mine.reason, mine.version) == (
        theirs.status,
        theirs.reason,
        theirs.version,
    )
    assert (mine.length, mine.will_close) == (theirs.length, theirs.will_close)
    assert mine.read() == theirs.read()
    assert mine.isclosed() == theirs.isclosed()


def test_headers_that_come_twice_are_joined() -> None:
    answer = b"HTTP/1.1 200 OK\r\nX-A: b\r\nx-a: c\r\nContent-Length: 0\r\n\r\n"
    assert _read(Response, answer).named == {"x-a": "b, c", "content-length": "0"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", RemoteDisconnected),
        (b"SSH-2.0-x\r\n", BadStatusLine),
        (b"HTTP/1.1 2000 OK\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 \r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000, HTTPException),
        (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1_000 + b"\r\n", HTTPException),
    ],
)
def test_what_is_no_answer(answer: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        _read(Response, answer)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(answer: bytes) -> None:
    with suppress(HTTPException):
        _read(Response, b"HTTP/1.1 200 OK\r\n" + answer)
