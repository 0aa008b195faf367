"""The child that decodes what strangers uploaded: `python -m s3audio_tui.audio.child`.

It opens no file. It asks its parent for bytes, and gives back columns or blocks. A decoder that
runs wild meets its limits of time and memory, and takes nothing but this process with it.
"""

import io
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import BinaryIO, TypeVar

from s3audio_tui.audio import messages
from s3audio_tui.audio.columns import Columns, Samples
from s3audio_tui.audio.decode import Sound, open_sound
from s3audio_tui.audio.growing import EVERY_S, finest
from s3audio_tui.audio.messages import Job
from s3audio_tui.audio.planes import Planes
from s3audio_tui.audio.ranged import FORWARD_BYTES, HERE_AND_THERE_BYTES, ranged
from s3audio_tui.errors import NotAudioError

_Block = TypeVar("_Block", Samples, Samples | Planes)

_LIBRARIES = {"flac": ("miniaudio",)}
_LIBRARIES |= dict.fromkeys(("mp3", "ogg", "opus", "m4a", "aac", "webm"), ("av",))
"""Which library decodes what, as `decode` has it."""


class _Parent:
    """Who asked: has the bytes, takes what is made."""

    def __init__(self, source: BinaryIO, out: BinaryIO) -> None:
        self._source, self._out = source, out

    def say(self, kind: bytes, data: bytes = b"") -> None:
        """Send one message."""
        self._out.write(messages.MESSAGE.pack(kind, len(data)) + data)
        self._out.flush()

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes of a range; end here where the parent does not answer."""
        self.say(messages.RANGE, messages.ASKED.pack(start, length))
        head = self._source.read(messages.LENGTH.size)
        if len(head) < messages.LENGTH.size:
            os._exit(1)  # within a decoder's call back, an exception would be swallowed
        return self._source.read(messages.LENGTH.unpack(head)[0])


def main() -> None:
    """Do one job, and end."""
    out = os.fdopen(os.dup(1), "wb")
    _quiet()
    if messages.READY in sys.argv:
        _load(sys.argv[-1])
    job = messages.read_job(sys.stdin.buffer)
    if job is None:
        return
    parent = _Parent(sys.stdin.buffer, out)
    _limit(job)
    try:
        _decode(job, parent)
    except NotAudioError as error:
        parent.say(messages.FAILED, json.dumps([error.message, error.remedy]).encode())
    except MemoryError:
        failure = [f"{job.name} needs too much memory to be decoded", "look at the original"]
        parent.say(messages.FAILED, json.dumps(failure).encode())


def _quiet() -> None:
    """Keep what libraries print out of the pipe."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def _load(named: str) -> None:
    """Import the decoder of a format, or all of them, while nobody waits for them."""
    for module in _LIBRARIES.get(named, ("av", "miniaudio", "soundfile")):
        import_module(module)


def _limit(job: Job) -> None:
    limits = {
        resource.RLIMIT_DATA: job.memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with suppress(ValueError, OSError):  # macOS lacks some
            resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (job.cpu_s, job.cpu_s + 5))  # a signal, then the end


def _decode(job: Job, parent: _Parent) -> None:
    each_bytes = HERE_AND_THERE_BYTES if job.gives_blocks else FORWARD_BYTES
    file = ranged(parent.read, job.size_bytes, each_bytes)
    sound = open_sound(file, job.name, job.size_bytes, job.first, job.length_s)
    each = job.samples_per_pixel or finest(sound.frames, job.size_bytes, sound.channels)
    frames = -1 if sound.frames is None else sound.frames
    head = messages.OPENED.pack(sound.sample_rate_hz, sound.channels, frames, each)
    parent.say(messages.HEAD, head)
    if job.gives_blocks:
        for block in _bounded(sound.blocks(), job):
            parent.say(messages.BLOCK, block.astype("<i2", copy=False).tobytes())
    else:
        _collect(sound, each, job, parent)
    parent.say(messages.DONE)


def _collect(sound: Sound, each: int, job: Job, parent: _Parent) -> None:
    columns, shown = Columns(sound.channels, each), time.monotonic()
    try:
        for block in _bounded(sound.measured(), job):
            columns.add(block)
            if (now := time.monotonic()) - shown >= EVERY_S:
                parent.say(messages.COLUMNS, messages.packed(columns.taken(), columns.frames))
                shown = now
    finally:
        parent.say(messages.COLUMNS, messages.packed(columns.found(), columns.frames))


def _bounded(blocks: Iterator[_Block], job: Job) -> Iterator[_Block]:
    decoded_bytes = 0
    for block in blocks:
        yield block
        decoded_bytes += block.nbytes
        if decoded_bytes > job.decoded_bytes:
            raise NotAudioError(
                f"{job.name} is far longer than a file of its size may be", "look at the original"
            )


if __name__ == "__main__":
    with suppress(BrokenPipeError, io.UnsupportedOperation):
        main()
