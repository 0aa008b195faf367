"""How long the demo takes until its server is filled: `python benchmarks/demo.py [starts]`.

From the start of a new process to the line that says it is ready. Beside the wall clock it prints
the processor's time of the server and its workers, which other work on the machine stretches less.
"""

import os
import resource
import statistics
import subprocess
import sys
import time


def start_s() -> float:
    """Start the server, wait for its line, end it; return the seconds until the line."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "s3audio_tui.demo.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        line = server.stdout.readline() if server.stdout else b""
        ready_s = time.perf_counter() - begun
        if not line:
            sys.exit("the server did not start")
        server.communicate()
    return ready_s


def main() -> None:
    """Print the median, the fastest and the slowest of some starts."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    walls_s = sorted(start_s() for _ in range(count))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{count} starts, {os.cpu_count()} processors")
    print(f"ready after {statistics.median(walls_s):.2f} s ({walls_s[0]:.2f} to {walls_s[-1]:.2f})")
    print(f"processor   {(used.ru_utime + used.ru_stime) / count:.2f} s a start")
    print(f"memory      {used.ru_maxrss / 1024:.0f} MiB at most")


if __name__ == "__main__":
    main()
