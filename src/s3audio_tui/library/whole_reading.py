"""The samples of a take read from S3, in their order: of its chunks, and of the whole.

What is read of a chunk is of the object that was confirmed when it went up, by its ETag; and its
bytes are compared with the checksum that was made while it was recorded.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO, cast

import msgspec

from s3audio_tui.audio.flac_samples import unpacked
from s3audio_tui.audio.header import read_header
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import HEADER_BYTES, header
from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAudioError,
    NotFoundError,
    UnreachableError,
    UsageError,
)
from s3audio_tui.library.opening import Library
from s3audio_tui.library.takes import Chunk
from s3audio_tui.library.whole_parts import is_wav, samples_bytes
from s3audio_tui.store.ahead import ahead
from s3audio_tui.store.failures import UploadGoneError
from s3audio_tui.store.ranges import read_range

_BLOCK_BYTES = 4 << 20
_AHEAD = 4
_IN_MEMORY_BYTES = 8 << 20
_HEAD_BYTES = 64 << 10

Check = Callable[[], None]


class _Load(msgspec.Struct, frozen=True):
    """What is read with one request: a block of samples, or for FLAC all of a chunk."""

    chunk: Chunk
    start: int
    size_bytes: int
    last: bool


class ChunkReading:
    """Reads the chunks of one take. `digests` are those of the samples of packed ones."""

    def __init__(self, library: Library, form: SampleFormat, check: Check) -> None:
        self._library, self._form, self._check = library, form, check
        self.digests: dict[int, str] = {}

    def stretch(self, chunk: Chunk, first_byte: int, size_bytes: int) -> bytes:
        """Return bytes of a chunk's object."""
        with of_chunk(chunk):
            data = read_range(
                self._library.store,
                full_key(self._library, chunk),
                first_byte,
                size_bytes,
                etag=chunk.etag,
                check=self._check,
            )
        if len(data) < size_bytes:
            raise self._not_as_recorded(chunk)
        return data

    def samples(self, chunks: Sequence[Chunk]) -> Iterator[bytes]:
        """Yield all samples of all chunks; raise `BadBytesError` at one that is damaged."""
        loads = (load for chunk in chunks for load in self._loads(chunk))
        total = hashlib.sha256()
        for load, data in ahead(self._load, loads, workers=_AHEAD, check=self._check):
            chunk = load.chunk
            if not isinstance(data, bytes):
                yield from self._unpacked(chunk, data)
                continue
            if not load.start:
                total = self._begun(chunk)
            total.update(data)
            if load.last:
                self._compare(chunk, total)
            yield data

    def _loads(self, chunk: Chunk) -> Iterator[_Load]:
        size = samples_bytes(chunk, self._form)
        if not is_wav(chunk):
            yield _Load(chunk, 0, chunk.size_bytes, last=True)
            return
        for start in range(0, size, _BLOCK_BYTES):
            block = min(_BLOCK_BYTES, size - start)
            yield _Load(chunk, start, block, last=start + block == size)

    def _load(self, load: _Load, check: Check) -> tuple[_Load, bytes | BinaryIO]:
        check()
        if is_wav(load.chunk):
            first = HEADER_BYTES + load.start
            return load, self.stretch(load.chunk, first, load.size_bytes)
        return load, self._file(load.chunk, check)

    def _file(self, chunk: Chunk, check: Check) -> BinaryIO:
        """Return a packed chunk as a file without a name, compared with what was recorded."""
        file = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115
        total = hashlib.sha256()
        for start in range(0, chunk.size_bytes, _BLOCK_BYTES):
            check()
            data = self.stretch(chunk, start, min(_BLOCK_BYTES, chunk.size_bytes - start))
            total.update(data)
            file.write(data)
        if total.hexdigest() != chunk.sha256:
            file.close()
            raise _damaged(chunk)
        file.seek(0)
        return file

    def _unpacked(self, chunk: Chunk, file: BinaryIO) -> Iterator[bytes]:
        total, size_bytes = hashlib.sha256(), 0
        try:
            for data in unpacked(file, self._form, chunk.key):
                total.update(data)
                size_bytes += len(data)
                yield data
        except BadBytesError as error:
            raise self._of_another_format(chunk) or error from None
        finally:
            file.close()
        if size_bytes != samples_bytes(chunk, self._form):
            raise _damaged(chunk)
        self.digests[chunk.index] = total.hexdigest()

    def _begun(self, chunk: Chunk) -> "hashlib._Hash":
        return hashlib.sha256(header(self._form, samples_bytes(chunk, self._form)))

    def _compare(self, chunk: Chunk, total: "hashlib._Hash") -> None:
        if not self._is_as_recorded(chunk, total):
            raise self._not_as_recorded(chunk)

    def _is_as_recorded(self, chunk: Chunk, total: "hashlib._Hash") -> bool:
        made = total.copy()
        made.update(b"\0" * (samples_bytes(chunk, self._form) % 2))
        return made.hexdigest() == chunk.sha256

    def _not_as_recorded(self, chunk: Chunk) -> BadBytesError:
        return self._of_another_format(chunk) or _damaged(chunk)

    def _of_another_format(self, chunk: Chunk) -> BadBytesError | None:
        """Return that a chunk has another rate, or others channels or bits; None if that is not so.

        Samples of two formats make no one file, and are not changed here.
        """
        try:
            key, size = full_key(self._library, chunk), _HEAD_BYTES
            head = read_range(self._library.store, key, 0, size, check=self._check)
            found = read_header(BytesIO(head), chunk.key, len(head))
            form = SampleFormat(
                found.sample_rate_hz or 0, found.channels or 0, found.bit_depth or 0
            )
        except (NotAudioError, NotFoundError, UsageError, UnreachableError):
            return None
        if form == self._form:
            return None
        text = f"chunk {chunk.index} is {form.words}, the recording {self._form.words}"
        remedy = "one file has one format: get the chunks, and convert that one"
        return BadBytesError(text, remedy, key=chunk.key)

    def compare_whole(
        self, chunks: Sequence[Chunk], head: bytes, blocks: Iterator[bytes], tail: bytes
    ) -> None:
        """Compare what was read of the whole with each chunk; raise `BadBytesError`.

        Of a packed chunk the digest of its samples is compared, which is made where it is not
        known yet.
        """
        left = _Blocks(blocks)
        if b"".join(left.take(len(head))) != head:
            raise _not_the_same("its head")
        for chunk in chunks:
            packed = not is_wav(chunk)
            if packed and chunk.index not in self.digests:
                for _ in self.samples([chunk]):
                    self._check()
            total = hashlib.sha256() if packed else self._begun(chunk)
            for data in left.take(samples_bytes(chunk, self._form)):
                total.update(data)
            if packed:
                if total.hexdigest() != self.digests[chunk.index]:
                    raise _not_the_same(f"chunk {chunk.index}")
                continue
            if not self._is_as_recorded(chunk, total):
                other = self._of_another_format(chunk)
                raise other or _not_the_same(f"chunk {chunk.index}")
        if b"".join(left.take(len(tail) + 1)) != tail:
            raise _not_the_same("its end")


