"""Where a sound is read from: an object of the store, or a file of this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3audio_tui.audio.ranged import ReadRange
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Entry, Row
from s3audio_tui.errors import NotFoundError, S3AudioError
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from s3audio_tui.store.forward import ForwardFile
from s3audio_tui.store.local import opened
from s3audio_tui.store.ranges import read_range

if TYPE_CHECKING:
    from s3audio_tui.audio.columns import Samples
    from s3audio_tui.audio.decode import Sound


@dataclass(frozen=True, slots=True)
class Opened:
    """A sound that is open for one pass."""

    sound: "Sound"
    read: ReadRange
    size_bytes: int
    cancel: CancelToken

    def blocks(self) -> "Iterator[Samples]":
        """Yield it block by block, once; stop soon after a cancel."""
        for block in self.sound.blocks():
            self.cancel.check()
            yield block


@dataclass(frozen=True, slots=True)
class ObjectSource:
    """The version of an object that a row tells of."""

    library: Library
    row: Row

    @contextmanager
    def open(self, cancel: CancelToken) -> Iterator[Opened]:
        """Open it for one pass; its blocks come ahead of who reads them."""
        library, row = self.library, self.row
        full, size_bytes = library.full(row.key), row.size_bytes
        with (
            ForwardFile(library.store, full, size_bytes, row.etag, cancel) as file,
            library.decoders.opened(file.read_at, size_bytes, row.key, cancel=cancel) as sound,
        ):
            yield Opened(sound, file.read_at, size_bytes, cancel)

    def window(self, start: int, length: int, cancel: CancelToken) -> bytes:
        """Return a few bytes by a request of their own."""
        library, row = self.library, self.row
        full = library.full(row.key)
        return read_range(library.store, full, start, length, etag=row.etag, check=cancel.check)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of this machine."""

    path: Path

    @contextmanager
    def open(self, cancel: CancelToken) -> Iterator[Opened]:
        """Open it for one pass."""
        from s3audio_tui.audio.apart import Decoders  # with NumPy: not to look a key up

        with opened(self.path) as fd:
            size_bytes, name = os.fstat(fd).st_size, str(self.path)

            def read(start: int, length: int) -> bytes:
                return os.pread(fd, length, start)

            with Decoders().opened(read, size_bytes, name, cancel=cancel) as sound:
                yield Opened(sound, read, size_bytes, cancel)

    def window(self, start: int, length: int, cancel: CancelToken) -> bytes:
        """Return a few bytes."""
        cancel.check()
        with opened(self.path) as fd:
            return os.pread(fd, length, start)


Source = ObjectSource | FileSource


def is_path(text: str) -> bool:
    """Return whether a text is written as a path of this machine, and not as a key."""
    return text.startswith(("/", "./", "../", "~"))


def named(library: Library | None, text: str) -> Source:
    """Return what a person named: `/a`, `./a` and `~/a` are files, all else first a key.

    What is no key may be a file. Raises `NotFoundError` where it is neither.
    """
    path = Path(text).expanduser() if text.startswith("~") else Path(text)
    if is_path(text) or library is None:
        if library is None and not path.is_file() and not is_path(text):
            raise NotFoundError(
                f"there is no file {text}, and no library is named",
                "name a file, or give --library",
                key=text,
            )
        return FileSource(path)
    key = from_argument(library, text)
    try:
        return ObjectSource(library, looked_up(library, key))
    except NotFoundError:
        if path.is_file():
            return FileSource(path)
        raise


def looked_up(library: Library, key: str) -> Row:
    """Return the row of `key` as S3 has it now. Raises `NotFoundError`."""
    head = objects.head(library.store, library.full(key))
    entry = Entry(key, head.size_bytes, head.modified, head.etag, head.storage_class)
    known: Row | None = None
    with suppress(S3AudioError):  # the catalog's trouble is not the sound's
        library.catalog.put(entry)
        known = library.catalog.get(key)
    if known is not None and known.etag == head.etag:
        return known
    return Row(key, head.size_bytes, head.modified, head.etag, head.storage_class, "")
