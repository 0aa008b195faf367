"""The waveform of one sound in each of its forms, written where it is wanted."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Literal

from s3audio_tui.audio.peaks import BASE_FRAMES, Peaks
from s3audio_tui.audio.waveform_file import Bits, pairs, to_dat, to_json
from s3audio_tui.cli.output import Output
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value, json_line
from s3audio_tui.drawing.glyphs import Glyphs, glyphs_for
from s3audio_tui.drawing.levels import Levels, decibels_of, levels
from s3audio_tui.drawing.picture import Look, picture
from s3audio_tui.drawing.png import png
from s3audio_tui.drawing.times import ruler, time_text, with_end
from s3audio_tui.errors import NotFoundError, UsageError
from s3audio_tui.library import waveforms
from s3audio_tui.library.exact_waveforms import Exact, Wanted, exact
from s3audio_tui.library.sources import FileSource, Source
from s3audio_tui.library.waveforms import Engine, Shown
from s3audio_tui.units import count_text, size_text

Form = Literal["text", "json", "dat", "audiowaveform-json", "png"]

_PAIRS = 200
_TEXT_ROWS = 9
_TEXT_COLUMNS = 80
_PNG_COLUMNS, _PNG_ROWS = 1000, 200
_MOST_CELLS = 100_000
"""The columns of a picture."""
_STEP_S = 0.1
"""How exactly a length is said; of less than a second a hundred times as exactly."""
_MOST_APART = 8
"""Channels; of more all are in one picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the options say; 0 where they say nothing."""

    form: Form
    count: int
    samples_per_pixel: int
    bits: Bits
    split: bool
    engine: Engine
    output: str | None


def one(runtime: Runtime, source: Source, asked: Asked) -> None:
    """Make the waveform, and write it."""
    output = runtime.output
    waveforms.check_engine(asked.engine)
    if asked.output is None and asked.form in ("dat", "png") and output.terminal:
        raise UsageError(f"{asked.form} is nothing for a terminal", "name a file with --output")
    path = None if asked.output is None else _place(runtime, Path(asked.output))
    data = _made(runtime, source, asked)
    if path is not None and runtime.dry_run:
        output.say(f"would write {path}: {size_text(len(data))}")
    elif path is not None:
        _write(path, data)
    elif asked.form == "text":
        output.page(data.decode())
    else:
        output.flush()
        output.binary.write(data)
        output.binary.flush()


def _place(runtime: Runtime, path: Path) -> Path:
    """Return the path, if a file may be written there: better known before the sound is read."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder", "name a file in it")
    if not path.absolute().parent.is_dir():
        raise NotFoundError(f"there is no folder {path.absolute().parent}", "make it first")
    if not runtime.dry_run:
        runtime.confirm_overwriting(int(path.is_file()))
    return path


def _made(runtime: Runtime, source: Source, asked: Asked) -> bytes:
    if asked.form in ("text", "png"):
        return _drawn(runtime, source, asked)
    found = _looked_at(runtime, source, asked) if asked.engine == "sparse" else None
    found = found or _exact(runtime, source, asked)
    if asked.form == "json":
        return json_line(_fields(found, asked))
    peaks = found.peaks
    if not peaks.samples_per_pixel:  # their format has no other way to say it
        each = max(1, round(peaks.frames / max(1, len(peaks))))
        peaks = replace(peaks, samples_per_pixel=each)
    return to_dat(peaks, asked.bits) if asked.form == "dat" else to_json(peaks, asked.bits)


def _looked_at(runtime: Runtime, source: Source, asked: Asked) -> Exact:
    """Return a first look: approximate, each channel by itself."""
    shown = _last(runtime.output, _values(runtime, source, asked, []))
    return Exact(shown.peaks, shown.made, shown.peaks.channels)


def _exact(runtime: Runtime, source: Source, asked: Asked) -> Exact:
    count = asked.count
    if not count and not asked.samples_per_pixel and asked.form == "json":
        count = _PAIRS
    split = asked.split or asked.form == "json"
    wanted = Wanted(count, 0 if count else asked.samples_per_pixel or BASE_FRAMES, split)
    told: list[str] = []
    found = exact(
        source,
        wanted,
        anew=asked.engine == "local",
        tell=told.append,
        share=not runtime.dry_run,
    )
    _tell(runtime.output, told)
    return found


