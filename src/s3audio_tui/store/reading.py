"""A stretch of one object, asked for once by the thin path, and guarded: it is of the one seen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from s3audio_tui.errors import BadBytesError, ConflictError, UnsupportedError
from s3audio_tui.store.client import Store
from s3audio_tui.store.exchange import Answer
from s3audio_tui.store.heads import versioned
from s3audio_tui.store.objects import ObjectHead, conditional


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as it was seen: without an ETag any will do. `size_bytes` decides the turn."""

    key: str
    etag: str | None
    size_bytes: int
    version_id: str | None = None


def seen(head: ObjectHead, version_id: str | None = None) -> Seen:
    """Return the object of a head; `version_id` only where that version is meant for good."""
    return Seen(head.key, head.etag, head.size_bytes, version_id)


@contextmanager
def opened(
    store: Store, wanted: Seen, start: int, end: int, check: Callable[[], None] = lambda: None
) -> Iterator[Answer]:
    """Ask for the bytes from `start` to before `end`, once; yield the answer, its body unread.

    Raises `ConflictError` when the object is another one or gone, `UnsupportedError` where the
    store cannot read by ranges, `BadBytesError` where the answer has another length.
    """
    headers = {} if not wanted.etag else {"If-Match": f'"{wanted.etag}"'}
    whole = (start, end) == (0, wanted.size_bytes)
    if not whole:
        headers["Range"] = f"bytes={start}-{end - 1}"
    query = versioned(wanted.version_id)
    with (
        conditional(wanted.key, wanted.etag),
        store.wire.ask(
            "GET",
            wanted.key,
            query=query,
            headers=headers,
            size_bytes=wanted.size_bytes,
            check=check,
        ) as answer,
    ):
        _compare(answer, wanted, start, end, whole=whole)
        yield answer


def _compare(answer: Answer, wanted: Seen, start: int, end: int, *, whole: bool) -> None:
    key, headers = wanted.key, answer.headers
    if wanted.etag and headers.get("etag", "").strip('"') != wanted.etag:
        raise ConflictError(f"{key} was changed meanwhile", "refresh", key=key)
    right = headers.get("content-length") == str(end - start)
    if whole:
        ranged = True
    else:
        ranged = headers.get("content-range", "").startswith(f"bytes {start}-{end - 1}/")
    if right and ranged:
        return
    if not whole and "content-range" not in headers:
        raise UnsupportedError("the store does not read by ranges", "use another", key=key)
    raise BadBytesError(f"{key} has another size than it says", "refresh", key=key)
