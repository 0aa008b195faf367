"""The demo's files, made side by side in processes that end by themselves.

A worker takes the number of a file from one pipe, lays what it made into memory that it shares
with the server, and says so through a pipe of its own. A worker whose server was killed finds
that pipe closed, and ends.
"""

import hashlib
import io
import mmap
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Protocol

from s3audio_tui.audio.header import SoundInfo, read_header

_ROOM_BYTES = 256 * 1024**2
"""What one worker may make in all. Only what is written takes memory."""


class Makeable(Protocol):
    """What a worker needs of a file."""

    @property
    def key(self) -> str:
        """What it is called."""

    @property
    def cost_s(self) -> float:
        """About how long it takes to make; the longest are begun first."""

    def made(self) -> bytes:
        """Return the whole file."""


@dataclass(frozen=True)
class Made:
    """One finished file, the MD5 of it that S3 gives as its ETag, and what its header says."""

    data: bytes
    etag: str
    sound: SoundInfo


@dataclass(frozen=True)
class Worker:
    """A running worker, the pipe that it speaks through, and the memory that it fills."""

    process: ForkProcess
    pipe: Connection
    memory: mmap.mmap


def start(files: Sequence[Makeable]) -> list[Worker]:
    """Start a worker for each processor, four at most. There may be 255 files."""
    context = get_context("fork")
    tasks, todo = os.pipe()
    costs_s = [file.cost_s for file in files]
    os.write(todo, bytes(sorted(range(len(files)), key=costs_s.__getitem__, reverse=True)))
    os.close(todo)
    workers = []
    for _ in range(min(4, os.cpu_count() or 1)):
        receiver, sender = context.Pipe(duplex=False)
        memory = mmap.mmap(-1, _ROOM_BYTES)
        process = context.Process(target=_work, args=(files, tasks, sender, memory), daemon=True)
        process.start()
        sender.close()
        workers.append(Worker(process, receiver, memory))
    os.close(tasks)
    return workers


def _work(files: Sequence[Makeable], tasks: int, sender: Connection, memory: mmap.mmap) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the server's own handlers came along
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while task := os.read(tasks, 1):
        file = files[task[0]]
        data = file.made()
        etag = hashlib.md5(data, usedforsecurity=False).hexdigest()
        sound = read_header(io.BytesIO(data), file.key, len(data))
        try:
            sender.send((task[0], memory.tell(), memory.write(data), etag, sound))
        except BrokenPipeError:
            return


def results(workers: list[Worker], count: int) -> list[Made]:
    """Return all `count` files in their order. Raises `EOFError` when a worker broke down."""
    made = dict(_received(workers))
    if len(made) < count:
        raise EOFError("a sound could not be made")
    return [made[number] for number in range(count)]


def _received(workers: list[Worker]) -> Iterator[tuple[int, Made]]:
    memories = {worker.pipe: worker.memory for worker in workers}
    while memories:
        for pipe in wait(list(memories)):
            if not isinstance(pipe, Connection):
                continue
            try:
                number, start_byte, size_bytes, etag, sound = pipe.recv()
            except EOFError:
                memories.pop(pipe)
            else:
                data = memories[pipe][start_byte : start_byte + size_bytes]
                yield number, Made(data, etag, sound)


def end(workers: list[Worker]) -> None:
    """End the workers, those that are still at work too, and give their memory back."""
    for worker in workers:
        worker.pipe.close()
        worker.process.terminate()
        worker.process.join()
        worker.memory.close()
