"""What is sent to S3: bytes that report themselves, keep to a rate and stop when asked.

botocore reads a body up to three times, for its checksum, for its signature and to send it; only
the last counts. s3transfer finds out in the same way when that is.
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s3audio_tui.errors import BadBytesError, ConflictError, S3AudioError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SMALL_BYTES = 5 * 1024 * 1024
"""Below this a body is sent without first asking, by `Expect`, whether it is welcome."""

_BLOCK_BYTES = 256 * 1024

OnSent = Callable[[int], None]
"""Told how many more bytes are about to leave; negative when they will be sent again.

It may wait, to keep to a rate, and may raise an `S3AudioError`, which ends the request.
"""


class Body:
    """`size_bytes` of a file from `start` on, or of bytes in memory, as botocore reads them.

    A file is read by `pread`, so that several parts of it can be sent at once.
    """

    def __init__(
        self, source: int | bytes | memoryview, start: int, size_bytes: int, on_sent: OnSent
    ) -> None:
        self._source = source
        self._start = start
        self._size_bytes = size_bytes
        self._on_sent = on_sent
        self._at = 0
        self._sending = False
        self._sent_bytes = 0

    def __len__(self) -> int:
        return self._size_bytes

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._at

    def seekable(self) -> bool:
        """Say that a request can be sent again."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to `offset` from the start, from here or from the end."""
        self._at = offset + (0, self._at, self._size_bytes)[whence]
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes; raise `ConflictError` when the file has become shorter."""
        left = self._size_bytes - self._at
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted <= 0:
            return b""
        if self._sending:
            self._on_sent(wanted)
            self._sent_bytes += wanted
        data = self._bytes(self._start + self._at, wanted)
        self._at += len(data)
        return data

    def _bytes(self, start: int, size: int) -> bytes:
        if not isinstance(self._source, int):
            return bytes(self._source[start : start + size])
        pieces: list[bytes] = []
        while size > 0:
            try:
                piece = os.pread(self._source, min(size, _BLOCK_BYTES), start)
            except OSError as error:
                raise BadBytesError(
                    f"the file cannot be read ({error.strerror})", "check the disk"
                ) from error
            if not piece:
                raise ConflictError("the file became shorter meanwhile", "upload it again")
            pieces.append(piece)
            start += len(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def prepare(self) -> None:
        """Begin an attempt: what is read now is not sent yet, and what was sent did not count."""
        self._sending = False
        if self._sent_bytes:
            sent, self._sent_bytes = self._sent_bytes, 0
            self._on_sent(-sent)

    def send(self) -> None:
        """From now on, what is read is sent."""
        self._sending = True


def install(client: "S3Client") -> None:
    """Make this client tell bodies when they are sent, and let their errors end a request."""
    events = client.meta.events
    events.register_first("request-created.s3", _prepare)
    events.register_last("request-created.s3", _send)
    events.register_first("needs-retry.s3", _give_up)


def _prepare(request: Any, **_: Any) -> None:
    body = _body(request)
    if body is not None:
        body.prepare()
        if len(body) < SMALL_BYTES and "Expect" in request.headers:
            del request.headers["Expect"]


def _send(request: Any, **_: Any) -> None:
    body = _body(request)
    if body is not None:
        body.send()


def _body(request: Any) -> Body | None:
    """Return our body, which an aws-chunked wrapper may hold."""
    body = getattr(request.body, "_raw", request.body)
    return body if isinstance(body, Body) else None


def _give_up(caught_exception: Exception | None = None, **_: Any) -> None:
    """Raise what a body raised, in place of trying again with a body that will do the same."""
    inner = getattr(caught_exception, "kwargs", {}).get("error")
    if isinstance(inner, S3AudioError):
        raise inner