def blocks_of(
    library: Library, full_key: str, size_bytes: int, etag: str, check: Check
) -> Iterator[bytes]:
    """Yield all bytes of the object that has this ETag, each once."""

    def read(start: int, check: Check) -> bytes:
        size = min(_BLOCK_BYTES, size_bytes - start)
        return read_range(library.store, full_key, start, size, etag=etag, check=check)

    yield from ahead(read, range(0, size_bytes, _BLOCK_BYTES), workers=_AHEAD, check=check)


def full_key(library: Library, chunk: Chunk) -> str:
    """Return the bucket's key of a chunk; who signed its address may have said that one."""
    own = bool(library.prefix) and chunk.key.startswith(library.prefix)
    return chunk.key if own else library.full(chunk.key)


class _Blocks:
    """Blocks, taken again in other lengths."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._left = memoryview(b"")

    def take(self, size_bytes: int) -> Iterator[memoryview]:
        """Yield the next bytes; fewer at the end."""
        while size_bytes:
            if not self._left:
                self._left = memoryview(next(self._blocks, b""))
            if not self._left:
                return
            data, self._left = self._left[:size_bytes], self._left[size_bytes:]
            size_bytes -= len(data)
            yield data


@contextmanager
def of_chunk(chunk: Chunk) -> Iterator[None]:
    """Say of which chunk it is that an object is not there, or is another."""
    try:
        yield
    except UploadGoneError:
        raise
    except (ConflictError, NotFoundError) as error:
        raise ConflictError(
            f"chunk {chunk.index} is not in S3 any more as it was recorded: {chunk.key}",
            "look for it in the trash, or among its versions",
            key=chunk.key,
        ) from error


def _damaged(chunk: Chunk) -> BadBytesError:
    text = f"chunk {chunk.index} is not as it was recorded: {chunk.key}"
    return BadBytesError(text, "look at its older versions", key=chunk.key)


def _not_the_same(what: str) -> BadBytesError:
    return BadBytesError(f"{what} is not in the whole as it was recorded", "try again")
