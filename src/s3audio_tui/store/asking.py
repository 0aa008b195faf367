"""Small requests by the thin path, each once: questions, and bodies of a few bytes."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from s3audio_tui.store.attempts import again
from s3audio_tui.store.client import Store
from s3audio_tui.store.documents import error_in, read
from s3audio_tui.store.failures import not_s3, refused
from s3audio_tui.store.lanes import QUESTION
from s3audio_tui.store.payload import Held, Payload

_STATUS = {"PreconditionFailed": 412, "ConditionalRequestConflict": 409, "SlowDown": 503}
"""Of errors that come behind a good status. What is not known is the store's own fault."""


@dataclass(frozen=True, slots=True)
class Said:
    """A whole answer; headers by their names in small letters."""

    headers: Mapping[str, str]
    body: bytes


def ask(
    store: Store,
    method: str,
    key: str,
    operation: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    slow: bool = False,
    check: Callable[[], None] = lambda: None,
) -> Said:
    """Send one request and return the answer. `operation` is its name in S3's own words.

    It does not wait for those that carry much. What is `slow` may take the store a minute. An
    error that comes with a good status, as it may then, is raised like any other.
    """
    told, payload = dict(headers or {}), None
    if body is not None:
        payload = Payload(Held(body), lambda _: None, sealed=True)
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        told["Content-MD5"] = base64.b64encode(digest).decode()
    with store.wire.ask(
        method,
        key,
        operation=operation,
        query=query,
        headers=told,
        payload=payload,
        size_bytes=QUESTION,
        slow=slow,
        check=check,
    ) as answer:
        said = Said(answer.headers, answer.read())
    if method in ("POST", "PUT") and said.body and (error := error_in(said.body)) is not None:
        status = _STATUS.get(error.get("Code", ""), 500)
        response = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise refused(response, store.bucket, key or None, operation)
    return said


def document(
    store: Store, key: str, operation: str, query: Mapping[str, str], name: str, attempts: int
) -> ElementTree.Element:
    """Ask a question; return the root of the answer.

    Its name has `name` in it: stores do not agree on the rest.
    """
    said = again(lambda _: ask(store, "GET", key, operation, query=query), attempts=attempts)
    root = read(said.body)
    if root is None or name not in root.tag:
        raise not_s3()
    return root
