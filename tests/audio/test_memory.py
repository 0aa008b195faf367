"""The memory that peaks take above an interpreter that has done nothing, whatever the length."""

import subprocess
import sys
from pathlib import Path

import pytest

from s3audio_tui.audio.apart import Decoders
from tests.audio import samples

MOST_KIB = 64 * 1024
FRAMES = 1 << 28
"""1.7 h. Of a longer sound the finest columns are twice as long, and half as many."""

_MEASURE = """
import sys
from pathlib import Path

def most_kib():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

bare = most_kib()
from s3audio_tui.audio.apart import Decoders

head, size = bytes.fromhex(sys.argv[1]), int(sys.argv[2])
silence = bytes(1 << 20)

def read(start, length):
    return (head + silence[len(head):] if start == 0 else silence)[:length]

for grown in Decoders().peaks(read, size, "long.wav"):
    pass
print(most_kib() - bare, grown.peaks.frames, len(grown.peaks))
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@linux
def test_hours_of_wav() -> None:
    size_bytes = 44 + FRAMES * 4
    head = samples.wav_header(channels=2, data_bytes=FRAMES * 4)
    command = [sys.executable, "-c", _MEASURE, head.hex(), str(size_bytes)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    used_kib, frames, columns = map(int, said)
    assert (frames, columns) == (FRAMES, FRAMES // 256)
    assert used_kib < MOST_KIB


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
