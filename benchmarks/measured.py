"""A command measured: `python -I -S benchmarks/measured.py OUT COMMAND…` prints what it took.

Its seconds from start to end, its seconds of processor time, its peak of memory in KiB, and its
exit code. A process that is small itself: what a process has in memory when it starts another one
counts as the other one's. So this says at least some 9 MiB.
"""

import os
import sys
import time


def main() -> None:
    """Run the command with its standard output in the file OUT."""
    out, command = sys.argv[1], sys.argv[2:]
    target = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(target, 1)
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    wall_s = time.perf_counter() - began
    code = os.waitstatus_to_exitcode(status)
    print(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss, code)


if __name__ == "__main__":
    main()
