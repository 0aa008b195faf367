"""Which programs of this machine are still alive: what a dead one held is free again."""

import hashlib
import os
import socket
import uuid
from contextlib import suppress
from pathlib import Path


def name() -> str:
    """Return a name for this program that others on this machine can check."""
    return f"{_machine()}:{os.getpid()}"


def is_gone(program: str) -> bool:
    """Return whether the program of that name ran on this machine and has ended."""
    machine, _, pid = program.partition(":")
    return machine == _machine() and pid.isdecimal() and not is_alive(int(pid))


def is_alive(pid: int) -> bool:
    """Return whether there is a process with this number."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _machine() -> str:
    """Return a name for the space of process numbers: this machine, or this container of it."""
    space = ""
    with suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    identity = f"{socket.gethostname()} {uuid.getnode()} {space}"
    return hashlib.sha256(identity.encode()).hexdigest()[:12]
