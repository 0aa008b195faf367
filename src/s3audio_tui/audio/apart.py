"""Sound decoded apart: in a child process with limits, so that a decoder may die.

What is not packed needs no decoder, and is read in this process.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial

from s3audio_tui.audio import pcm
from s3audio_tui.audio.children import READY, end, started
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.conversation import Conversation
from s3audio_tui.audio.decode import Sound, open_sound
from s3audio_tui.audio.growing import Grown, grow
from s3audio_tui.audio.messages import Job
from s3audio_tui.audio.ranged import HERE_AND_THERE_BYTES, ReadRange, ranged
from s3audio_tui.cancel import CancelToken

_CPU_S = 60
_CPU_BYTES_A_S = 100_000
_MEMORY_BYTES = 512 * 1024**2
"""Of which its libraries take 110 MB before it begins."""
_DECODED_BYTES = 1024**3
_DECODED_TIMES = 400
"""A silent Opus becomes a thousand times as much, a FLAC made to harm even more."""
_GENTLE = 10


def job_for(name: str, size_bytes: int, samples_per_pixel: int = 0) -> Job:
    """Return a job with the limits that suit a file of this size."""
    return Job(
        name,
        size_bytes,
        samples_per_pixel,
        _CPU_S + size_bytes // _CPU_BYTES_A_S,
        _MEMORY_BYTES,
        _DECODED_BYTES + _DECODED_TIMES * size_bytes,
    )


class Decoders:
    """Children that decode, one a sound; a spare one may stand ready. For any number of threads.

    Those that are `gentle` let other programs go first. `begun` is one that was started ahead.
    """

    def __init__(
        self, *, gentle: bool = False, begun: "subprocess.Popen[bytes] | None" = None
    ) -> None:
        self._gentle = gentle
        self._spare = [begun] if begun is not None else []
        self._keeps_spare = self._closed = False

    def warm(self) -> None:
        """Start a child for the next sound, so that it need not wait for its libraries."""
        self.stand_by()
        if self._spare or self._has_ended():
            return
        self._spare.append(started(READY))
        if self._has_ended():  # meanwhile
            self.close()

    def _has_ended(self) -> bool:
        return self._closed

    def stand_by(self) -> None:
        """From the next child on, have another one ready whenever one has ended, or plays."""
        self._keeps_spare = True

    def close(self) -> None:
        """End what stands ready."""
        self._closed = True
        while self._spare:
            end(self._spare.pop())

    def peaks(
        self,
        read: ReadRange,
        size_bytes: int,
        name: str,
        *,
        samples_per_pixel: int = 0,
        cancel: CancelToken | None = None,
    ) -> Iterator[Grown]:
        """Yield the peaks as they grow, at most ten times a second, and at last with `done`.

        Raises `NotAudioError`, after the peaks of what is good, and what `read` raises.
        """
        token = cancel or CancelToken()
        file = ranged(read, size_bytes)
        if pcm.layout_of(file, size_bytes) is None:
            yield from self.run(read, job_for(name, size_bytes, samples_per_pixel), token)
            return
        for grown in grow(open_sound(file, name, size_bytes), size_bytes, samples_per_pixel):
            token.check()
            yield grown

    def run(self, read: ReadRange, job: Job, cancel: CancelToken) -> Iterator[Grown]:
        """Yield the peaks that a child makes of any sound."""
        child = self._taken()
        try:
            yield from Conversation(child, read, job, cancel).peaks()
        finally:
            self._ended(child)

    @contextmanager
    def opened(
        self,
        read: ReadRange,
        size_bytes: int,
        name: str,
        *,
        first: int = 0,
        length_s: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Sound]:
        """Open a sound as `decode.open_sound` does, for as long as the context lasts.

        The bytes are read by the thread that takes the blocks; what `read` raises comes out there.
        """
        file = ranged(read, size_bytes, HERE_AND_THERE_BYTES)
        if pcm.layout_of(file, size_bytes) is not None:
            yield open_sound(ranged(read, size_bytes), name, size_bytes, first)
            return
        job = replace(job_for(name, size_bytes), gives_blocks=True, first=first, length_s=length_s)
        child = self._taken()
        try:
            sound = Conversation(child, read, job, cancel or CancelToken()).sound()
            yield replace(sound, blocks=partial(self._blocks, sound))
        finally:
            self._ended(child)

    def _blocks(self, sound: Sound) -> Iterator[Samples]:
        """Yield its blocks; behind the first, get a spare ready for who seeks."""
        for number, block in enumerate(sound.blocks()):
            if number == 1 and self._keeps_spare:
                self.warm()
            yield block

    def _taken(self) -> "subprocess.Popen[bytes]":
        while True:
            try:
                child = self._spare.pop()
            except IndexError:
                break
            if child.poll() is None:
                return child
            end(child)  # something has killed it
        child = started()
        if self._gentle:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, child.pid, _GENTLE)
        return child

    def _ended(self, child: "subprocess.Popen[bytes]") -> None:
        end(child)
        if self._keeps_spare:
            self.warm()
