"""The demo server as a context: started, filled, and gone at the end with all that it made."""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from s3audio_tui.errors import S3AudioError, UsageError
from s3audio_tui.units import rfc3339

_END_S = 15.0
"""More than it takes to fill: a server that is being filled ends after that."""


@dataclass(frozen=True)
class DemoServer:
    """How to reach the server, and a private folder that lives as long as it does."""

    endpoint_url: str
    bucket: str
    region: str
    access_key_id: str
    secret_access_key: str
    folder: Path


@contextmanager
def running(*, now: float | None = None) -> Iterator[DemoServer]:
    """Start the server as a process of its own, and end it afterwards.

    It ends as well when this process is killed. `now`, in seconds since 1970, is the instant from
    which its files are dated. Raises `UsageError` where moto is not installed.
    """
    _check_moto()
    command = [sys.executable, "-P", "-m", "s3audio_tui.demo.server", "--folder"]
    if now is not None:
        command += ["--now", rfc3339(now)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that Ctrl-C on the terminal is for the app alone
    )
    try:
        server = _reached(process)
    except BaseException:
        process.terminate()
        _end(process)
        raise
    try:
        yield server
    finally:
        _end(process)
        shutil.rmtree(server.folder, ignore_errors=True)  # where the server was killed


def _check_moto() -> None:
    missing = [
        name for name in ("moto", "flask", "flask_cors") if not importlib.util.find_spec(name)
    ]
    if missing:
        raise UsageError(
            f"the demo needs {' and '.join(missing)}, which is not installed",
            "pip install 's3audio-tui[demo]'",
        )


def _reached(process: "subprocess.Popen[bytes]") -> DemoServer:
    line = cast(IO[bytes], process.stdout).readline()
    if not line:
        raise S3AudioError(
            "the demo's server did not start",
            "run python -m s3audio_tui.demo.server to see why",
        )
    told = json.loads(line)
    return DemoServer(**{**told, "folder": Path(told["folder"])})


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Close the pipes, which ends the server, and wait for it; kill it where it hangs."""
    for pipe in (process.stdin, process.stdout):
        cast(IO[bytes], pipe).close()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
