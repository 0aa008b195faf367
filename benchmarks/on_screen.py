"""The real program in a terminal, on a catalog of any size and a store that refuses connections.

So only the catalog and the screen work. Three kinds of times, all in ms:

- first rows: from the start of the process until the first folder's name is written.
- repaint: from a key until what it causes is on the screen, that is until the last byte before
  nothing more is written for 0.15 s. For a letter typed into the search that is the letter itself,
  the last byte before a pause of 10 ms; the search waits 60 ms for the next letter.
- rows: from a letter, or a key that sorts, until the rows that it asks for are there; that pause
  is part of it.
"""

import os
import statistics
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from pty_app import PtyApp, Repaint
from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.search import View
from s3audio_tui.config import Settings
from s3audio_tui.library.opening import open_library

_BUCKET = "library-bench"
_REFUSED = "http://127.0.0.1:9"
_STARTS = 5
_QUIET_S = 0.15
_ENTER, _ESCAPE, _RUBOUT = "\r", "\x1b", "\x7f"
_STEPS = ("j", "j", "k", "j")
_PAGES = ("\x1b[6~", "\x1b[6~", "\x1b[5~", "\x1b[6~")
_ENDS = ("\x1b[F", "\x1b[5~", "\x1b[H", "\x1b[6~")
_SEARCHES = ("wav", "kick", "session 12", "vocal-brid", "qqqq", "cafe", "a")
"""Rare and common words; the last one leaves most of the library."""

Figures = dict[str, float]


def new_catalog(state: Path) -> Path:
    """Make the catalog that the program will find in the folder `state`; return its file."""
    settings = Settings(library=f"s3://{_BUCKET}", endpoint_url=_REFUSED)
    open_library(settings, state_folder=state).catalog.close()
    return next((state / "libraries").glob("*.sqlite"))


def environ(state: Path) -> dict[str, str]:
    """Return the variables with which the program shows that catalog."""
    no_settings = state / "settings.toml"
    no_settings.touch()
    return os.environ | {
        "S3AUDIO_STATE": str(state),
        "S3AUDIO_CONFIG": str(no_settings),
        "S3AUDIO_LIBRARY": f"s3://{_BUCKET}",
        "S3AUDIO_ENDPOINT_URL": _REFUSED,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }


def measure(state: Path) -> Figures:
    """Measure the program on the catalog in `state`."""
    catalog = Catalog(next((state / "libraries").glob("*.sqlite")))
    first = View(catalog, "", False, None).window(0, 1)[0].name
    files = catalog.totals().files
    catalog.close()
    times = []
    for _ in range(_STARTS):
        with _program(state) as app:
            times.append(app.until_shown(first))
    figures = {
        "start to first rows, median": 1000 * statistics.median(times),
        "start to first rows, least": 1000 * min(times),
    }
    with _program(state) as app:
        app.until_shown("offline")
        app.rest(1.0)
        return figures | _session(app, f" of {files:,}")


@contextmanager
def _program(state: Path) -> Iterator[PtyApp]:
    with PtyApp([sys.executable, "-m", "s3audio_tui"], environ(state)) as app:
        yield app


def _session(app: PtyApp, found: str) -> Figures:
    """Move in the top folder, search, move in most of the library, sort that and move again.

    `found` is written beside the search once its rows are there.
    """
    figures: Figures = {}
    top = _pressed(app, [*_STEPS * 10, *_ENDS])
    letters = _letters(app, found)
    app.press(_ENTER, quiet_s=_QUIET_S)
    steps = top + _pressed(app, _STEPS * 15)
    pages = _pressed(app, islice(cycle(_PAGES), 60))
    ends = _pressed(app, islice(cycle(_ENDS), 40))
    sorts = []
    for key in "234567O1":
        sorts.append(app.press(key, quiet_s=_QUIET_S, text=found))
        pages += _pressed(app, _PAGES)
        ends += _pressed(app, _ENDS)
    typed = [letter.paused_s for letter in letters]
    moves = {"j, k": steps, "pages": pages, "end, home": ends}
    settled = {name: [each.settled_s for each in repaints] for name, repaints in moves.items()}
    figures |= _quantiles("repaint, all keys", [*sum(settled.values(), typed)])
    for name, seconds in (settled | {"a letter": typed}).items():
        figures |= _quantiles(f"repaint, {name}", seconds)
    figures |= _quantiles("letter to rows", [letter.settled_s for letter in letters])
    figures |= _quantiles("sort key to rows", [each.settled_s for each in sorts])
    memory = app.memory_mb()
    figures["program's memory, MB (VmRSS)"] = memory["VmRSS"]
    figures["of it its own, MB (RssAnon)"] = memory["RssAnon"]
    return figures


def _pressed(app: PtyApp, keys: Iterable[str]) -> list[Repaint]:
    repaints = [app.press(key, quiet_s=_QUIET_S) for key in keys]
    return [repaint for repaint in repaints if repaint.begun_s]


def _letters(app: PtyApp, found: str) -> list[Repaint]:
    """Type each search letter by letter and take it back; leave the last one."""
    repaints: list[Repaint] = []
    app.press("/", quiet_s=_QUIET_S)
    for search in _SEARCHES:
        repaints += [app.press(letter, quiet_s=_QUIET_S, text=found) for letter in search]
        if search != _SEARCHES[-1]:
            for _ in search:
                app.press(_RUBOUT, quiet_s=_QUIET_S)
            app.rest(0.4)
    return repaints


def _quantiles(name: str, seconds: list[float]) -> Figures:
    cuts = statistics.quantiles([1000 * each for each in seconds], n=100, method="inclusive")
    return {f"{name}, median": cuts[49], f"{name}, p99": cuts[98]}
