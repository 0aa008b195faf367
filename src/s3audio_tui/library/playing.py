"""Playing: objects of a library and files of this machine, as a player opens them.

An object comes by ranges, a few ahead of the ear; whoever seeks waits for one answer of the store.
What is packed is decoded in a child process, like everything that strangers may have uploaded.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO, cast

from s3audio_tui.audio import pcm
from s3audio_tui.audio.apart import Decoders
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.decode import Sound
from s3audio_tui.audio.ranged import ReadRange
from s3audio_tui.audio.run import Track
from s3audio_tui.audio.seeking import Seekable, of_layout
from s3audio_tui.cancel import CancelToken
from s3audio_tui.library.sources import FileSource, ObjectSource, Source
from s3audio_tui.store.forward import ForwardFile
from s3audio_tui.store.local import opened

_FIRST_BYTES = 64 * 1024
_BLOCK_BYTES = 128 * 1024
"""Less than a second of most sounds, so that the first of it comes soon over slow lines too."""
_HEARD_BYTES = 32 * 1024
"""What is not packed is heard by so much: the first of it, and all there is where a line stops."""
_KEPT = 24
"""Blocks kept of the opening of a sound: 3 MB hold the table of an M4A of some hours."""


def track_of(source: Source, decoders: Decoders | None = None) -> Track:
    """Return what a player can open, as often as it wants. Touches nothing yet."""
    name = source.row.key if isinstance(source, ObjectSource) else str(source.path)
    return Track(name, _Opening(source, name, decoders or Decoders()).open)


@dataclass(frozen=True, slots=True)
class _Open:
    """A file that is open: to be read as one, or by ranges, which raise what goes wrong."""

    file: BinaryIO
    read: ReadRange
    size_bytes: int


@dataclass(slots=True)
class _Opening:
    """How one sound is opened; what its head says is read once."""

    source: Source
    name: str
    decoders: Decoders
    _known: list[Seekable] = field(default_factory=list)
    _kept: dict[int, bytes] = field(default_factory=dict)
    """Blocks of the object that were needed to open it: its head, or a table at its end."""

    @contextmanager
    def open(self, cancel: CancelToken) -> Iterator[Seekable]:
        """As `Track.open`."""
        with _file(self.source, cancel, self._kept) as from_, ExitStack() as child:
            begun: list[Sound] = []
            if not self._known:
                layout = pcm.layout_of(from_.file, from_.size_bytes)
                _raise_failure(from_.file)
                if layout is None:
                    begun = [child.enter_context(self._opened(from_, cancel))]
                    self._known = [_packed(begun[0])]
                else:
                    self._known = [of_layout(from_.file, layout)]
                self._kept = _some(from_.file)
            known = self._known[0]

            def blocks(first: int) -> Iterator[Samples]:
                if known.layout is not None:
                    return _plain(from_.file, known.layout, first)
                if begun and not first:
                    return begun.pop().blocks()
                child.close()
                return self._apart(from_, cancel, first)

            try:
                yield replace(known, blocks=blocks)
            finally:
                self._kept |= _some(from_.file, from_.size_bytes - _BLOCK_BYTES)

    def _apart(self, from_: _Open, cancel: CancelToken, first: int) -> Iterator[Samples]:
        with self._opened(from_, cancel, first) as sound:
            yield from sound.blocks()

    def _opened(
        self, from_: _Open, cancel: CancelToken, first: int = 0
    ) -> AbstractContextManager[Sound]:
        row = self.source.row if isinstance(self.source, ObjectSource) else None
        return self.decoders.opened(
            from_.read,
            from_.size_bytes,
            self.name,
            first=first,
            length_s=row.duration_s if row else None,
            cancel=cancel,
        )


def _packed(sound: Sound) -> Seekable:
    return Seekable(sound.sample_rate_hz, sound.channels, sound.frames, lambda _: iter(()))


def _some(file: BinaryIO, since: int = 0) -> dict[int, bytes]:
    return dict(islice(file.has(since).items(), _KEPT)) if isinstance(file, ForwardFile) else {}


def _file(
    source: Source, cancel: CancelToken, known: dict[int, bytes]
) -> AbstractContextManager[_Open]:
    return _local(source) if isinstance(source, FileSource) else _remote(source, cancel, known)


@contextmanager
def _local(source: FileSource) -> Iterator[_Open]:
    with opened(source.path) as fd, open(fd, "rb", closefd=False) as file:
        yield _Open(file, lambda start, length: os.pread(fd, length, start), os.fstat(fd).st_size)


@contextmanager
def _remote(source: ObjectSource, cancel: CancelToken, known: dict[int, bytes]) -> Iterator[_Open]:
    library, row = source.library, source.row
    with ForwardFile(
        library.store,
        library.full(row.key),
        row.size_bytes,
        row.etag,
        cancel,
        block_bytes=_BLOCK_BYTES,
        first_bytes=_FIRST_BYTES,
        known=known,
    ) as file:
        yield _Open(cast(BinaryIO, file), file.read_at, row.size_bytes)


def _plain(file: BinaryIO, layout: pcm.Layout, first: int) -> Iterator[Samples]:
    """Yield what lies there; what ended the reading early is raised, and not taken for the end."""
    for block in pcm.blocks(file, layout, first, block_bytes=_HEARD_BYTES):
        _raise_failure(file)
        yield block
    _raise_failure(file)


def _raise_failure(file: BinaryIO) -> None:
    if isinstance(file, ForwardFile):
        file.raise_failure()
