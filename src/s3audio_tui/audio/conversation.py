"""The talk with a child that decodes: it asks for bytes, and tells what it makes of them.

It may be wild: what it says is checked, and a child that falls silent or dies ends in an error.
"""

import json
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from typing import NoReturn

import numpy as np

from s3audio_tui.audio import messages
from s3audio_tui.audio.children import end
from s3audio_tui.audio.columns import Found, Samples
from s3audio_tui.audio.decode import MOST_CHANNELS, MOST_RATE_HZ, Sound
from s3audio_tui.audio.growing import Growing, Grown
from s3audio_tui.audio.messages import Job
from s3audio_tui.audio.ranged import ReadRange
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import NotAudioError

_LOOK_S = 0.2
_SILENT_S = 60.0
"""A child that says nothing for so long hangs."""
_MOST_MESSAGE_BYTES = 256 * 1024**2
_MOST_RANGE_BYTES = 1024**2


class Conversation:
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
        """Give the job, and yield the peaks as they grow."""
        rate_hz, channels, frames_all, each = self._opened()
        growing, frames = Growing(channels, rate_hz, each, frames_all), 0
        while True:
            kind, data = self._told()
            if kind == messages.COLUMNS:
                found, frames = self._columns(data, channels)
                growing.add(found)
            yield Grown(growing.peaks(frames), frames_all, done=kind == messages.DONE)
            if kind == messages.DONE:
                return

    def sound(self) -> Sound:
        """Give the job, and return the sound that the child has opened."""
        rate_hz, channels, frames, _ = self._opened()
        return Sound(rate_hz, channels, frames, partial(self._blocks, channels))

    def _blocks(self, channels: int) -> Iterator[Samples]:
        while True:
            kind, data = self._told()
            if kind == messages.DONE:
                return
            if len(data) % (2 * channels):
                self._died()
            yield np.frombuffer(data, "<i2").reshape(-1, channels)

    def _opened(self) -> tuple[int, int, int | None, int]:
        """Return the rate, the channels, the frames if they are known, the frames of a column."""
        self._send_job()
        kind, data = self._told()
        if kind != messages.HEAD or len(data) != messages.OPENED.size:
            self._died()
        rate_hz, channels, frames, each = messages.OPENED.unpack(data)
        if not (1 <= channels <= MOST_CHANNELS and 1 <= rate_hz <= MOST_RATE_HZ and each):
            self._died()
        return rate_hz, channels, frames if frames >= 0 else None, each

    def _columns(self, data: bytes, channels: int) -> tuple[Found, int]:
        try:
            return messages.unpacked(data, channels)
        except ValueError:
            self._died()

    def _told(self) -> tuple[bytes, bytes]:
        """Return the next message that is no question."""
        while True:
            kind, data = self._message()
            if kind == messages.FAILED:
                self._failed(data)
            if kind != messages.RANGE:
                return kind, data
            if len(data) != messages.ASKED.size:
                self._died()
            self._answer(*messages.ASKED.unpack(data))

    def _send_job(self) -> None:
        try:
            messages.write_job(self._to_child, self._job)
        except BrokenPipeError:
            self._died()

    def _answer(self, start: int, length: int) -> None:
        """Send a range; a child that asks for nonsense gets what there is."""
        left = max(0, min(length, _MOST_RANGE_BYTES, self._job.size_bytes - start))
        data = self._read(start, left) if left else b""
        try:
            self._to_child.write(messages.LENGTH.pack(len(data)) + data)
            self._to_child.flush()
        except BrokenPipeError:
            self._died()

    def _message(self) -> tuple[bytes, bytes]:
        kind, length = messages.MESSAGE.unpack(self._take(messages.MESSAGE.size))
        if length > _MOST_MESSAGE_BYTES:
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
        try:
            message, remedy = json.loads(data)
        except (ValueError, TypeError, RecursionError):
            self._died()
        raise NotAudioError(str(message), str(remedy), key=self._job.name)

    def _died(self) -> NoReturn:
        end(self._child)
        took_too_long = self._child.returncode == -signal.SIGXCPU
        raise self._error("it takes too long" if took_too_long else "its decoder broke down")

    def _error(self, why: str) -> NotAudioError:
        name = self._job.name
        return NotAudioError(f"{name} cannot be decoded: {why}", "look at the original", key=name)
