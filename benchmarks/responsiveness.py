"""How soon the app answers a key while it is busy: `python benchmarks/responsiveness.py [keys]`.

The real program in a terminal of 120 × 40. Behind it, and said so because it flatters nobody: a
slow store of this benchmark's own on 127.0.0.1 (`slow_store.py`), ten uploads running, and a
refresh of 100,000 objects under way, first into an empty catalog, then again and again. A key is
answered when the first frame that shows its effect is written. Last the store hangs: the same
keys again, and how long quitting takes. Times in ms.
"""

import os
import random
import re
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from compiled import compile_program
from watched_app import WatchedApp

OBJECTS = 100_000
UPLOADS = 10
UPLOAD_BYTES = 1_000_000_000
_KEYS = 600
_PACE_S = (0.03, 0.12)
"""The pause after each answer."""

_ANSWER_S = 0.1
"""So long nothing is worked out after a key, which would take a processor from the answer."""

_SETTLE_S = 0.5
_REFRESH_EVERY_S = 8.0
_DOWN, _UP, _PAGE_DOWN, _PAGE_UP = "j", "k", "\x1b[6~", "\x1b[5~"
_HOME = "\x1b[H"
_STEPS = (
    *(_PAGE_DOWN, _DOWN, _DOWN, _UP, _DOWN, " ", _PAGE_DOWN, _UP, _UP, _PAGE_DOWN),
    *(_DOWN, _PAGE_UP, _DOWN, " ", _DOWN, _UP, _PAGE_UP, _DOWN),
)
"""From the top of a list; none of them has nowhere to go."""

Lines = list[str]
Times = dict[str, list[float]]


