"""The waveform of a file, as it grows: kept peaks where there are some, else made of the sound.

Both faces read it to its end, or cancel it. Exact peaks are kept on this machine and, where the
user may, in the bucket; a first look that is only approximate never is.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from s3audio_tui.audio.columns import Columns
from s3audio_tui.audio.kept_peaks import MOST_VALUES
from s3audio_tui.audio.peaks import BASE_FRAMES, Peaks, peaks_of
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import UnsupportedError
from s3audio_tui.library import kept_waveforms
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sources import FileSource, ObjectSource, Opened, Source

Engine = Literal["auto", "local", "sparse", "lambda"]
"""Who makes the peaks. `auto` first looks whether there are some."""

Made = Literal["catalog", "beside", "sidecar", "local", "sparse"]

PACE_S = 0.1
"""A picture is drawn at most so often."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The waveform as far as it is known. The last value is `done`.

    `frames` is the length of the whole sound, None where only its end tells. `exact` peaks are
    those of the sound from its start on; others are a guess at the whole of it. `rough` is such a
    guess, for the part that is not there yet.
    """

    peaks: Peaks
    exact: bool
    done: bool
    made: Made
    frames: int | None
    rough: Peaks | None = None


def shown(
    library: Library,
    row: Row,
    *,
    engine: Engine = "auto",
    cancel: CancelToken | None = None,
    pace_s: float = PACE_S,
    tell: Callable[[str], None] = lambda text: None,
    share: bool = True,
) -> Iterator[Shown]:
    """Yield the waveform of the version that `row` tells of, growing.

    `tell` is told why peaks do not get into the bucket, where they do not; without `share` nobody
    tries. Raises `NotAudioError`, `ConflictError` where the object has changed, `CancelledError`.
    """
    check_engine(engine)
    if engine == "auto" and (found := kept_waveforms.find(library, row)) is not None:
        yield Shown(found.peaks, True, True, found.place, found.peaks.frames)
        return
    token, source = cancel or CancelToken(), ObjectSource(library, row)
    for value in _made(source, engine, token, pace_s):
        if not (value.done and value.exact):
            yield value
            continue
        data = kept_waveforms.keep(library, row, value.peaks)
        yield value
        if share:
            written = kept_waveforms.share(library, row, data, tell, replace=engine != "auto")
            kept_waveforms.settle(library, written)


def shown_file(
    path: Path,
    *,
    engine: Engine = "auto",
    cancel: CancelToken | None = None,
    pace_s: float = PACE_S,
) -> Iterator[Shown]:
    """Yield the waveform of a file of this machine, growing, as `shown`."""
    check_engine(engine)
    beside = kept_waveforms.beside_file(path) if engine == "auto" else None
    if beside is not None:
        yield Shown(beside, True, True, "beside", beside.frames)
        return
    yield from _made(FileSource(path), engine, cancel or CancelToken(), pace_s)


def check_engine(engine: Engine) -> None:
    """Raise `UnsupportedError` for one that is not there."""
    if engine == "lambda":
        raise UnsupportedError("no waveform service is set up", "use --engine local")


def _made(source: Source, engine: Engine, token: CancelToken, pace_s: float) -> Iterator[Shown]:
    """Make the peaks: of a long one that is not packed a first look, then all of it."""
    rough: Peaks | None = None
    if engine == "sparse":
        raise UnsupportedError("a first look alone is not to be had", "use --engine local")
    with source.open(token) as opened:
        yield from growing(opened, pace_s, rough)


def base_frames(opened: Opened) -> int:
    """Return how long the finest columns are: longer than usual only where they were too many."""
    each = BASE_FRAMES
    while (opened.sound.frames or 0) // each * opened.sound.channels > MOST_VALUES:
        each *= 2
    return each


def growing(opened: Opened, pace_s: float, rough: Peaks | None = None) -> Iterator[Shown]:
    """Yield the peaks of a sound while it is decoded, and in the end all of them."""
    sound, each = opened.sound, base_frames(opened)
    columns = Columns(sound.channels, each)
    now = partial(peaks_of, columns, sound.sample_rate_hz, each)
    told_at = -pace_s
    for block in opened.blocks():
        columns.add(block)
        if time.monotonic() - told_at >= pace_s:
            told_at = time.monotonic()
            yield Shown(now(), True, False, "local", sound.frames, rough)
    yield Shown(now(), True, True, "local", columns.frames)
