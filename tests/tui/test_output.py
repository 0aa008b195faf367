"""What is drawn arrives whole, also when the program is stopped in the middle of a write."""

import os
import pty
import signal
import subprocess
import sys
import threading
from contextlib import suppress

TEXTS, LONG = 400, 20_000
WRITES = f"""
import sys
from s3audio_tui.tui.output import whole

file = whole(sys.__stderr__)
for _ in range({TEXTS}):
    file.write("x" * {LONG})
file.flush()
"""


def test_nothing_is_lost_where_a_signal_comes_between() -> None:
    ours, theirs = pty.openpty()
    environ = os.environ | {"PYTHONUNBUFFERED": "1"}
    program = subprocess.Popen([sys.executable, "-c", WRITES], stderr=theirs, env=environ)
    os.close(theirs)
    read: list[int] = []

    def take() -> None:
        try:
            while data := os.read(ours, 1 << 16):
                read.append(len(data))
        except OSError:
            return  # the program has ended

    reader = threading.Thread(target=take)
    reader.start()
    while program.poll() is None:
        program.send_signal(signal.SIGSTOP)
        program.send_signal(signal.SIGCONT)
        with suppress(subprocess.TimeoutExpired):
            program.wait(0.001)
    reader.join()
    os.close(ours)
    assert sum(read) == TEXTS * LONG
