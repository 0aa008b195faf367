"""Small requests by the thin path."""

import base64
import hashlib
import socket
from datetime import UTC, datetime

import pytest

from s3audio_tui.errors import ConflictError, S3AudioError, UnreachableError
from s3audio_tui.store.asking import ask, document
from s3audio_tui.store.documents import read
from s3audio_tui.store.heads import head_of
from s3audio_tui.store.parts import proof_of
from tests.store.test_wire import peer, reply, store_at


def said(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("InternalError", UnreachableError),
        ("SlowDown", UnreachableError),
        ("PreconditionFailed", ConflictError),
        ("NoSuchUpload", ConflictError),
    ],
)
def test_an_error_behind_a_good_status_is_one(code: str, kind: type[S3AudioError]) -> None:
    answer = said(f" \n<?xml version='1.0'?>\n\n<Error><Code>{code}</Code></Error>".encode())
    with peer(reply(answer)) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        with pytest.raises(kind):
            ask(store, "POST", "k", "CompleteMultipartUpload", body=b"<x/>", slow=True)


def test_an_answer_may_come_behind_much_white_space() -> None:
    """S3 sends it for minutes while it puts parts together, each time a chunk."""
    body = b"<?xml version='1.0'?><CompleteMultipartUploadResult/>"

    def answer(stream: socket.socket, head: bytes) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(12):
            stream.sendall(b"1\r\n \r\n")
        stream.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))

    with peer(answer) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        got = ask(store, "POST", "k", "CompleteMultipartUpload", body=b"<x/>", slow=True)
    assert got.body == b" " * 12 + body
    root = read(got.body)
    assert root is not None and root.tag == "CompleteMultipartUploadResult"


def test_the_signature_covers_a_small_body_on_any_line() -> None:
    with peer(reply(said(b""))) as server:
        ask(store_at(f"http://127.0.0.1:{server.port}"), "PUT", "k", "PutObject", body=b"abc")
    head = server.heads[0].decode()
    assert f"X-Amz-Content-SHA256: {hashlib.sha256(b'abc').hexdigest()}" in head
    digest = hashlib.md5(b"abc", usedforsecurity=False).digest()
    assert f"Content-MD5: {base64.b64encode(digest).decode()}" in head


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"<!DOCTYPE a><ListPartsResult/>", b"no"])
def test_an_answer_of_another_kind_comes_from_no_store(body: bytes) -> None:
    with peer(reply(said(body))) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        with pytest.raises(UnreachableError, match="not an S3 store"):
            document(store, "k", "ListParts", {"uploadId": "u"}, "ListParts", 1)


def test_the_parts_of_an_object_are_told_page_by_page() -> None:
    """No server of the tests tells them: these answers are written as S3's pages show them."""

    def answer(stream: socket.socket, head: bytes) -> None:
        first = b"x-amz-part-number-marker" not in head.lower()
        numbers = (1, 2) if first else (3,)
        found = "".join(
            f"<Part><PartNumber>{n}</PartNumber><Size>{n}</Size>"
            f"<ChecksumSHA256>c{n}</ChecksumSHA256></Part>"
            for n in numbers
        )
        text = (
            "<GetObjectAttributesResponse><ETag>e-3</ETag><ObjectParts>"
            f"<IsTruncated>{str(first).lower()}</IsTruncated>"
            f"<NextPartNumberMarker>{numbers[-1]}</NextPartNumberMarker>{found}"
            "</ObjectParts></GetObjectAttributesResponse>"
        )
        stream.sendall(said(text.encode()))

    seen = {"LastModified": datetime.now(UTC), "ETag": '"e-3"', "ContentLength": 6}
    with peer(answer) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        head = head_of("k", {**seen, "ChecksumSHA256": "abc-3", "ChecksumType": "COMPOSITE"})
        proof = proof_of(store, head, None, lambda: None)
    assert (proof.parts, proof.digests) == ((1, 2, 3), ("c1", "c2", "c3"))
    assert b"ETag,ObjectParts" in server.heads[0], "S3 tells the ETag only where it is asked for"
