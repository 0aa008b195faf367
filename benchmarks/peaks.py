"""Peaks of every format, against reading the whole file, the decoders alone, and audiowaveform.

    python benchmarks/peaks.py [--minutes 10] [--hours 2] [--rounds 5] [--only s16.wav,mp3,long.wav]

200 columns of each channel. Every figure is the median of some rounds by turns, each in a process
of its own, after its libraries are loaded; those of ffmpeg, audiowaveform and a child count its
start, 0.1 to 0.3 s. What no target asks for runs in two rounds. Times are of the processor, by
which one compares on a machine with other work, and of the clock. Memory is the most that the
process had at any time, above an interpreter that has done nothing; of what runs apart, all of its
process. Where audiowaveform is not installed, it is taken as 1.07 of what soundfile takes for the
extremes of blocks of floats, for WAV of 16 bits: that was measured with its version 1.10.3, when
`sf.read` of the whole took 6.7 times as long.

It takes up to 10 minutes on two processors with nothing else to do, and 2.2 GB of disk; `--minutes
1 --hours 0` is enough for a look. At the end stands the table of `docs/performance.md`.
"""

import argparse
import importlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from peaks_table import HEAD, Run, lines, row

COLUMNS = 200
FORMATS = ["s16.wav", "s24.wav", "f32.wav", "flac", "mp3", "ogg", "opus", "m4a"]
LONG = "long.wav"
KINDS = {LONG: "s16.wav"}
RATE_HZ = 48_000

WITNESS_ROUNDS = 2


def main() -> None:
    """Make the files, measure each way by turns, and print the tables."""
    options = _options()
    if options.one:
        print(*_measured(*options.one))
        return
    names = options.only.split(",") if options.only else [*FORMATS, LONG]
    if not options.hours:
        names = [name for name in names if name != LONG]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        minutes = {name: options.hours * 60 if name == LONG else options.minutes for name in names}
        paths = _made(Path(folder), minutes)
        print(f"{os.cpu_count()} processors, {options.minutes:g} min, {options.rounds} rounds;")
        print("ms of the processor, ms by the clock; how many times as fast ours is, by both; MiB")
        rows = []
        for name, path in paths.items():
            said = f"{options.hours:g} h of s16.wav" if name == LONG else name
            each = max(1, round(minutes[name] * 60 * RATE_HZ) // COLUMNS)
            found = _measured_by_turns(path, each, options.rounds)
            print(
                "\n  ".join([f"\n{said}, {path.stat().st_size / 1e6:.0f} MB", *lines(found, said)])
            )
            rows.append(row(found, said))
            path.unlink()
    print("", HEAD, *rows, sep="\n")
    print(f"\nIn all {(time.monotonic() - began) / 60:.1f} min.")


def _made(folder: Path, minutes: dict[str, float]) -> dict[str, Path]:
    """Write the sounds, two at once, apart: its libraries would count as memory of ours."""
    paths = {name: folder / f"sound.{name}" for name in minutes}
    command = [sys.executable, str(Path(__file__).with_name("peaks_sounds.py"))]
    with ThreadPoolExecutor(2) as pool:
        made = [
            pool.submit(_run, *command, str(path), KINDS.get(name, name), str(minutes[name]))
            for name, path in paths.items()
        ]
    for each in made:
        each.result()
    return paths


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help=", ".join([*FORMATS, LONG]))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured_by_turns(path: Path, each: int, rounds: int) -> dict[str, Run]:
    runs: dict[str, list[Run]] = {name: [] for name in WAYS if not _is_missing(name, path)}
    for number in range(rounds):
        for name, taken in runs.items():
            if name in WITNESSES and number >= WITNESS_ROUNDS:
                continue
            command = [sys.executable, __file__, "--one", name, str(path), str(each)]
            env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
            said = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
            taken.append(Run(*map(float, said.stdout.split())))
    return {name: _median(taken) for name, taken in runs.items()}


def _median(runs: list[Run]) -> Run:
    return Run(*(statistics.median(figures) for figures in zip(*runs, strict=True)))


def _is_missing(way: str, path: Path) -> bool:
    if path.suffix == ".m4a" and way in ("sf.read, whole", "soundfile, blocks", "soundfile alone"):
        return True
    if way == "miniaudio alone" and path.suffix in (".opus", ".m4a"):
        return True
    tool = way.replace(",", "").split()[0]
    if tool == "audiowaveform" and path.suffix == ".m4a":
        return True
    return tool in ("ffmpeg", "audiowaveform") and shutil.which(tool) is None


