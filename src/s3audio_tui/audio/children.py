"""The processes in which sound is decoded: begun and ended. Loads no library of sound itself."""

import os
import subprocess
import sys
from contextlib import suppress

READY = "ready"
"""A child's word for: load the decoders before there is a job."""


def started(*words: str) -> "subprocess.Popen[bytes]":
    """Return a new child, which waits for its job."""
    few_threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "s3audio_tui.audio.child", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | few_threads,
        start_new_session=True,  # Ctrl+C is for the program
    )


def end(child: "subprocess.Popen[bytes]") -> None:
    """End a child, whatever it does."""
    with suppress(BrokenPipeError):
        if child.stdin is not None:
            child.stdin.close()
    if child.stdout is not None:
        child.stdout.close()
    if child.poll() is None:
        child.kill()
    child.wait()
