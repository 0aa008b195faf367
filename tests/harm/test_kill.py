"""The program killed by signal 9 at any moment of a transfer: `uploads resume` ends it.

The moment is a number of bytes on the line, drawn from a fixed seed: there the line holds all
that passes, and the program is killed. So it is also hit between two requests, and while an
answer is on its way. It may be killed again in the midst of the resumed run.
"""

import os
import signal
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.store.transfer import MIB
from tests.cli.conftest import Ran
from tests.cli.ready import Ready
from tests.harm.forms import LONG
from tests.harm.harms import Asked, Plan
from tests.harm.judging import parts_left, sha256, stored_sha256, wait_until
from tests.harm.line import HarmfulLine

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

KILLS, SIZE_BYTES = (50, 256 * MIB) if LONG else (5, 32 * MIB)

Start = Callable[..., Ran]


@pytest.fixture
def start(
    forked: Ready,
    line: HarmfulLine,
    bucket: str,
    home: Path,
    credentials: object,
    monkeypatch: pytest.MonkeyPatch,
) -> Start:
    """Run the program over the line; with `kill_at` kill it once so many bytes have passed."""
    monkeypatch.setenv("S3AUDIO_LIBRARY", f"s3://{bucket}")
    monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", line.endpoint_url)
    monkeypatch.setenv("S3AUDIO_MAX_SIZE", "1GB")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    def run(*arguments: str, kill_at: int | None = None) -> Ran:
        line.do(Plan(hold_at=kill_at))
        ended: list[Ran] = []

        def wait() -> None:
            code, out, err = forked.run(arguments, b"", home)
            ended.append(Ran(code, out, err.decode()))

        waiting = threading.Thread(target=wait)
        waiting.start()
        wait_until(lambda: bool(ended) or line.holds, "it neither ends nor comes so far")
        if not ended:
            os.kill(forked.running, signal.SIGKILL)
        waiting.join()
        return ended[0]

    return run


@pytest.fixture
def take(tmp_path: Path, sounds: dict[str, Path]) -> Path:
    """A large WAV file, by its header and its name."""
    head = sounds["wav16"].read_bytes()
    path = tmp_path / "take.wav"
    path.write_bytes(head + Random(9).randbytes(SIZE_BYTES - len(head)))
    return path


def test_uploads_that_are_killed_are_finished(
    start: Start, line: HarmfulLine, bucket: str, plain_s3: "S3Client", take: Path
) -> None:
    chances, kills, right = Random("up"), 0, sha256(take)
    while kills < KILLS:
        key = f"take {kills}.wav"
        named = take.rename(take.with_name(key))
        runs: list[list[Asked]] = []
        command: tuple[str, ...] = ("put", str(named))
        while True:
            moment = chances.randrange(SIZE_BYTES * 21 // 20) if kills < KILLS else None
            ran = start(*command, kill_at=moment)
            runs.append([asked for asked in line.asked() if asked.key == key])
            if ran.code != -signal.SIGKILL:
                assert ran.code == 0, ran.err
                break
            kills += 1
            begun = any(asked.method in ("PUT", "POST") for run in runs for asked in run)
            command = ("uploads", "resume") if begun else command
        take = named
        assert stored_sha256(plain_s3, bucket)[key] == right
        assert sent_twice(runs) == [], "only what was on its way may be sent again"
        plain_s3.delete_object(Bucket=bucket, Key=key)
    assert parts_left(plain_s3, bucket) == []
    assert start("uploads", "ls", "--json").out == b""


def sent_twice(runs: list[list[Asked]]) -> list[Asked]:
    """Return the parts that were sent after the store had said that it has them."""
    there: set[str] = set()
    again = []
    for run in runs:
        sent = [asked for asked in run if "partNumber" in asked.query]
        again += [asked for asked in sent if asked.query["partNumber"] in there]
        there |= {asked.query["partNumber"] for asked in sent if asked.status == 200}
    return again


def test_downloads_that_are_killed_are_finished(
    start: Start,
    line: HarmfulLine,
    bucket: str,
    plain_s3: "S3Client",
    take: Path,
    tmp_path: Path,
) -> None:
    chances, kills, right = Random("down"), 0, sha256(take)
    plain_s3.upload_file(str(take), bucket, "take.wav")
    round_ = 0
    while kills < KILLS:
        folder = tmp_path / f"got {round_}"
        round_ += 1
        runs: list[list[Asked]] = []
        command: tuple[str, ...] = ("get", "take.wav", "--to", str(folder))
        while True:
            moment = chances.randrange(SIZE_BYTES * 21 // 20) if kills < KILLS else None
            ran = start(*command, kill_at=moment)
            runs.append([asked for asked in line.asked() if asked.is_get_of_bytes])
            if ran.code != -signal.SIGKILL:
                assert ran.code == 0, ran.err
                break
            kills += 1
            assert not (folder / "take.wav").exists()
            command = ("uploads", "resume") if any(runs) else command
        assert sha256(folder / "take.wav") == right
        assert [path.name for path in folder.iterdir()] == ["take.wav"]
        assert fetched_twice(runs) == [], "only what was on its way may be fetched again"
        (folder / "take.wav").unlink()
    assert start("uploads", "ls", "--json").out == b""


def fetched_twice(runs: list[list[Asked]]) -> list[str]:
    """Return the ranges that were fetched after they had come.

    The last one of each connection counts as on its way: the program may not have read it yet.
    """
    there: set[str] = set()
    again = []
    for run in runs:
        again += [asked.range for asked in run if asked.range in there]
        by_connection: dict[int, list[Asked]] = defaultdict(list)
        for asked in run:
            by_connection[asked.connection].append(asked)
        for several in by_connection.values():
            there |= {asked.range for asked in several[:-1] if asked.status in (200, 206)}
    return again
