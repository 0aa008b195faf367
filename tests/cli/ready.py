"""A process that has loaded all but the app, boto3 above all, and forks a run of the program.

So a run takes a tenth of the time. What a run loads of itself, and when, `test_imports` holds;
runs with variables of their own begin from nothing (`conftest.outside`).
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

END = b"\n"
_PID_BYTES = 10
_OF_ITS_OWN = (
    "s3audio_tui.tui",
    "s3audio_tui.demo",
    "s3audio_tui.__main__",
    "s3audio_tui.audio.child",
)
"""What a run loads itself, where it needs it."""


class Ready:
    """The test's end of that process."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.running = 0
        """The process of the run that was begun last."""

    def run(self, arguments: Sequence[str], stdin: bytes, cwd: Path) -> tuple[int, bytes, bytes]:
        """Run the program in this environment; return its exit code, stdout and stderr."""
        (given, write), (out, told), (err, failed) = os.pipe(), os.pipe(), os.pipe()
        asked = {"arguments": arguments, "environ": dict(os.environ), "cwd": str(cwd)}
        socket.send_fds(self._line, [b"."], [given, told, failed])
        self._line.sendall(json.dumps(asked).encode() + END)
        for theirs in (given, told, failed):
            os.close(theirs)
        self.running = int(self._line.recv(_PID_BYTES, socket.MSG_WAITALL))
        with ThreadPoolExecutor(3) as side:
            side.submit(_feed, write, stdin)
            said, complained = side.submit(_read, out), side.submit(_read, err)
            code = int(_line(self._line))
            return code, said.result(), complained.result()


@contextlib.contextmanager
def ready(home: Path) -> Iterator[Ready]:
    """Start such a process, and end it."""
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    command = [sys.executable, "-m", "tests.cli.ready", str(theirs.fileno())]
    with (
        ours,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # pipes, as each run has them: its streams are made here
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            env=_bare(home),
        ) as process,
    ):
        theirs.close()
        yield Ready(ours)
        ours.close()
        process.wait(60)


def _bare(home: Path) -> dict[str, str]:
    from tests.conftest import isolated_variables

    return isolated_variables(home)


def _feed(write: int, stdin: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), open(write, "wb") as file:
        file.write(stdin)


def _read(read: int) -> bytes:
    with open(read, "rb") as file:
        return file.read()


def _line(line: socket.socket) -> bytes:
    got = b""
    while not got.endswith(END):
        more = line.recv(1 << 16)
        if not more:
            raise EOFError("the process that runs the program is gone")
        got += more
    return got


def _load() -> None:
    """Load the program but for the app, and what botocore reads for its first client."""
    import functools
    import gc
    import importlib
    import pkgutil

    import boto3
    import botocore.session

    import s3audio_tui

    for module in pkgutil.walk_packages(s3audio_tui.__path__, "s3audio_tui."):
        if not module.name.startswith(_OF_ITS_OWN):
            importlib.import_module(module.name)

    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    keys: dict[str, Any] = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    boto3.session.Session(region_name="us-east-1", **keys).client("s3").close()
    gc.freeze()  # a run need not look through it


def _serve(line: socket.socket) -> int:
    """Fork a run for each line that asks for one; in the fork, return the program's exit code."""
    while True:
        _, files, _, _ = socket.recv_fds(line, 1, 3)
        if not files:
            return 0
        asked = json.loads(_line(line))
        child = os.fork()
        if child == 0:
            line.close()
            return _program(asked, files)
        line.sendall(f"{child:{_PID_BYTES}}".encode())
        for file in files:
            os.close(file)
        _, status = os.waitpid(child, 0)
        line.sendall(str(os.waitstatus_to_exitcode(status)).encode() + END)


def _program(asked: dict[str, object], files: list[int]) -> int:
    import time

    for at, file in enumerate(files):
        os.dup2(file, at)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environ"])  # type: ignore[call-overload]
    time.tzset()
    os.chdir(str(asked["cwd"]))
    sys.argv[:] = ["s3audio", *asked["arguments"]]  # type: ignore[misc]
    from s3audio_tui.__main__ import main

    return main()


if __name__ == "__main__":
    _load()
    sys.exit(_serve(socket.socket(fileno=int(sys.argv[1]))))