def _fields(found: Exact, asked: Asked) -> dict[str, Value]:
    """Return what JSON has: pairs of all channels, or split a list of pairs for each."""
    peaks, split = found.peaks, asked.split
    each = [_channel(peaks, number) for number in range(peaks.channels)] if split else [peaks]
    lists: list[Value] = [pairs(channel) for channel in each]
    return {
        "duration": round(peaks.duration_s, 6),
        "peaks": lists if split else lists[0],
        "sample_rate_hz": peaks.sample_rate_hz,
        "channels": found.channels,
        "engine": found.made,
        "exact": found.made != "sparse",
    }


def _channel(peaks: Peaks, number: int) -> Peaks:
    cut = slice(number, number + 1)
    return replace(peaks, low=peaks.low[:, cut], high=peaks.high[:, cut], rms=None)


def _drawn(runtime: Runtime, source: Source, asked: Asked) -> bytes:
    """Draw it from the finest columns: their edges are near enough for a picture."""
    told: list[str] = []
    shown = _last(runtime.output, _values(runtime, source, asked, told))
    _tell(runtime.output, told)
    frames = shown.frames or shown.peaks.frames
    default = _PNG_COLUMNS if asked.form == "png" else _columns(runtime.output)
    width = asked.count or default
    if asked.samples_per_pixel:
        width = -(-frames // asked.samples_per_pixel)
    if width > _MOST_CELLS:
        raise UsageError(f"a picture of {width:,} columns is too wide", "ask for fewer")
    found = levels(shown.peaks, 0, max(frames, 1), max(width, 1))
    apart = asked.split and found.channels <= _MOST_APART
    if asked.form == "png":
        return png(found, _PNG_ROWS, apart=apart)
    return _text(runtime, shown, found, apart=apart).encode()


def _values(runtime: Runtime, source: Source, asked: Asked, told: list[str]) -> Iterator[Shown]:
    columns = (asked.count or waveforms.LOOK_COLUMNS) if asked.engine == "sparse" else 0
    if isinstance(source, FileSource):
        return waveforms.shown_file(source.path, engine=asked.engine, columns=columns)
    return waveforms.shown(
        source.library,
        source.row,
        engine=asked.engine,
        columns=columns,
        tell=told.append,
        share=not runtime.dry_run,
    )


def _last(output: Output, values: Iterator[Shown]) -> Shown:
    """Return the last one; say meanwhile how far it is."""
    shown: Shown | None = None
    with output.status() as status:
        for shown in values:
            if not shown.done and shown.exact and shown.frames:
                status(f"making the waveform: {100 * shown.peaks.frames // shown.frames} %")
    if shown is None:
        raise AssertionError("the last value is done")
    return shown


def _text(runtime: Runtime, shown: Shown, found: Levels, *, apart: bool) -> str:
    encoding = runtime.output.stdout.encoding
    glyphs = glyphs_for(runtime.environ, encoding, colours=False)
    if not runtime.output.terminal and glyphs is Glyphs.ASCII and "utf" in encoding.lower():
        glyphs = Glyphs.PLAIN
    channels = found.channels if apart else 1
    look = Look(glyphs=glyphs, stereo=apart, exact=shown.exact)
    lines = picture(found, _TEXT_ROWS * channels, look).text()
    frames = shown.frames or shown.peaks.frames
    seconds = frames / shown.peaks.sample_rate_hz
    end = time_text(seconds, _STEP_S if seconds >= 1 else _STEP_S / 100)
    lines += [with_end(ruler(0.0, seconds, len(found.up)), end), _facts(shown, found, end)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _facts(shown: Shown, found: Levels, length: str) -> str:
    """Return in a line how long it is, its channels, its rate and its peak."""
    peaks, top = shown.peaks, decibels_of(float(max(found.up.max(), found.down.max())))
    level = "silent" if top == -inf else f"peak {round(top, 1) or 0.0:.1f} dBFS"
    about = level if shown.exact else f"{level}, approximate"
    words = [length, count_text(peaks.channels, "channel"), f"{peaks.sample_rate_hz:,} Hz", about]
    return "  ".join(words)


def _columns(output: Output) -> int:
    if not output.terminal:
        return _TEXT_COLUMNS
    return shutil.get_terminal_size((_TEXT_COLUMNS, 24)).columns


def _tell(output: Output, told: list[str]) -> None:
    """Why peaks did not get into the bucket matters to few."""
    for text in told if output.verbose else ():
        output.say(text)


def _write(path: Path, data: bytes) -> None:
    """Write the file whole, or leave what is there; to a device or a pipe, just write."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path = path.resolve()  # a link stays one
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    try:
        with open(fd, "wb") as file:
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
