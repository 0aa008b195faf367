"""Sound by miniaudio: FLAC, which nothing else decodes as fast."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import miniaudio
import numpy as np

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.entering import Wanted, into_flac
from s3audio_tui.audio.flac_frames import HEAD_BYTES, FlacHead, frames_begin, head_of, lone_head
from s3audio_tui.audio.formats import id3_bytes
from s3audio_tui.audio.spliced import spliced
from s3audio_tui.errors import NotAudioError, S3AudioError

if TYPE_CHECKING:
    from s3audio_tui.audio.decode import Sound

_BLOCK_FRAMES = 1 << 14
_BULK_FRAMES = 1 << 16


class _Source(miniaudio.StreamableSource):  # type: ignore[misc]  # it has no types
    """The file, as miniaudio asks for it."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file, self._start = file, start
        file.seek(start)
        self.__dict__["read"] = file.read  # 4 KB each time: a call between them is felt

    def read(self, num_bytes: int) -> bytes:
        """Return the next bytes; what is raised here is raised again by the generator."""
        return self._file.read(num_bytes)

    def seek(self, offset: int, origin: miniaudio.SeekOrigin) -> bool:
        """Go there; a tag before the sound is no part of it."""
        if origin is miniaudio.SeekOrigin.START:
            self._file.seek(self._start + offset)
        else:
            self._file.seek(offset, 1)
        return True


def by_miniaudio(file: BinaryIO, name: str, wanted: Wanted) -> "Sound":
    """Open a FLAC. Raises `NotAudioError` for what has no head of one (RFC 9639, 8.2)."""
    from s3audio_tui.audio.decode import Sound

    file.seek(0)
    start = id3_bytes(file.read(10))
    file.seek(start)
    data = file.read(HEAD_BYTES)
    head = head_of(data)
    if head is None:
        raise _damaged(name, "it has no head")
    if not head.sample_rate_hz:
        raise _damaged(name, "it claims no sample rate")
    blocks = partial(_from_start, file, start, name, head, wanted.first)
    if wanted.first:
        begun = frames_begin(file, start)
        entry = into_flac(file, begun, head, wanted) if begun else None
        if entry is not None:
            part = spliced(lone_head(data), file, entry.at, wanted.size_bytes)
            blocks = partial(_entered, part, name, head, entry.frame, wanted.first)
        return Sound(head.sample_rate_hz, head.channels, head.frames or None, blocks)
    bulk = partial(_blocks, file, start, name, head, 0, 0, _BULK_FRAMES)
    return Sound(head.sample_rate_hz, head.channels, head.frames or None, blocks, bulk)


def _from_start(
    file: BinaryIO, start: int, name: str, head: FlacHead, first: int
) -> Iterator[Samples]:
    """Yield it from a frame on, to which miniaudio goes by itself."""
    if not (first and first >= head.frames):
        yield from _blocks(file, start, name, head, first, first)


def _entered(
    part: BinaryIO, name: str, head: FlacHead, begun: int, first: int
) -> Iterator[Samples]:
    """Yield it from frame `first` on, of a part that begins with frame `begun`."""
    surplus = first - begun
    for block in _blocks(part, 0, name, head, 0, begun):
        if surplus < len(block):
            yield block[surplus:]
        surplus = max(0, surplus - len(block))


def _blocks(
    file: BinaryIO,
    start: int,
    name: str,
    head: FlacHead,
    seek_frame: int,
    done: int,
    block_frames: int = _BLOCK_FRAMES,
) -> Iterator[Samples]:
    """Yield what follows; `done` frames are before it, and in the end all must be done."""
    try:
        decoded: Iterator[Any] = miniaudio.stream_any(
            _Source(file, start),
            miniaudio.FileFormat.FLAC,
            miniaudio.SampleFormat.SIGNED16,
            head.channels,
            head.sample_rate_hz,
            block_frames,
            seek_frame=seek_frame,
        )
        for samples in decoded:
            block = np.frombuffer(samples, "<i2").reshape(-1, head.channels)
            done += len(block)
            yield block
    except miniaudio.MiniaudioError as error:
        if isinstance(error.__cause__, (S3AudioError, OSError)):
            raise error.__cause__ from None
        raise _damaged(name, str(error.args[0] if error.args else error)) from None
    if done < head.frames:
        raise _damaged(name, f"it ends after {done:,} of {head.frames:,} frames")


def _damaged(name: str, why: str) -> NotAudioError:
    return NotAudioError(f"{name} cannot be decoded: {why}", "look at the original", key=name)
