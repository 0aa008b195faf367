"""The demo's files, made side by side in processes that end by themselves.

Each worker takes the number of a file from one pipe, and sends what it made through its own. A
worker whose server was killed finds its pipe closed, and ends.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Protocol


class Makeable(Protocol):
    """What a worker needs of a file."""

    cost_s: float
    """About how long it takes to make; the longest are begun first."""

    def made(self) -> bytes:
        """Return the whole file."""


@dataclass(frozen=True)
class Made:
    """One finished file, and the MD5 of it that S3 gives as its ETag."""

    data: bytes
    etag: str


@dataclass(frozen=True)
class Workers:
    """Running workers, and where each sends its files."""

    processes: list[ForkProcess]
    pipes: list[Connection]
    count: int


def start(files: Sequence[Makeable]) -> Workers:
    """Start a worker for each processor, four at most; 255 files at most."""
    context = get_context("fork")
    tasks, todo = os.pipe()
    os.write(todo, bytes(sorted(range(len(files)), key=lambda i: -files[i].cost_s)))
    os.close(todo)
    workers = Workers([], [], len(files))
    for _ in range(min(4, os.cpu_count() or 1)):
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(files, tasks, sender), daemon=True)
        process.start()
        sender.close()
        workers.processes.append(process)
        workers.pipes.append(receiver)
    os.close(tasks)
    return workers


def _work(files: Sequence[Makeable], tasks: int, sender: Connection) -> None:
    while task := os.read(tasks, 1):
        data = files[task[0]].made()
        try:
            sender.send((task[0], hashlib.md5(data, usedforsecurity=False).hexdigest()))
            sender.send_bytes(data)
        except BrokenPipeError:
            return


def results(workers: Workers) -> list[Made]:
    """Return all files in their order. Raises `EOFError` when a worker died before its end."""
    made: dict[int, Made] = dict(_received(workers.pipes))
    if len(made) < workers.count:
        raise EOFError("a sound could not be made")
    return [made[number] for number in sorted(made)]


def _received(pipes: list[Connection]) -> Iterator[tuple[int, Made]]:
    open_pipes = list(pipes)
    while open_pipes:
        for pipe in wait(open_pipes):
            assert isinstance(pipe, Connection)
            try:
                number, etag = pipe.recv()
                yield number, Made(pipe.recv_bytes(), etag)
            except EOFError:
                open_pipes.remove(pipe)


def end(workers: Workers) -> None:
    """Let the workers end, those that are still at work at once."""
    for pipe in workers.pipes:
        pipe.close()
    for process in workers.processes:
        process.terminate()
        process.join()
