"""The waveform of a file, as it grows: kept peaks where there are some, else made of the sound.

Both faces read it to its end, or cancel it. Exact peaks are kept on this machine and, where the
user may, in the bucket; a first look that is only approximate never is.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from s3audio_tui.audio import pcm, sparse
from s3audio_tui.audio.growing import grow
from s3audio_tui.audio.peaks import Peaks
from s3audio_tui.audio.ranged import ranged
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import UnsupportedError, UsageError
from s3audio_tui.library import kept_waveforms
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sources import FileSource, ObjectSource, Opened, Source

Engine = Literal["auto", "local", "sparse", "lambda"]
"""Who makes the peaks. `auto` first looks whether there are some."""

Made = Literal["catalog", "beside", "sidecar", "local", "sparse"]

LOOK_COLUMNS = 200
"""Of a first look."""

_AT_ONCE = 16
"""Windows of a first look that are on their way."""


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
    columns: int = LOOK_COLUMNS,
    tell: Callable[[str], None] = lambda text: None,
    share: bool = True,
) -> Iterator[Shown]:
    """Yield the waveform of the version that `row` tells of, growing, at most ten times a second.

    `columns` are those of a first look, which 0 leaves out. `tell` is told why peaks do not get
    into the bucket, where they do not; without `share` nobody tries. Raises `NotAudioError`, behind
    what is good, `ConflictError` where the object has changed, `CancelledError`.
    """
    check_engine(engine)
    if engine == "auto" and (found := kept_waveforms.find(library, row)) is not None:
        yield Shown(found.peaks, True, True, found.place, found.peaks.frames)
        return
    token, source = cancel or CancelToken(), ObjectSource(library, row)
    for value in _made(source, engine, token, columns):
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
    columns: int = LOOK_COLUMNS,
) -> Iterator[Shown]:
    """Yield the waveform of a file of this machine, growing, as `shown`."""
    check_engine(engine)
    beside = kept_waveforms.beside_file(path) if engine == "auto" else None
    if beside is not None:
        yield Shown(beside, True, True, "beside", beside.frames)
        return
    yield from _made(FileSource(path), engine, cancel or CancelToken(), columns)


def check_engine(engine: Engine) -> None:
    """Raise `UnsupportedError` for one that is not there."""
    if engine == "lambda":
        raise UnsupportedError("no waveform service is set up", "use --engine local")


def _made(source: Source, engine: Engine, token: CancelToken, columns: int) -> Iterator[Shown]:
    """Make the peaks: of a long one that is not packed a first look, then all of it."""
    rough: Peaks | None = None
    with source.open(token) as opened:
        for look in _looked_at(source, opened, engine, columns):
            rough = look.peaks
            yield look
        if engine != "sparse":
            yield from growing(opened, rough)


def growing(opened: Opened, rough: Peaks | None = None) -> Iterator[Shown]:
    """Yield the peaks of a sound while it is decoded, and in the end all of them."""
    sound = replace(opened.sound, blocks=opened.blocks)
    for grown in grow(sound, opened.size_bytes):
        if grown.done:
            yield Shown(grown.peaks, True, True, "local", grown.peaks.frames)
        else:
            yield Shown(grown.peaks, True, False, "local", grown.frames_all, rough)


def _looked_at(source: Source, opened: Opened, engine: Engine, columns: int) -> Iterator[Shown]:
    """Yield a first look, sharper each time, where it is asked for or worth it."""
    worth = isinstance(source, ObjectSource) and opened.size_bytes > sparse.LONG_BYTES
    if engine != "sparse" and (engine != "auto" or not columns or not worth):
        return
    layout = pcm.layout_of(ranged(opened.read, opened.size_bytes), opened.size_bytes)
    if engine == "sparse" and (layout is None or not layout.frames):
        raise UsageError("only WAV and AIFF can be looked at in a few places", "use --engine local")
    if layout is None or (engine == "auto" and not sparse.worth_it(layout, columns)):
        return
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="s3audio-look")
    read = partial(source.window, cancel=opened.cancel)
    try:
        for number, look in enumerate(sparse.first_look(read, layout, columns, pool.map)):
            done = engine == "sparse" and number == sparse.LOOKS - 1
            yield Shown(look.peaks, False, done, "sparse", layout.frames)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
