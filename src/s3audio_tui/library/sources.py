"""Where a sound is read from: an object of the store, or a file of this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.decode import Sound, open_sound
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Entry, Row
from s3audio_tui.errors import NotAudioError, NotFoundError, S3AudioError
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from s3audio_tui.store.forward import ForwardFile
from s3audio_tui.store.local import opened


@dataclass(frozen=True, slots=True)
class Opened:
    """A sound that is open, and what it is read from."""

    sound: Sound
    file: BinaryIO
    cancel: CancelToken

    def blocks(self) -> Iterator[Samples]:
        """Yield it block by block, once. What ended the reading early is raised, not hidden."""
        decoded = self.sound.blocks()
        while True:
            try:
                block = next(decoded, None)
            except NotAudioError:
                _raise_failure(self.file)
                raise
            self.cancel.check()
            _raise_failure(self.file)
            if block is None:
                return
            yield block

    @property
    def bytes_read(self) -> int:
        """How far it is read, about."""
        return self.file.tell()


@dataclass(frozen=True, slots=True)
class ObjectSource:
    """The version of an object that a row tells of."""

    library: Library
    row: Row

    @contextmanager
    def open(self, cancel: CancelToken) -> Iterator[Opened]:
        """Open it for one pass; its blocks come ahead of who reads them."""
        library, row = self.library, self.row
        full = library.full(row.key)
        with ForwardFile(library.store, full, row.size_bytes, row.etag, cancel) as file:
            yield _opened(cast(BinaryIO, file), row.key, row.size_bytes, cancel)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of this machine."""

    path: Path

    @contextmanager
    def open(self, cancel: CancelToken) -> Iterator[Opened]:
        """Open it for one pass."""
        with opened(self.path) as fd, open(fd, "rb", closefd=False) as file:
            yield _opened(file, str(self.path), os.fstat(fd).st_size, cancel)


Source = ObjectSource | FileSource


def _opened(file: BinaryIO, name: str, size_bytes: int, cancel: CancelToken) -> Opened:
    try:
        sound = open_sound(file, name, size_bytes)
    except NotAudioError:
        _raise_failure(file)
        raise
    _raise_failure(file)
    return Opened(sound, file, cancel)


def _raise_failure(file: BinaryIO) -> None:
    if isinstance(file, ForwardFile):
        file.raise_failure()


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