def _measured(way: str, name: str, each: str) -> Run:
    bare_kib, path = _most_kib(), Path(name)
    _load(way, path, int(each))
    cpu_s, began = _cpu_s(), time.perf_counter()
    WAYS[way](path, int(each))
    wall_s, cpu_s = time.perf_counter() - began, _cpu_s() - cpu_s
    most_kib = _most_kib()
    if way in APART:
        most_kib = max(most_kib, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return Run(cpu_s * 1000, wall_s * 1000, (most_kib - bare_kib) / 1024)


def _cpu_s() -> float:
    """Return what this process and those that it has waited for took."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _most_kib() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _load(way: str, path: Path, each: int) -> None:
    """Import what the way needs; ours has decoded a first block too."""
    if way in LIBRARIES:
        for library in LIBRARIES[way]:
            importlib.import_module(library)
    elif way not in APART:
        from s3audio_tui.audio.decode import open_sound
        from s3audio_tui.audio.peaks import peaks_every

        with path.open("rb", buffering=1 << 16) as file:
            sound = open_sound(file, path.name, path.stat().st_size)
            peaks_every([next(sound.blocks())], sound.channels, sound.sample_rate_hz, each)


def _ours(path: Path, each: int, *, rms: bool = True) -> None:
    from s3audio_tui.audio.columns import Columns
    from s3audio_tui.audio.decode import open_sound
    from s3audio_tui.audio.peaks import peaks_of

    with path.open("rb", buffering=1 << 16) as file:
        sound = open_sound(file, path.name, path.stat().st_size)
        columns = Columns(sound.channels, each, energy=rms)
        for block in sound.measured():
            columns.add(block)
        peaks_of(columns, sound.sample_rate_hz, each)


def _apart(path: Path, each: int) -> None:
    from s3audio_tui.audio.apart import Decoders

    with path.open("rb", buffering=1 << 16) as file:

        def read(start: int, length: int) -> bytes:
            return os.pread(file.fileno(), length, start)

        for _ in Decoders().peaks(read, path.stat().st_size, path.name, samples_per_pixel=each):
            pass


def _whole(path: Path, each: int) -> None:
    import numpy as np
    import soundfile

    samples, _ = soundfile.read(path, always_2d=True)
    starts = np.arange(0, len(samples), each)
    np.minimum.reduceat(samples, starts)
    np.maximum.reduceat(samples, starts)


def _blocks(path: Path, each: int) -> None:
    import numpy as np
    import soundfile

    del each
    start = np.zeros(1, np.int64)
    for block in soundfile.blocks(path, 1 << 16, dtype="float32"):
        samples = block.reshape(-1)
        np.minimum.reduceat(samples, start)
        np.maximum.reduceat(samples, start)


def _soundfile(path: Path, each: int) -> None:
    import soundfile

    del each
    for _ in soundfile.blocks(path, 1 << 14, dtype="int16"):
        pass


def _pyav(path: Path, each: int) -> None:
    import av

    del each
    with av.open(str(path)) as container:
        for _ in container.decode(audio=0):
            pass


def _miniaudio(path: Path, each: int) -> None:
    import miniaudio

    del each
    for _ in miniaudio.stream_file(str(path), sample_rate=RATE_HZ, frames_to_read=1 << 14):
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
    "soundfile, blocks": _blocks,
    "PyAV alone": _pyav,
    "miniaudio alone": _miniaudio,
    "soundfile alone": _soundfile,
    "ffmpeg to null": _by_ffmpeg,
    "audiowaveform": _by_audiowaveform,
    "audiowaveform, split": lambda path, each: _by_audiowaveform(path, each, "--split-channels"),
}

LIBRARIES = {
    "ours, in a child": ["s3audio_tui.audio.apart"],
    "sf.read, whole": ["numpy", "soundfile"],
    "soundfile, blocks": ["numpy", "soundfile"],
    "PyAV alone": ["av"],
    "miniaudio alone": ["miniaudio"],
    "soundfile alone": ["numpy", "soundfile"],
}
WITNESSES = ("ours, in a child", "sf.read, whole", "ffmpeg to null", "audiowaveform, split")
APART = ("ours, in a child", "ffmpeg to null", "audiowaveform", "audiowaveform, split")


if __name__ == "__main__":
    main()
