"""Peaks of every format, against reading the whole file, FFmpeg's decoder, and audiowaveform.

    python benchmarks/peaks.py [--minutes 10] [--hours 2] [--rounds 3] [--formats s16.wav,mp3]

200 columns of each channel. Every figure is the best of some rounds, each in a process of its own,
after its libraries are loaded; those of ffmpeg and audiowaveform count their start, some ms.
Memory is what comes on top of that. With 10 minutes it takes about 2 minutes and 700 MB of disk;
`--minutes 1 --hours 0` is enough for a look.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from s3audio_tui.audio.apart import Decoders
from s3audio_tui.audio.columns import Columns
from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.peaks import peaks_of
from s3audio_tui.errors import NotAudioError

RATE_HZ = 48_000
COLUMNS = 200
FORMATS = {
    "s16.wav": ("WAV", "PCM_16"),
    "s24.wav": ("WAV", "PCM_24"),
    "f32.wav": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "m4a": ("", ""),
}
LONG = "long.wav"


def main() -> None:
    """Make the files, measure each way by turns, and print the table."""
    options = _options()
    if options.one:
        print(*_measured(*options.one))
        return
    names = options.formats.split(",") if options.formats else [*FORMATS]
    with tempfile.TemporaryDirectory() as folder:
        paths = [_made(Path(folder) / f"sound.{name}", name, options.minutes) for name in names]
        if options.hours:
            paths.append(_made(Path(folder) / LONG, "s16.wav", options.hours * 60))
        print(f"{os.cpu_count()} processors, {options.minutes} min; ms, times as fast as ours, MiB")
        for path in paths:
            _row(path, options.rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--formats", default="", help=", ".join(FORMATS))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def _row(path: Path, rounds: int) -> None:
    ways = {name: way for name, way in WAYS.items() if not _is_missing(name, path)}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name in ways:
            command = [sys.executable, __file__, "--one", name, str(path)]
            said = subprocess.run(command, capture_output=True, text=True, check=True)
            wall_s, used_kib = map(float, said.stdout.split())
            taken[name].append((wall_s, used_kib))
    ours_s = min(wall for wall, _ in taken["ours"])
    print(f"\n{path.name}, {path.stat().st_size / 1e6:.0f} MB")
    for name, runs in taken.items():
        wall_s = min(wall for wall, _ in runs)
        used_mib = statistics.median(used for _, used in runs) / 1024
        print(f"  {name:28}{wall_s * 1000:9.0f}{ours_s / wall_s:8.2f}{used_mib:8.0f}")


def _is_missing(way: str, path: Path) -> bool:
    tool = way.replace(",", "").split()[0]
    if way == "sf.read, whole":
        return path.suffix == ".m4a"
    if tool == "audiowaveform" and path.suffix == ".m4a":
        return True
    return tool in ("ffmpeg", "audiowaveform") and shutil.which(tool) is None


def _measured(way: str, path: str) -> tuple[float, int]:
    """Return the seconds, and the KiB that it took above what was loaded."""
    each = _each(Path(path))
    with suppress(NotAudioError), open(path, "rb") as file:
        next(open_sound(file, path, Path(path).stat().st_size).blocks())  # loads its decoder
    before = _most_kib()
    began = time.perf_counter()
    WAYS[way](Path(path), each)
    return time.perf_counter() - began, _most_kib() - before


def _most_kib() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _ours(path: Path, each: int, *, rms: bool = True) -> None:
    with path.open("rb") as file:
        sound = open_sound(file, path.name, path.stat().st_size)
        columns = Columns(sound.channels, each, energy=rms)
        for block in sound.blocks():
            columns.add(block)
        peaks_of(columns, sound.sample_rate_hz, each)


def _each(path: Path) -> int:
    """Return the frames of a column; of packed sounds nobody knows them before the end."""
    with av.open(str(path)) as container:
        duration = container.duration or 0
    return max(1, duration * RATE_HZ // av.time_base // COLUMNS)


def _apart(path: Path, each: int) -> None:
    with path.open("rb") as file:

        def read(start: int, length: int) -> bytes:
            return os.pread(file.fileno(), length, start)

        for _ in Decoders().peaks(read, path.stat().st_size, path.name, samples_per_pixel=each):
            pass


def _whole(path: Path, each: int) -> None:
    samples, _ = soundfile.read(path, always_2d=True)
    starts = np.arange(0, len(samples), each)
    np.minimum.reduceat(samples, starts)
    np.maximum.reduceat(samples, starts)


def _decoded_by_pyav(path: Path, each: int) -> None:
    del each
    with av.open(str(path)) as container:
        for _ in container.decode(audio=0):
            pass


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _by_ffmpeg(path: Path, each: int) -> None:
    del each
    _run("ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-")


def _by_audiowaveform(path: Path, each: int, *more: str) -> None:
    out = f"{path}.dat"
    _run("audiowaveform", "-q", "-i", str(path), "-o", out, "-b", "8", "-z", str(each), *more)


WAYS: dict[str, Callable[[Path, int], None]] = {
    "ours": _ours,
    "ours, without RMS": lambda path, each: _ours(path, each, rms=False),
    "ours, in a child": _apart,
    "sf.read, whole": _whole,
    "PyAV, decoded to nothing": _decoded_by_pyav,
    "ffmpeg to null": _by_ffmpeg,
    "audiowaveform": _by_audiowaveform,
    "audiowaveform, split": lambda path, each: _by_audiowaveform(path, each, "--split-channels"),
}


def _made(path: Path, name: str, minutes: float) -> Path:
    """Write a file of something like music, in stereo, a minute at a time."""
    container, subtype = FORMATS[name]
    minute = _music()
    whole, rest = divmod(round(minutes * 60 * RATE_HZ), len(minute))
    pieces = [*[minute] * whole, minute[:rest]]
    if not container:
        _write_m4a(path, pieces)
        return path
    with soundfile.SoundFile(path, "w", RATE_HZ, 2, subtype, format=container) as out:
        for piece in pieces:
            for at in range(0, len(piece), RATE_HZ):
                out.write(piece[at : at + RATE_HZ])
    return path


def _music() -> NDArray[np.float32]:
    """Return a minute of chords that swell, over soft noise."""
    times = np.arange(60 * RATE_HZ) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * pitch * times) for pitch in (110, 220.5, 331, 1760))
    swell = np.abs(np.sin(2 * np.pi * times / 7))
    noise = np.random.default_rng(1).normal(0, 0.03, (len(times), 2))
    sound = (chord * swell)[:, None] * [0.2, 0.15] + noise
    return np.clip(sound, -1, 1).astype(np.float32)


def _write_m4a(path: Path, pieces: list[NDArray[np.float32]]) -> None:
    with av.open(str(path), "w", format="ipod") as out:
        stream = out.add_stream("aac", rate=RATE_HZ, layout="stereo")
        stream.bit_rate = 192_000
        at = 0
        for piece in pieces:
            for begin in range(0, len(piece), 1024):
                planes = np.ascontiguousarray(piece[begin : begin + 1024].T)
                frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
                frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, at, Fraction(1, RATE_HZ)
                at += planes.shape[1]
                out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


if __name__ == "__main__":
    main()
