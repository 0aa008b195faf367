"""A WAV file that grows, and is whole at any moment: who kills the program has what was written.

The samples are written first, then the sizes before them; so the header never promises what is not
there. Source of the layout: Microsoft's RIFF and WAVE.
"""

import os
import struct
from pathlib import Path

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.errors import NotAudioError

HEADER_BYTES = 44
MOST_BYTES = 0xFFFFFFFF - HEADER_BYTES
"""Of samples in one file."""


def header(form: SampleFormat, data_bytes: int) -> bytes:
    """Return what stands before so many bytes of samples."""
    padded = data_bytes + data_bytes % 2
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        HEADER_BYTES - 8 + padded,
        b"WAVE",
        b"fmt ",
        16,
        1,
        form.channels,
        form.rate_hz,
        form.second_bytes,
        form.frame_bytes,
        form.bits,
        b"data",
        data_bytes,
    )


class WavFile:
    """A new file at `path`; only its owner may read it. Raises `OSError`, also where one is."""

    def __init__(self, path: Path, form: SampleFormat) -> None:
        self.path, self._form = path, form
        self.data_bytes = 0
        self._refused: OSError | None = None
        self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(self._fd, header(form, 0), 0)
        except OSError:
            os.close(self._fd)
            path.unlink()  # it is empty
            raise

    @property
    def frames(self) -> int:
        """How many whole frames are in it."""
        return self.data_bytes // self._form.frame_bytes

    def write(self, data: bytes | memoryview) -> None:
        """Put whole frames at its end; raises `OSError`, and keeps what there was room for."""
        view, done = memoryview(data), 0
        try:
            while done < len(view):
                done += os.pwrite(self._fd, view[done:], HEADER_BYTES + self.data_bytes + done)
        finally:
            self.data_bytes += done - done % self._form.frame_bytes
            os.pwrite(self._fd, header(self._form, self.data_bytes), 0)

    def sync(self) -> None:
        """Have it on the disk, and not only in the system's memory.

        Raises `OSError`; so does `close` then, for the system says only once what it could not
        bring to the disk.
        """
        try:
            os.fdatasync(self._fd)
        except OSError as error:
            self._refused = error
            raise

    def close(self) -> None:
        """Cut what is no whole frame, and have all of it on the disk.

        Raises `OSError`, also for what an earlier `sync` could not bring there.
        """
        try:
            _end(self._fd, self.data_bytes)
        finally:
            os.close(self._fd)
        if self._refused is not None:
            raise self._refused


def repaired(path: Path) -> tuple[SampleFormat, int]:
    """Make a file whole whose program was killed; return its format and frames.

    Nothing is cut but a frame of which only a part was written. Raises `NotAudioError` for a file
    that is none of these, and leaves it as it is.
    """
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        form = _format(os.pread(fd, HEADER_BYTES, 0), path)
        there = os.fstat(fd).st_size - HEADER_BYTES
        said = int.from_bytes(os.pread(fd, 4, HEADER_BYTES - 4), "little")
        padding = said % 2 if there == said + said % 2 else 0
        data_bytes = (there - padding) // form.frame_bytes * form.frame_bytes
        os.pwrite(fd, header(form, data_bytes), 0)
        _end(fd, data_bytes)
        return form, data_bytes // form.frame_bytes
    finally:
        os.close(fd)


def _end(fd: int, data_bytes: int) -> None:
    os.ftruncate(fd, HEADER_BYTES + data_bytes + data_bytes % 2)
    os.fsync(fd)


def _format(head: bytes, path: Path) -> SampleFormat:
    if len(head) == HEADER_BYTES and head[:4] == b"RIFF" and head[36:40] == b"data":
        _, channels, rate_hz, _, _, bits = struct.unpack("<HHIIHH", head[20:36])
        form = SampleFormat(rate_hz, channels, bits)
        if head[:4] + head[8:40] == header(form, 0)[:4] + header(form, 0)[8:40]:
            return form
    raise NotAudioError(f"{path} is no recording", "look at the original", key=str(path))
