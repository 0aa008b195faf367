"""Transfers and lists against s5cmd, rclone, aws and boto3, by turns, on one real server.

    python benchmarks/transfers.py [--line] [--rounds 5] [--tools s5cmd,rclone] [--tasks up,list]

The server is Ceph's (`ceph.py` says what to install); its data and all files are in memory, so
that no disk is in the figures. With `--line` everything goes over an emulated line (`line.py`).
Every byte is compared after each run. Five rounds take about 6 minutes, with `--line` 7; three are
enough for a look: `--rounds 3`.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import ceph
import transfer_witness as witness
from line import line
from transfer_peers import (
    COMMAND,
    DOWN_LARGE,
    DOWN_SMALL,
    ENGINE,
    LARGE,
    LIST,
    LISTED,
    SMALL,
    TASKS,
    TOOLS,
    UP_LARGE,
    UP_SMALL,
    Job,
)
from transfer_table import Run, table

_MIB = 1024 * 1024
_KEYS = 20_000
_FOLDERS = 20
_MEMORY = Path("/dev/shm")
_TOO_SLOW = 6
"""A tool that takes so many times as long as s5cmd runs once only."""


@dataclass(frozen=True)
class Ground:
    """Where all happens: the server, this machine's folders, and who compares."""

    server: ceph.Server
    endpoint_url: str
    folder: Path
    others: ProcessPoolExecutor

    def job(self, tool: str, task: str) -> Job:
        """Return what a tool does for a task."""
        large = task in (UP_LARGE, DOWN_LARGE)
        there = {LIST: LISTED, DOWN_LARGE: LARGE, DOWN_SMALL: SMALL}.get(task, "up/")
        files = self.folder / ("large" if large else "small")
        here = files if there == "up/" else self.folder / "came"
        return Job(tool, task, here, there, self.endpoint_url, self.folder / "state")

    def run(self, job: Job) -> Run:
        """Run it once, and compare what came of it."""
        for name in ("came", "state"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / "came").mkdir()
        shutil.copytree(self.folder / "remembered", self.folder / "state", dirs_exist_ok=True)
        run = self.measured(job)
        if job.task == LIST:
            self.others.submit(witness.check_list, _KEYS, self.folder / "said").result()
        elif job.there == "up/":
            self.others.submit(witness.check_up, job.here, job.there).result()
            self.others.submit(witness.clear, job.there).result()
        else:
            source = self.folder / ("large" if job.task == DOWN_LARGE else "small")
            self.others.submit(witness.check_down, source, job.here).result()
        return run

    def measured(self, job: Job) -> Run:
        """Run it without looking at what came of it."""
        launcher = [sys.executable, "-I", "-S", str(Path(__file__).with_name("measured.py"))]
        done = subprocess.run(
            [*launcher, str(self.folder / "said"), *job.command()],
            env=job.environ(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        wall_s, processor_s, peak_kib, code = done.stdout.split()
        if code != "0":
            sys.exit(f"{job.tool}, {job.task}: exit code {code}\n{done.stderr[-2000:]}")
        return Run(float(wall_s), float(processor_s), float(peak_kib) / 1024)


def main() -> None:
    """Print the table."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server ends with us
    if absent := ceph.missing():
        sys.exit(f"{absent[0]} is not installed; on Debian: {ceph.PACKAGES}")
    with ExitStack() as stack:
        made = stack.enter_context(
            tempfile.TemporaryDirectory(dir=asked.folder, ignore_cleanup_errors=True)
        )
        _say("starting Ceph")
        server = stack.enter_context(ceph.ceph(Path(made) / "ceph"))
        os.environ |= {
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "AWS_ENDPOINT_URL": server.endpoint_url,
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        others = stack.enter_context(
            ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        )
        reached = stack.enter_context(line(server.endpoint_url)) if asked.line else None
        ground = Ground(server, reached or server.endpoint_url, Path(made), others)
        tasks = [name for name in TASKS if _named(name, asked.tasks)]
        tools = [name for name in TOOLS if _named(name, asked.tools)]
        _prepare(ground, tasks)
        runs = _rounds(ground, tasks, tools, asked.rounds)
    where = "over the line" if asked.line else "straight"
    print(f"{server.version}, {where}, median of {asked.rounds}\n")
    print(table(runs, over_line=asked.line))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--line", action="store_true", help="40 ms, 20 MiB/s a connection")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tools", default="", help="words that the tools' names hold")
    parser.add_argument("--tasks", default="", help="words that the tasks' names hold")
    parser.add_argument("--folder", default=_MEMORY if _MEMORY.is_dir() else None)
    return parser.parse_args()


def _prepare(ground: Ground, tasks: list[str]) -> None:
    """Make files, and objects to fetch and to list; let s3audio get to know the store."""
    keys = _KEYS if LIST in tasks else 0
    _say("making files")
    for name, count, size in (("large", 1, 256 * _MIB), ("small", 500, 256 * 1024)):
        (ground.folder / name).mkdir()
        for number in range(count):
            _write_wav(ground.folder / name / f"{name}-{number:03}.wav", size, number)
    (ground.folder / "lists").mkdir()
    for number in range(keys):
        path = ground.folder / "lists" / f"session-{number * _FOLDERS // _KEYS:02}"
        path.mkdir(parents=True, exist_ok=True)
        (path / witness.listed_name(number)).touch()
    _say("filling the bucket")
    ground.others.submit(witness.make_bucket).result()
    straight, state = ground.server.endpoint_url, ground.folder / "remembered"
    state.mkdir()
    (state / "empty").touch()
    for folder, there in (("large", LARGE), ("small", SMALL), ("lists", LISTED)):
        if any((ground.folder / folder).iterdir()):
            ground.measured(Job("s5cmd", UP_SMALL, ground.folder / folder, there, straight, state))
    shutil.rmtree(ground.folder / "lists")
    _say("warming up")
    for task in tasks:
        for tool in (COMMAND, ENGINE):
            ground.measured(replace(ground.job(tool, task), task=LIST, state=state))
    job = ground.job(COMMAND, UP_SMALL)
    ground.measured(replace(job, state=state))
    ground.others.submit(witness.clear, job.there).result()
    ground.measured(replace(job, task=LIST, state=state))


def _write_wav(path: Path, size_bytes: int, seed: int) -> None:
    """Write noise that no other file has, as sound: 16 bits, stereo, 48 kHz."""
    noise = random.Random(seed)
    with wave.open(str(path), "wb") as sound:
        sound.setparams((2, 2, 48_000, 0, "NONE", ""))
        left = size_bytes - 44
        while left:
            block = min(left, _MIB)
            sound.writeframesraw(noise.randbytes(block))
            left -= block


def _rounds(
    ground: Ground, tasks: list[str], tools: list[str], rounds: int
) -> dict[tuple[str, str], list[Run]]:
    """Let the tools run by turns, so that noise hits all of them alike."""
    runs: dict[tuple[str, str], list[Run]] = {(task, tool): [] for task in tasks for tool in tools}
    for number in range(rounds):
        _say(f"round {number + 1} of {rounds}")
        for task in tasks:
            for tool in tools:
                if not _is_slow(runs, task, tool):
                    run = ground.run(ground.job(tool, task))
                    runs[task, tool].append(run)
                    _say(f"  {task}, {tool}: {run.wall_s:.2f}")
            if task in (UP_LARGE, UP_SMALL):
                ground.server.collect()
    return runs


def _is_slow(runs: dict[tuple[str, str], list[Run]], task: str, tool: str) -> bool:
    mine, best = runs[task, tool], runs.get((task, "s5cmd"))
    if not mine or not best:
        return False
    return mine[0].wall_s > _TOO_SLOW * statistics.median(run.wall_s for run in best)


def _named(name: str, words: str) -> bool:
    return not words or any(word in name for word in words.split(","))


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
