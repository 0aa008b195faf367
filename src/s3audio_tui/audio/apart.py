"""Sound decoded apart: in a child process with limits, so that a decoder may die.

What is not packed needs no decoder, and is read in this process.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NoReturn

from s3audio_tui.audio import messages, pcm
from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.growing import Growing, Grown, grow
from s3audio_tui.audio.messages import READY, Job
from s3audio_tui.audio.ranged import ReadRange, ranged
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import NotAudioError

_LOOK_S = 0.2
_SILENT_S = 60.0
"""A child that says nothing for so long hangs."""
_CPU_S = 60
_CPU_BYTES_A_S = 100_000
_MEMORY_BYTES = 512 * 1024**2
"""Of which its libraries take 110 MB before it begins."""
_DECODED_BYTES = 1024**3
_DECODED_TIMES = 400
"""A silent Opus becomes a thousand times as much, a FLAC made to harm even more."""
_MOST_MESSAGE = 256 * 1024**2


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
    """Children that decode, one a sound; a spare one may stand ready. For any number of threads."""

    def __init__(self) -> None:
        self._spare: list[subprocess.Popen[bytes]] = []
        self._closed = False

    def warm(self) -> None:
        """Start a child for the next sound, so that it need not wait for its libraries."""
        if not self._spare and not self._closed:
            self._spare.append(_started(READY))

    def close(self) -> None:
        """End what stands ready."""
        self._closed = True
        while self._spare:
            _end(self._spare.pop())

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
        try:
            child = self._spare.pop()
        except IndexError:
            child = _started()
        try:
            yield from _Conversation(child, read, job, cancel).peaks()
        finally:
            _end(child)


class _Conversation:
    """One job, asked of one child."""

    def __init__(
        self, child: "subprocess.Popen[bytes]", read: ReadRange, job: Job, cancel: CancelToken
    ) -> None:
        if child.stdin is None or child.stdout is None:
            raise ValueError("a child without pipes")
        self._child, self._read, self._job, self._cancel = child, read, job, cancel
        self._to_child, self._from_child = child.stdin, child.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._from_child, select.POLLIN)

    def peaks(self) -> Iterator[Grown]:
        """Yield them as they grow."""
        self._send_job()
        growing: Growing | None = None
        frames_all: int | None = None
        channels, frames = 0, 0
        while True:
            kind, data = self._message()
            if kind == messages.RANGE:
                self._answer(*messages.ASKED.unpack(data))
            elif kind == messages.HEAD:
                rate_hz, channels, said, each = messages.OPENED.unpack(data)
                frames_all = said if said >= 0 else None
                growing = Growing(channels, rate_hz, each)
            elif kind == messages.COLUMNS and growing is not None:
                found, frames = messages.unpacked(data, channels)
                growing.add(found)
                yield Grown(growing.peaks(frames), frames_all, done=False)
            elif kind == messages.DONE and growing is not None:
                yield Grown(growing.peaks(frames), frames_all, done=True)
                return
            else:
                self._failed(data)

    def _send_job(self) -> None:
        try:
            messages.write_job(self._to_child, self._job)
        except BrokenPipeError:
            self._died()

    def _answer(self, start: int, length: int) -> None:
        """Send a range; a child that asks for nonsense gets what there is."""
        left = max(0, min(length, self._job.size_bytes - start))
        data = self._read(start, left) if left else b""
        try:
            self._to_child.write(messages.LENGTH.pack(len(data)) + data)
            self._to_child.flush()
        except BrokenPipeError:
            self._died()

    def _message(self) -> tuple[bytes, bytes]:
        kind, length = messages.MESSAGE.unpack(self._take(messages.MESSAGE.size))
        if length > _MOST_MESSAGE:
            self._died()
        return kind, self._take(length)

    def _take(self, length: int) -> bytes:
        data, silent_s = bytearray(), 0.0
        while len(data) < length:
            self._cancel.check()
            if self._poll.poll(_LOOK_S * 1000):
                if not (part := os.read(self._from_child, min(length - len(data), 1 << 20))):
                    self._died()
                data += part
                silent_s = 0.0
            elif (silent_s := silent_s + _LOOK_S) > _SILENT_S:
                raise self._error("it hangs")
        return bytes(data)

    def _failed(self, data: bytes) -> NoReturn:
        message, remedy = json.loads(data)
        raise NotAudioError(str(message), str(remedy), key=self._job.name)

    def _died(self) -> NoReturn:
        _end(self._child)
        took_too_long = self._child.returncode == -signal.SIGXCPU
        raise self._error("it takes too long" if took_too_long else "its decoder broke down")

    def _error(self, why: str) -> NotAudioError:
        name = self._job.name
        return NotAudioError(f"{name} cannot be decoded: {why}", "look at the original", key=name)


def _started(*words: str) -> "subprocess.Popen[bytes]":
    few_threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "s3audio_tui.audio.child", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | few_threads,
        start_new_session=True,  # Ctrl+C is for the program
    )


def _end(child: "subprocess.Popen[bytes]") -> None:
    with suppress(BrokenPipeError):
        if child.stdin is not None:
            child.stdin.close()
    if child.stdout is not None:
        child.stdout.close()
    if child.poll() is None:
        child.kill()
    child.wait()
