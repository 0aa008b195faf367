"""What libraries in C print to descriptor 2 while the app runs is in the log, not on the screen."""

import os
from pathlib import Path

from tests.terminal import Start
from tests.terminal import program as program

NOISE = """
import os, sys, threading, time

def say():
    while "s3audio_tui.tui.app" not in sys.modules:
        time.sleep(0.01)
    for _ in range(10):
        time.sleep(0.1)
        os.write(2, b"ALSA lib confmisc.c:855: no such device\\n")

if "s3audio_tui" in " ".join(sys.orig_argv):
    threading.Thread(target=say, daemon=True).start()
"""


def test_the_screen_stays_clean(program: Start, home: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NOISE)
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    terminal = program(environ={"PYTHONPATH": path, "S3AUDIO_STATE": str(home / "s")})
    log = home / "s" / "log" / "libraries.log"
    terminal.wait_for(lambda _: log.exists() and log.read_text().count("ALSA") > 2)
    assert "ALSA" not in terminal.screen
    assert log.stat().st_mode & 0o777 == 0o600
