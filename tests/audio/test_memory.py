"""The memory that peaks take, whatever the length."""

import subprocess
import sys
from pathlib import Path

import pytest

from s3audio_tui.audio.apart import Decoders
from tests.audio import samples

MOST_KIB = 64 * 1024
HOURS = 2

_MEASURE = """
import sys
from pathlib import Path
import av, miniaudio, soundfile
from s3audio_tui.audio.apart import Decoders

def most_kib():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

path = Path(sys.argv[1])
with path.open("rb") as file:
    def read(start, length):
        file.seek(start)
        return file.read(length)
    before = most_kib()
    for grown in Decoders().peaks(read, path.stat().st_size, path.name):
        pass
print(most_kib() - before, grown.peaks.frames)
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@linux
def test_two_hours_of_wav(tmp_path: Path) -> None:
    frames = HOURS * 3600 * 44_100
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(samples.wav_header(channels=2, data_bytes=frames * 4))
        file.truncate(44 + frames * 4)
    command = [sys.executable, "-c", _MEASURE, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(said[1]) == frames
    assert int(said[0]) < MOST_KIB


@linux
def test_a_child_takes_no_more_for_a_long_sound_than_for_a_short_one() -> None:
    used = []
    for frames in (samples.RATE_HZ, 100 * samples.RATE_HZ):
        data = samples.encoded("FLAC", "PCM_16", channels=1, frames=frames)
        decoders = Decoders()
        decoders.warm()
        status = Path(f"/proc/{decoders._spare[0].pid}/status")
        seen: list[str] = []

        def read(
            start: int,
            length: int,
            data: bytes = data,
            seen: list[str] = seen,
            status: Path = status,
        ) -> bytes:
            seen.append(status.read_text())
            return data[start : start + length]

        *_, last = decoders.peaks(read, len(data), "song.flac")
        assert last.peaks.frames == frames
        lines = seen[-1].splitlines()
        used.append(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")))
    assert used[1] - used[0] < MOST_KIB / 4
