"""What recording costs, and how soon it is in S3.

    python benchmarks/recorder.py [--seconds 30] [--chunks 20] [--screen]

The microphone is a pipe into PulseAudio, into which something as lively as speech comes at its real
pace: 48 kHz, stereo, 16 bits; so the meters move whenever they are looked at. The store is that of
the demo. Processor time and memory are those of the program alone, while it records; with
`--screen` also those of the app, with its recorder on a terminal of 120 × 40.

The time to S3 is taken from a chunk's last block to the moment in which S3 has confirmed its
checksum, and a line on the disk says so, over a line with a round trip of 50 ms and 20 MiB/s.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from line import line
from pty_app import PtyApp

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.audio.microphone import MadeUp, Pipe
from tests.audio.speaker import Speaker

from s3audio_tui.audio.recorder import Recorder
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.config import Settings
from s3audio_tui.library.chunk_doors import LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.opening import open_library
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.transfers import TransferQueue

FORM = SampleFormat(48_000, 2, 16)
ROUND_TRIP_S = 0.050
CHUNK_S = 5.0
_BLOCK_S = 0.05
_PACED = 20
"""So many blocks at the end of each chunk come at their real pace."""
_STARTS_S = 5.0
_LEARNS_S = 15.0
"""So long the app reads the headers of what is in the demo, behind its screen."""
_TICKS = os.sysconf("SC_CLK_TCK")


def speech() -> np.ndarray:
    """Return ten seconds of noise, as loud and as soft as somebody who speaks."""
    at = np.arange(10 * FORM.rate_hz) / FORM.rate_hz
    loud = np.abs(np.sin(2 * np.pi * 1.7 * at) * np.sin(2 * np.pi * 0.15 * at)) ** 1.5
    noise = np.random.default_rng(1).uniform(-24_000, 24_000, (len(at), FORM.channels))
    spoken: np.ndarray = (noise * (0.01 + 0.99 * loud)[:, np.newaxis]).astype("<i2")
    return spoken


class Paced(Pipe):
    """A microphone into which that comes at its real pace."""

    def _talk(self) -> None:
        data, began = speech().tobytes(), time.monotonic()
        step = FORM.second_bytes // 100
        for count in range(1 << 30):
            at = count * step % len(data)
            os.write(self._fd, data[at : at + step])
            if self._left.wait(max(0.0, began + count / 100 - time.monotonic())):
                return


@contextmanager
def demo(environ: dict[str, str]) -> Iterator[dict[str, str]]:
    """Run the demo's server; yield the variables that lead to it."""
    with subprocess.Popen(
        [sys.executable, "-m", "s3audio_tui", "demo", "--serve", "--json"],
        stdout=subprocess.PIPE,
        env=environ,
    ) as server:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        try:
            yield {
                "S3AUDIO_ENDPOINT_URL": told["endpoint_url"],
                "S3AUDIO_LIBRARY": f"s3://{told['bucket']}/",
                "AWS_ACCESS_KEY_ID": told["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": told["secret_access_key"],
                "AWS_REGION": told["region"],
            }
        finally:
            server.terminate()


def used(pid: int) -> tuple[float, float]:
    """Return the processor's seconds of a process, and the most memory it had, in MB."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    peak = next(row for row in status.splitlines() if row.startswith("VmHWM"))
    return (int(fields[11]) + int(fields[12])) / _TICKS, int(peak.split()[1]) / 1000


def report(name: str, pid: int, seconds: float) -> None:
    """Print what a process takes while it records."""
    time.sleep(_STARTS_S)
    before, _ = used(pid)
    began = time.perf_counter()
    time.sleep(seconds)
    after, peak_mb = used(pid)
    share = (after - before) / (time.perf_counter() - began)
    print(f"{name}: {share:.2%} of a core, {share * 3600:.0f} s an hour; {peak_mb:.0f} MB at most")


def without_screen(environ: dict[str, str], seconds: float) -> None:
    """Measure `s3audio rec`."""
    with subprocess.Popen(
        [sys.executable, "-m", "s3audio_tui", "rec", "--json", "--channels", "2"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as program:
        report("rec", program.pid, seconds)
        program.terminate()


def with_screen(environ: dict[str, str], seconds: float) -> None:
    """Measure the app while its recorder is on the screen."""
    environ = {**environ, "S3AUDIO_RECORD_CHANNELS": "2", "TERM": "xterm-256color"}
    with PtyApp([sys.executable, "-m", "s3audio_tui"], environ) as app:
        app.until_shown("takes")
        time.sleep(_LEARNS_S)
        app.rest(1)
        app.press("\x12", quiet_s=0.0, text="ecord")
        time.sleep(1)
        app.press(" ", quiet_s=0.0)
        left = threading.Event()

        def read() -> None:
            while not left.is_set():
                app._read(0.1)
                app._said = b""

        reading = threading.Thread(target=read)
        reading.start()
        report("the app", app._process.pid, seconds)
        left.set()
        reading.join()


def to_s3(environ: dict[str, str], folder: Path, chunks: int) -> None:
    """Measure how soon chunks are in S3."""
    os.environ.update(environ)
    with line(environ["S3AUDIO_ENDPOINT_URL"], ROUND_TRIP_S) as far:
        settings = msgspec.convert(
            {
                "library": environ["S3AUDIO_LIBRARY"],
                "endpoint_url": far,
                "region": environ["AWS_REGION"],
            },
            Settings,
        )
        library = open_library(settings, state_folder=folder / "state")
        confirmed: dict[int, float] = {}

        def tell(taken: object, index: int) -> None:
            folder = recording.folder
            if folder is not None and folder.take.chunk(index).state == "in_s3":
                confirmed[index] = time.perf_counter()

        heard = MadeUp()
        queue = TransferQueue(4)
        sending = ChunkSending(LibraryDoor(library), queue, tell)
        recording = Recording(
            Spool(folder / "spool"), heard, Plan(form=FORM), lambda *_: None, sending
        )
        recording.start()
        if recording.folder is not None:
            sending.prepare(recording.folder)
        time.sleep(CHUNK_S - _BLOCK_S * _PACED)  # what does not come at its pace below
        ended: dict[int, float] = {}
        for index in range(chunks + 1):
            ended[index] = say_chunk(heard)
        recording.close()
        assert recording.folder is not None
        while len(confirmed) <= chunks:
            time.sleep(0.01)
        took = [confirmed[index] - ended[index] for index in range(1, chunks + 1)]
        print(
            f"a chunk's last frame to S3, {ROUND_TRIP_S * 1000:.0f} ms away:"
            f" median {statistics.median(took):.2f} s, most {max(took):.2f} s of {chunks} chunks"
        )
        queue.close(10)
        library.close()


def say_chunk(heard: MadeUp) -> float:
    """Let a chunk come, its last second at the real pace; return the moment of its last block."""
    block = np.random.default_rng(2).integers(
        -9000, 9000, round(_BLOCK_S * FORM.rate_hz) * FORM.channels
    )
    data = block.astype("<i2").tobytes()
    blocks = round(CHUNK_S / _BLOCK_S)
    for count in range(blocks):
        if count >= blocks - _PACED:
            time.sleep(_BLOCK_S)
        moment = time.perf_counter()
        heard.take(data, False)
    return moment


def _in(folder: Path, index: int) -> Path:
    return folder / f"{index:05}.wav"


def change_of_file(folder: Path) -> None:
    """Measure how long the writing stands still between two files."""
    heard, changes = MadeUp(), []
    for take in range(20):
        recorder = Recorder(heard, FORM, lambda event: None)
        place = folder / f"take {take}"
        place.mkdir()
        recorder.record(partial(_in, place), 0.5)
        for _ in range(200):
            heard.take(bytes(round(_BLOCK_S * FORM.second_bytes)), False)
            time.sleep(0.001)
        recorder.close()
        changes.append(recorder.longest_change_s)
    print(
        f"change of file: most {max(changes) * 1000:.2f} ms of 400,"
        f" median of each 20 {statistics.median(changes) * 1000:.2f} ms"
    )


def main() -> None:
    """Measure all of it."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--chunks", type=int, default=20)
    asked.add_argument("--screen", action="store_true")
    given = asked.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="recorder-")))
        speaker = Speaker(folder / "speaker")
        speaker.start()
        stack.callback(speaker.stop)
        microphone = Paced(speaker, folder, FORM.rate_hz, FORM.channels)
        stack.callback(microphone.close)
        home = {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
        environ = {**os.environ, **speaker.variables, **home}
        environ |= stack.enter_context(demo(environ))
        without_screen(environ, given.seconds)
        if given.screen:
            with_screen(environ, given.seconds)
        to_s3(environ, folder, given.chunks)
        change_of_file(folder)


if __name__ == "__main__":
    main()
