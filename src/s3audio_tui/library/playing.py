"""Playing: objects of a library and files of this machine, as a player opens them.

An object comes by ranges, a few ahead of the ear; whoever seeks waits for one answer of the store.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import BinaryIO, cast

from s3audio_tui.audio import pcm
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.run import Track
from s3audio_tui.audio.seeking import Seekable, of_layout, open_seekable
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import NotAudioError
from s3audio_tui.library.sources import FileSource, ObjectSource, Source
from s3audio_tui.store.forward import ForwardFile
from s3audio_tui.store.local import opened

_FIRST_BYTES = 64 * 1024
_BLOCK_BYTES = 128 * 1024
"""Less than a second of most sounds, so that the first of it comes soon over slow lines too."""


def track_of(source: Source) -> Track:
    """Return what a player can open, as often as it wants. Touches nothing yet."""
    name = source.row.key if isinstance(source, ObjectSource) else str(source.path)
    return Track(name, _Opening(source, name).open)


@dataclass(slots=True)
class _Opening:
    """How one sound is opened; where its samples lie is read once."""

    source: Source
    name: str
    _layout: list[pcm.Layout] = field(default_factory=list)

    @contextmanager
    def open(self, cancel: CancelToken) -> Iterator[Seekable]:
        with _file(self.source, cancel) as (file, size_bytes):
            if self._layout:
                sound = of_layout(file, self._layout[0])
            else:
                sound = self._first(file, size_bytes)
            yield replace(sound, blocks=lambda first: _blocks(file, sound, first))

    def _first(self, file: BinaryIO, size_bytes: int) -> Seekable:
        try:
            sound = open_seekable(file, self.name, size_bytes)
        except NotAudioError:
            _raise_failure(file)
            raise
        _raise_failure(file)
        if sound.layout is not None:
            self._layout.append(sound.layout)
        return sound


def _file(source: Source, cancel: CancelToken) -> AbstractContextManager[tuple[BinaryIO, int]]:
    return _local(source) if isinstance(source, FileSource) else _remote(source, cancel)


@contextmanager
def _local(source: FileSource) -> Iterator[tuple[BinaryIO, int]]:
    with opened(source.path) as fd, open(fd, "rb", closefd=False) as file:
        yield file, os.fstat(fd).st_size


@contextmanager
def _remote(source: ObjectSource, cancel: CancelToken) -> Iterator[tuple[BinaryIO, int]]:
    library, row = source.library, source.row
    with ForwardFile(
        library.store,
        library.full(row.key),
        row.size_bytes,
        row.etag,
        cancel,
        block_bytes=_BLOCK_BYTES,
        first_bytes=_FIRST_BYTES,
    ) as file:
        yield cast(BinaryIO, file), row.size_bytes


def _blocks(file: BinaryIO, sound: Seekable, first: int) -> Iterator[Samples]:
    """Yield what it decodes; what ended the reading early is raised, and not taken for the end."""
    try:
        for block in sound.blocks(first):
            _raise_failure(file)
            yield block
    except NotAudioError:
        _raise_failure(file)
        raise
    _raise_failure(file)


def _raise_failure(file: BinaryIO) -> None:
    if isinstance(file, ForwardFile):
        file.raise_failure()
