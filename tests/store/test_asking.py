"""Small requests by the thin path."""

import base64
import hashlib

import pytest

from s3audio_tui.errors import ConflictError, S3AudioError, UnreachableError
from s3audio_tui.store.asking import ask, document
from tests.store.test_wire import peer, reply, store_at


def said(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


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
    answer = said(f"<?xml version='1.0'?>\n\n<Error><Code>{code}</Code></Error>".encode())
    with peer(reply(answer)) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        with pytest.raises(kind):
            ask(store, "POST", "k", "CompleteMultipartUpload", body=b"<x/>", slow=True)


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
