"""Sound by miniaudio: FLAC, which nothing else decodes as fast."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import miniaudio
import numpy as np

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.formats import id3_bytes
from s3audio_tui.errors import NotAudioError, S3AudioError

if TYPE_CHECKING:
    from s3audio_tui.audio.decode import Sound

_BLOCK_FRAMES = 1 << 14


class _Source(miniaudio.StreamableSource):  # type: ignore[misc]  # it has no types
    """The file, as miniaudio asks for it."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file, self._start = file, start
        file.seek(start)

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


def by_miniaudio(file: BinaryIO, name: str, first: int = 0) -> "Sound":
    """Open a FLAC. Raises `NotAudioError` for what has no head of one (RFC 9639, 8.2)."""
    from s3audio_tui.audio.decode import Sound

    file.seek(0)
    start = id3_bytes(file.read(10))
    file.seek(start)
    head = file.read(42)
    if len(head) < 42 or head[:4] != b"fLaC" or head[4] & 0x7F:
        raise _damaged(name, "it has no head")
    packed = int.from_bytes(head[18:26], "big")
    rate_hz, channels, frames = packed >> 44, (packed >> 41 & 7) + 1, packed & (1 << 36) - 1
    if not rate_hz:
        raise _damaged(name, "it claims no sample rate")
    blocks = partial(_blocks, file, start, name, rate_hz, channels, frames, first)
    return Sound(rate_hz, channels, frames or None, blocks)


def _blocks(
    file: BinaryIO, start: int, name: str, rate_hz: int, channels: int, frames: int, first: int
) -> Iterator[Samples]:
    if first and first >= frames:
        return
    try:
        decoded: Iterator[Any] = miniaudio.stream_any(
            _Source(file, start),
            miniaudio.FileFormat.FLAC,
            miniaudio.SampleFormat.SIGNED16,
            channels,
            rate_hz,
            _BLOCK_FRAMES,
            seek_frame=first,
        )
        done = first
        for samples in decoded:
            block = np.frombuffer(samples, "<i2").reshape(-1, channels)
            done += len(block)
            yield block
    except miniaudio.MiniaudioError as error:
        if isinstance(error.__cause__, (S3AudioError, OSError)):
            raise error.__cause__ from None
        raise _damaged(name, str(error)) from None
    if done < frames:
        raise _damaged(name, f"it ends after {done:,} of {frames:,} frames")


def _damaged(name: str, why: str) -> NotAudioError:
    return NotAudioError(f"{name} cannot be decoded: {why}", "look at the original", key=name)
