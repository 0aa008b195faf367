"""Objects brought here: into a file by ranges side by side, or as a stream of blocks."""

import os
import threading
from collections.abc import Iterator

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, S3AudioError
from s3audio_tui.store.client import Store
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.ranges import blocks
from s3audio_tui.store.transfer import MIB, Count, Crew, Progress, RateLimit

RANGE_BYTES = 8 * MIB
"""What one request brings; whatever is not larger comes whole, and is checked by its checksum."""


def download(
    store: Store,
    head: ObjectHead,
    fd: int,
    *,
    version_id: str | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    limit: RateLimit | None = None,
    workers: int = 4,
) -> None:
    """Write the object into the file `fd`, in place of what is in it.

    Raises `ConflictError` when the object is no longer the one in `head`, `CancelledError` within
    0.5 s, `BadBytesError` when the file has not its size. After an error, parts of it may be in
    the file. `version_id` is needed for a version that is not the latest.
    """
    count, sink = Count(progress), _Sink(fd)

    def fetch(start: int) -> None:
        at, end = start, min(start + RANGE_BYTES, head.size_bytes)
        for block in blocks(store, head, start, end, version_id=version_id, check=crew.hold):
            if limit is not None:
                limit.take(len(block), crew.check)
            sink.write(block, at)
            at += len(block)
            count.add(len(block))

    starts = range(0, head.size_bytes, RANGE_BYTES)
    crew = Crew(fetch, starts, workers=min(workers, len(starts)), cancel=cancel)
    try:
        crew.run()
    finally:
        sink.close()
    if os.fstat(fd).st_size != head.size_bytes or count.total_bytes != head.size_bytes:
        raise BadBytesError("the download has another size", "download it again", key=head.key)


class _Sink:
    """The file while it is ours: a thread that comes late from the network writes no more."""

    def __init__(self, fd: int) -> None:
        self._fd: int | None = fd
        self._lock = threading.Lock()
        try:
            os.ftruncate(fd, 0)
        except OSError as error:
            raise _unwritable(error) from error

    def write(self, data: bytes, at: int) -> None:
        with self._lock:
            if self._fd is None:
                raise S3AudioError("stopped", "download it again")
            try:
                while data:
                    written = os.pwrite(self._fd, data, at)
                    data, at = data[written:], at + written
            except OSError as error:
                raise _unwritable(error) from error

    def close(self) -> None:
        with self._lock:
            self._fd = None


def _unwritable(error: OSError) -> S3AudioError:
    return S3AudioError(f"the file cannot be written ({error.strerror})", "look at the disk")


def stream(
    store: Store,
    head: ObjectHead,
    *,
    version_id: str | None = None,
    cancel: CancelToken | None = None,
    block: int = MIB,
) -> Iterator[bytes]:
    """Yield the object in blocks of up to `block` bytes. Errors as for `download`."""
    token = cancel or CancelToken()
    return blocks(
        store,
        head,
        0,
        head.size_bytes,
        version_id=version_id,
        block_bytes=block,
        check=token.hold,
    )
