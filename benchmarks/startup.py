"""How long the program takes to say or show something, against the least that is possible.

`s3audio --help` against a bare interpreter, and the app's first frame in a terminal against that
of an empty Textual app. The pairs run by turns, so that a busy machine slows both alike.

    python benchmarks/startup.py [rounds]
"""

import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from compiled import compile_program
from pty_app import PtyApp

_BUCKET = "startup-bench"
_EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("startup-bench")
Empty().run()
"""


def main() -> None:
    """Print both ratios."""
    compile_program()
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    program = str(Path(sysconfig.get_path("scripts")) / "s3audio")
    _compare(
        "s3audio --help",
        lambda: _run([program, "--help"]),
        "bare interpreter",
        lambda: _run([sys.executable, "-c", "pass"]),
        rounds,
    )
    with tempfile.TemporaryDirectory() as folder:
        environ = _environ(Path(folder))
        _compare(
            "the app's first frame",
            lambda: _first_frame([program], environ),
            "an empty Textual app's",
            lambda: _first_frame([sys.executable, "-c", _EMPTY_APP], environ),
            rounds,
        )


def _compare(
    name: str,
    measured: Callable[[], float],
    peer_name: str,
    peer: Callable[[], float],
    rounds: int,
) -> None:
    for warm_up in (measured, peer):
        warm_up()
    times = [(measured(), peer()) for _ in range(rounds)]
    mine, other = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
    print(f"{name}: {mine:.1f} ms; {peer_name}: {other:.1f} ms; ratio {mine / other:.2f}")


def _run(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def _environ(folder: Path) -> dict[str, str]:
    """Return variables for a library that this machine has a catalog of, and no store."""
    return os.environ | {
        "S3AUDIO_STATE": str(folder / "state"),
        "S3AUDIO_CONFIG": str(_made(folder / "settings.toml")),
        "S3AUDIO_LIBRARY": f"s3://{_BUCKET}",
        "S3AUDIO_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }


def _made(path: Path) -> Path:
    path.touch()
    return path


def _first_frame(command: list[str], environ: dict[str, str]) -> float:
    """Return the seconds from the start of `command` until its screen shows the bucket's name."""
    with PtyApp(command, environ) as app:
        return app.until_shown(_BUCKET)


if __name__ == "__main__":
    main()
