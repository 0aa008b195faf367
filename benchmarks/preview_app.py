"""How soon the app shows the waveform of a short file: from the key to the picture.

The real program in a terminal, with no peaks kept, on the files of the demo that last a few
seconds. Below a folder there are only files: `j` goes to the next, and the picture is there when
the details have one that is not the picture of the file before.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from s3audio_tui.demo import songbook
from watched_app import WatchedApp

_FOLDERS = ("samples/drums/", "samples/chords/", "voice/")
_UNPACKED = ".wav"
_SETTLE_S = 2.5
_REST_S = 1.0
_ABOVE = "a folder"
_BLOCKS = frozenset("▁▂▃▄▅▆▇█")

Lines = list[str]


@dataclass(frozen=True)
class Times:
    """Seconds from the key to the picture; `first` is of the first file of a new program."""

    first: list[float]
    unpacked: list[float]
    packed: list[float]


def write_files(folder: Path) -> None:
    """Write the short files of the demo, and a folder that stands before them."""
    (folder / _ABOVE).mkdir()
    for file in songbook.files():
        if file.key.startswith(_FOLDERS) and file.deleted_days_ago is None:
            name = file.key.rpartition("/")[2]
            (folder / name).write_bytes(file.made())
    (folder / _ABOVE / "notes.txt").write_bytes(b"no sound")


def measured(folder: Path, url: str, rounds: int) -> Times:
    """Return the times of all files, in programs that are started anew."""
    times = Times([], [], [])
    for _ in range(rounds):
        with (
            tempfile.TemporaryDirectory() as state,
            WatchedApp([sys.executable, "-m", "s3audio_tui"], _environ(Path(state), url)) as app,
        ):
            for name, seconds in _walked(app, sum(each.is_file() for each in folder.iterdir())):
                kind = times.unpacked if name.endswith(_UNPACKED) else times.packed
                (times.first if not name else kind).append(seconds)
    return times


def print_rows(times: Times, where: str, target: str) -> None:
    """Print a row for each kind."""
    kinds = {
        "a short WAV": times.unpacked,
        "a short file that is packed": times.packed,
        "the first file of a new program": times.first,
    }
    for kind, found in kinds.items():
        median, worst = statistics.median(found), max(found)
        print(
            f"| the app, {where}: {kind} (the latest) | {median:.2f} s ({worst:.2f}) | {target} |"
        )


def _walked(app: WatchedApp, count: int) -> Iterator[tuple[str, float]]:
    """Go down through all files; yield the name of each and its time, the first without a name."""
    app.until(lambda lines: any(f"{count + 1} files" in line for line in lines))
    time.sleep(_SETTLE_S)
    for number in range(count):
        app.take_in()
        row, before = _chosen(app.lines), _picture(app.lines)

        def is_there(lines: Lines, row: str = row, before: str = before) -> bool:
            picture = _picture(lines)
            return _chosen(lines) != row and picture != before and bool(_BLOCKS & set(picture))

        pressed = app.send("j")
        seconds = app.until(is_there, since=pressed)
        name = _chosen(app.lines).strip().split("  ")[0]
        yield name if number else "", seconds
        time.sleep(_REST_S)


def _chosen(lines: Lines) -> str:
    """Return the row that has the cursor."""
    return next((line.partition("▌")[2].partition("│")[0] for line in lines if "▌" in line), "")


def _picture(lines: Lines) -> str:
    """Return what the details draw with blocks."""
    details = (line.partition("│")[2] for line in lines)
    return "\n".join(line for line in details if _BLOCKS & set(line))


def _environ(folder: Path, url: str) -> dict[str, str]:
    (folder / "settings.toml").touch()
    return os.environ | {
        "S3AUDIO_STATE": str(folder / "state"),
        "S3AUDIO_CONFIG": str(folder / "settings.toml"),
        "S3AUDIO_LIBRARY": "s3://preview",
        "S3AUDIO_ENDPOINT_URL": url,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