@contextmanager
def slow_store() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Start the store; give its address and its process."""
    command = [sys.executable, str(Path(__file__).with_name("slow_store.py")), str(OBJECTS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as store:
        assert store.stdout is not None
        try:
            yield store.stdout.readline().decode().strip(), store
        finally:
            store.kill()


def environ(folder: Path, address: str) -> dict[str, str]:
    """Return the variables with which the program works on that store."""
    (folder / "settings.toml").touch()
    return os.environ | {
        "S3AUDIO_STATE": str(folder / "state"),
        "S3AUDIO_CONFIG": str(folder / "settings.toml"),
        "S3AUDIO_LIBRARY": "s3://bench",
        "S3AUDIO_ENDPOINT_URL": address,
        "S3AUDIO_MAX_SIZE": "2GB",
        "S3AUDIO_QUOTA": "100TB",
        "S3AUDIO_JOBS": str(UPLOADS),
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }


def takes(folder: Path) -> Path:
    """Make the files to upload, each a header and silence that takes no room on the disk."""
    made = folder / "takes"
    made.mkdir()
    size = UPLOAD_BYTES - 44
    layout = struct.pack("<HHIIHH", 1, 2, 48_000, 192_000, 4, 16)
    header = b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<I", 16) + layout
    for number in range(UPLOADS):
        with (made / f"upload {number}.wav").open("wb") as file:
            file.write(header + b"data" + struct.pack("<I", size))
            file.truncate(UPLOAD_BYTES)
    return made


def chosen(lines: Lines) -> str:
    """Return the name of the row that has the cursor."""
    return next((line.partition("▌")[2][:50] for line in lines if "▌" in line), "")


def shows(text: str) -> Callable[[Lines], bool]:
    """Return whether the screen has a text somewhere."""
    return lambda lines: any(text in line for line in lines)


def typed(text: str) -> Callable[[Lines], object]:
    """Return whether the search has these letters."""
    wanted = re.compile(r"/\s+" + re.escape(text))
    return lambda lines: wanted.search(lines[1])


def searching(lines: Lines) -> bool:
    """Return whether the search is open."""
    return " / " in lines[1]


class Bench:
    """Presses keys and notes how soon each was answered."""

    def __init__(self, app: WatchedApp) -> None:
        self.app = app
        self.times: Times = {}
        self._refreshed = 0.0

    def key(self, kind: str, key: str, done: Callable[[Lines], object]) -> None:
        """Press a key; it is answered when the screen is as `done` looks for."""
        self.app.take_in()
        if done(self.app.lines):
            raise SystemExit(f"{kind}: it was there before:\n" + "\n".join(self.app.lines))
        pressed = self.app.send(key)
        time.sleep(_ANSWER_S)
        self.times.setdefault(kind, []).append(1000 * self.app.until(done, since=pressed))
        time.sleep(random.uniform(*_PACE_S))

    def move(self, key: str) -> None:
        """Press a key that moves the cursor."""
        self.app.take_in()
        before = chosen(self.app.lines)
        kind = {_DOWN: "j, k", _UP: "j, k", " ": "mark"}.get(key, "pages")
        self.key(kind, key, lambda lines: chosen(lines) not in (before, ""))

    def session(self, keys: int, *, refresh: bool) -> None:
        """Move, mark and search; `refresh` asks for a new one now and then."""
        while sum(map(len, self.times.values())) < keys:
            if refresh and time.perf_counter() - self._refreshed > _REFRESH_EVERY_S:
                self.app.send("R")
                self._refreshed = time.perf_counter()
            self.app.send(_HOME)
            time.sleep(_SETTLE_S)
            for key in _STEPS:
                self.move(key)
            self._search(random.choice(("take", "17", "session")))

    def _search(self, text: str) -> None:
        self.key("open search", "/", searching)
        for end in range(1, len(text) + 1):
            self.key("a letter", text[end - 1], typed(text[:end]))
        self.key("leave", "\x1b", lambda lines: not searching(lines))
        self.app.until(lambda lines: chosen(lines))

    def figures(self) -> float:
        """Print them, begin anew, and return the p99 of all."""
        every = [each for kind in self.times.values() for each in kind]
        print(f"{'':20}{'keys':>7}{'median':>9}{'p95':>9}{'p99':>9}{'most':>9}")
        for kind, found in {"all keys": every, **self.times}.items():
            cuts = statistics.quantiles(found, n=100, method="inclusive")
            cells = (cuts[49], cuts[94], cuts[98], max(found))
            print(f"{kind:20}{len(found):7}" + "".join(f"{cell:9.1f}" for cell in cells))
        self.times = {}
        return statistics.quantiles(every, n=100, method="inclusive")[98]


def main(arguments: list[str]) -> None:
    """Print a table for each state of things, and how long quitting took."""
    keys = int(arguments[0]) if arguments else _KEYS
    random.seed(0)
    compile_program()
    with tempfile.TemporaryDirectory(prefix="s3audio-") as name, slow_store() as (address, store):
        folder = Path(name)
        command = [sys.executable, "-m", "s3audio_tui"]
        with WatchedApp(command, environ(folder, address)) as app:
            bench = Bench(app)
            _into_a_folder(app)
            print("nothing else under way")
            bench.session(keys // 2, refresh=False)
            idle = bench.figures()
            _upload(app, takes(folder))
            print(f"{UPLOADS} uploads, {OBJECTS:,} objects refreshed")
            bench.session(keys, refresh=True)
            busy = bench.figures()
            store.send_signal(signal.SIGUSR1)
            time.sleep(1.0)
            print("the same with a store that has stopped to answer")
            bench.session(keys // 2, refresh=False)
            hung = bench.figures()
            app.send("q")
            app.until(shows("Quit?"))
            print(f"p99 {busy / idle:.2f} times that of an idle app, hung {hung / idle:.2f} times")
            print(f"quit after {app.until_gone(since=app.send('y')):.2f} s")


def _into_a_folder(app: WatchedApp) -> None:
    """Go where there are files, once the first list is in."""
    app.until(shows(f"{OBJECTS:,} files"))
    time.sleep(2.0)
    app.send("\r")
    app.until(shows("session 0001"))
    app.send("j\r")
    app.until(shows("take 00"))


def _upload(app: WatchedApp, files: Path) -> None:
    app.send(f"\x1b[200~{files}\x1b[201~")
    app.until(shows(f"Upload {UPLOADS} files"))
    app.send("\r")
    app.until(shows(f"{UPLOADS} running"))


if __name__ == "__main__":
    main(sys.argv[1:])
