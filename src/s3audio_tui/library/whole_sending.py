"""One object put together in S3: most of it copied there, the rest sent; or all of it streamed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from s3audio_tui.cancel import CancelToken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.whole_parts import Copied, Part, Sent
from s3audio_tui.library.whole_reading import ChunkReading, full_key, of_chunk
from s3audio_tui.store.attempts import again
from s3audio_tui.store.failures import failures
from s3audio_tui.store.multipart import Multipart, Written
from s3audio_tui.store.payload import Held
from s3audio_tui.store.target import Target
from s3audio_tui.store.transfer import Count, Crew, Progress
from s3audio_tui.store.upload_parts import Parts, begun

_WORKERS = 3
_ATTEMPTS = 3
"""botocore tries four times each time."""

Task = tuple[int, Part]


def put_together(
    library: Library,
    target: Target,
    parts: Sequence[Part],
    reading: ChunkReading,
    *,
    keep: Callable[[str | None], None],
    progress: Progress,
    cancel: CancelToken,
) -> Written:
    """Make the object of these parts. What fails or is cancelled leaves none of them.

    `keep` as `upload_stream` has it. Of what is sent each part goes with its MD5; what came of it
    all is for the caller to read and compare.
    """
    target = replace(target, options=replace(target.options, guard="none"))
    target.refuse_taken()
    size_bytes, count = sum(part.size_bytes for part in parts), Count(progress)
    making = Parts(target, begun(target, "none"), "none", size_bytes)
    multipart, gone = making.multipart, threading.Event()

    def send(task: Task) -> None:
        number, part = task
        if isinstance(part, Copied):
            _copy(library, multipart, number, part, crew.check)
            count.add(part.size_bytes)
        else:
            making.send(number, Held(_read(part, reading)), count.add, crew.check)

    crew = Crew(send, list(enumerate(parts, 1)), workers=_WORKERS, cancel=cancel)
    try:
        keep(multipart.upload_id)
        crew.run()
        cancel.check()
        conditions = target.conditions()
        if not conditions:
            target.refuse_taken()
        made = multipart.complete(
            size_bytes, if_none_match="IfNoneMatch" in conditions, if_match=None
        )
    except BaseException as error:
        multipart.abandon(crew, error, gone.set)
        if gone.is_set():
            keep(None)
        raise
    keep(None)
    return made


def _read(part: Sent, reading: ChunkReading) -> bytes:
    return b"".join(
        each
        if isinstance(each, bytes)
        else reading.stretch(each.chunk, each.first_byte, each.size_bytes)
        for each in part.pieces
    )


def _copy(
    library: Library, multipart: Multipart, number: int, part: Copied, check: Callable[[], None]
) -> None:
    stretch, store = part.stretch, library.store
    key = full_key(library, stretch.chunk)
    last = stretch.first_byte + stretch.size_bytes - 1

    def copy(_: int) -> None:
        with of_chunk(stretch.chunk), failures(store.bucket, key):
            answer = store.client.upload_part_copy(
                Bucket=store.bucket,
                Key=multipart.key,
                UploadId=multipart.upload_id,
                PartNumber=number,
                CopySource={"Bucket": store.bucket, "Key": key},
                CopySourceIfMatch=f'"{stretch.chunk.etag}"',
                CopySourceRange=f"bytes={stretch.first_byte}-{last}",
            )
        multipart.add(number, answer["CopyPartResult"])

    again(copy, check, attempts=_ATTEMPTS)


class Pieces:
    """Pieces as a stream, read by one thread at a time."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def read(self, size_bytes: int) -> bytes:
        """Return up to so many bytes; none at the end."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = memoryview(piece)
        data, self._left = bytes(self._left[:size_bytes]), self._left[size_bytes:]
        return data

    def close(self) -> None:
        """Read no more."""
        stop: Callable[[], None] | None = getattr(self._pieces, "close", None)
        if stop is not None:
            with suppress(ValueError):  # a thread that was left behind is in it
                stop()
