"""How soon a long sound in a store is seen and heard, at 50 ms from it; and a short one in the app.

    python benchmarks/preview.py [--rounds 5] [--minutes 5]

The store is `preview_store.py`: each of its answers comes 50 ms late, and each new connection too.
A WAV of 1 GB is made of noise while it is sent; FLAC, Ogg and MP3 are
files of some minutes, two at least.

Times begin as in an app that has been running: the library is open, connections are, and a child
for decoding stands ready. The first sound is the first frame that a sound card takes and that is
not silent; its own delay comes on top. Every figure is a median. Memory stays small; five rounds
take about a minute, and two and a half with the app, whose short files are `preview_app.py`'s. They
are looked at 50 ms from the store, two round trips of which each needs, and without a delay.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import soundfile

import preview_app
import preview_store
from s3audio_tui.audio.output import Fill, Nowhere, Stream
from s3audio_tui.audio.player import Player
from s3audio_tui.cancel import CancelToken
from s3audio_tui.config import Settings
from s3audio_tui.errors import CancelledError
from s3audio_tui.library import waveforms
from s3audio_tui.library.opening import Library, open_library
from s3audio_tui.library.playing import track_of
from s3audio_tui.library.sources import ObjectSource, looked_up
from s3audio_tui.store.client import Keys

_RATE_HZ = 48_000
_PICTURE_S, _PICTURE_PERCENT, _SOUND_S, _SHORT_S = 1.0, 1.5, 0.4, 0.2
_APP_ROUNDS = 2
_STANDS_READY_S = 1.0
"""A child that was started so long ago has loaded its libraries."""
_PATIENCE_S = 60
_SEEK_S = 80.0
_PACKED = (("flac", "PCM_16"), ("ogg", "VORBIS"), ("mp3", "MPEG_LAYER_III"))


@dataclass(frozen=True)
class Look:
    """A picture: when it came, and how much of the sound the store had sent by then."""

    seconds: float
    percent: float


class FirstSound:
    """A sound card that notes when it first gets what is not silent."""

    def __init__(self) -> None:
        self.at = 0.0
        self.came = threading.Event()

    def again(self) -> None:
        """Wait for the next sound as for the first."""
        self.came.clear()
        self.at = 0.0

    def wait(self, key: str) -> float:
        """Return when it came."""
        if not self.came.wait(_PATIENCE_S):
            sys.exit(f"{key} is not heard")
        return self.at

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> Stream:
        """As `Output.open`."""

        def noted(buffer: memoryview) -> None:
            fill(buffer)
            if not self.at and any(buffer):
                self.at = time.perf_counter()
                self.came.set()

        return Nowhere().open(sample_rate_hz, noted, gone)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=5.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for ending, subtype in _PACKED:
            _encode(folder / f"long.{ending}", subtype, asked.minutes)
        with _store(folder) as url, _opened(folder, url) as library:
            _print(library, url, asked.rounds)
    with tempfile.TemporaryDirectory() as name:
        preview_app.write_files(Path(name))
        for delay_s, target in ((0.0, f"{_SHORT_S} s"), (preview_store.DELAY_S, "")):
            with _store(Path(name), delay_s) as url:
                times = preview_app.measured(Path(name), url, _APP_ROUNDS)
                preview_app.print_rows(times, f"{1000 * delay_s:.0f} ms away", target)


def _print(library: Library, url: str, rounds: int) -> None:
    looks = [_looks(library, url) for _ in range(rounds)]
    print("| | measured | target |\n|---|--:|--:|")
    for title, at in (("the first picture", 0), ("the last before it is read whole", -1)):
        seconds = statistics.median(look[at].seconds for look in looks)
        percent = statistics.median(look[at].percent for look in looks)
        targets = ("", "") if at else (f"{_PICTURE_S:.0f} s", f"{_PICTURE_PERCENT} %")
        print(f"| WAV of 1 GB: {title} | {seconds:.2f} s | {targets[0]} |")
        print(f"| what the store had sent by then | {percent:.2f} % | {targets[1]} |")
    for key in (preview_store.WAV, *(f"long.{ending}" for ending, _ in _PACKED)):
        times = [_sound_s(library, key) for _ in range(rounds)]
        for number, what in enumerate(("first sound", "sound behind a seek")):
            found = [each[number] for each in times]
            median, worst = statistics.median(found), max(found)
            row = f"| {key}: the {what} (the latest) | {median:.2f} s ({worst:.2f}) |"
            print(f"{row} {_SOUND_S} s |")


def _looks(library: Library, url: str) -> list[Look]:
    """Return the pictures that come before the sound is read as a whole."""
    row = looked_up(library, preview_store.WAV)
    cancel, found = CancelToken(), list[Look]()
    sent, began = _sent(url), time.perf_counter()
    with suppress(CancelledError):
        for shown in waveforms.shown(library, row, cancel=cancel, share=False):
            seconds = time.perf_counter() - began
            if shown.exact:
                cancel.cancel()
                continue
            found.append(Look(seconds, 100 * (_sent(url) - sent) / preview_store.WAV_BYTES))
    return found


def _sound_s(library: Library, key: str) -> tuple[float, float]:
    """Return how long it takes from the key to the first sound, and from a seek to another."""
    source = ObjectSource(library, looked_up(library, key))
    library.decoders.warm()
    time.sleep(_STANDS_READY_S)
    card = FirstSound()
    began = time.perf_counter()
    player = Player(card, lambda event: None)
    try:
        player.play([track_of(source, library.decoders)])
        first_s = card.wait(key) - began
        time.sleep(_STANDS_READY_S)
        began = time.perf_counter()
        player.seek(round(_SEEK_S * _RATE_HZ))
        card.again()
        return first_s, card.wait(key) - began
    finally:
        player.close()


def _sent(url: str) -> int:
    with urlopen(f"{url}{preview_store.SENT}") as answer:
        return int(answer.read())


def _encode(path: Path, subtype: str, minutes: float) -> None:
    """Write noise, a second at a time."""
    random = np.random.default_rng(1)
    with soundfile.SoundFile(path, "w", _RATE_HZ, 2, subtype) as file:
        for _ in range(round(minutes * 60)):
            file.write(random.integers(-8000, 8000, (_RATE_HZ, 2), "<i2"))


@contextmanager
def _store(folder: Path, delay_s: float = preview_store.DELAY_S) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, preview_store.__file__, str(folder), str(delay_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()


@contextmanager
def _opened(folder: Path, url: str) -> Iterator[Library]:
    """Yield a library that has been used: every part of the program is loaded."""
    settings = Settings(library="s3://preview", endpoint_url=url, region="eu-central-1")
    library = open_library(settings, state_folder=folder / "state", keys=Keys("bench", "bench"))
    try:
        _looks(library, url)
        _sound_s(library, preview_store.WAV)
        yield library
    finally:
        library.close()


if __name__ == "__main__":
    main()
